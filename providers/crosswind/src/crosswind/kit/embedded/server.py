"""Starting, adopting and stopping one PostgreSQL server."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from crosswind.kit.embedded import processes
from crosswind.kit.embedded.errors import EmbeddedPostgresError
from crosswind.kit.embedded.place import Place, find_place

LOOPBACK = "127.0.0.1"
SOCKET_PORT = 5432
START_SECONDS = 60.0
FAST_SECONDS = 20.0

MODEST = {
    "max_connections": "150",
    "shared_buffers": "256MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "log_checkpoints": "off",
    "log_min_messages": "warning",
    "dynamic_shared_memory_type": "posix",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
PASSING = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class EmbeddedPostgres:
    """A server of our own: SCRAM passwords, a private socket, TCP on loopback only when asked for.

    `port` None means no TCP, 0 a free port. `durable=False` trades safety at a power cut for speed, for tests.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        durable: bool = True,
        user: str = "crosswind",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.user = user
        self._asked_port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._settings = {**MODEST, **({} if durable else PASSING), **(settings or {})}

    @cached_property
    def place(self) -> Place:
        """The server's folders, made on first use."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return find_place(self.folder)

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it runs."""
        return processes.postmaster(self.place.data)

    @property
    def password(self) -> str:
        """The generated password of the server's superuser."""
        return self._password_file.read_text(encoding="utf-8").strip()

    @property
    def port(self) -> int:
        """The port of the running server: of TCP where it listens, else the one in the socket's name."""
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            return int((self.place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[3])
        return self._asked_port or SOCKET_PORT

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    def start(self) -> bool:
        """Start the server, or adopt the one that already runs here; tell whether it had to be started."""
        with self._lock():
            if self.pid is not None and self._becomes_ready():
                return False
            self._clear_remains()
            if not (self.place.data / "PG_VERSION").exists():
                self._initialise()
            process = self._launch()
            if not self._becomes_ready(process):
                msg = f"PostgreSQL in {self.folder} did not start: {self._last_words()}"
                raise EmbeddedPostgresError(msg)
        return True

    def stop(self) -> None:
        """Stop the server: fast first, then immediate; returns when no process of it is left."""
        if not self.folder.exists():
            return
        data = self.place.data
        for number in (signal.SIGINT, signal.SIGQUIT):
            pid = self.pid
            if pid is not None:
                processes.send(pid, number)
            if processes.wait_until_gone(data, FAST_SECONDS if number is signal.SIGINT and pid else 5.0):
                break
        self._clear_remains()
        if self._process is not None:
            self._process.wait()
            self._process = None

    def is_ready(self) -> bool:
        """Tell whether the server answers a query."""
        if self.pid is None or processes.status(self.place.data) != "ready":
            return False
        try:
            with self.connect():
                return True
        except psycopg.OperationalError:
            return False

    def connect(self, database: str = "postgres", **options: Any) -> psycopg.Connection[Any]:
        """Open a connection of the superuser over the private socket."""
        options.setdefault("autocommit", True)
        where = {"host": str(self.place.socket), "port": self.port, "connect_timeout": 10}
        return psycopg.connect(**{**where, **options}, dbname=database, user=self.user, password=self.password)

    def url(self, database: str = "postgres", *, driver: str = "postgresql+psycopg", tcp: bool = False) -> str:
        """Return a SQLAlchemy URL of a database, over the private socket or over TCP on loopback."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        name = quote(database, safe="")
        if tcp:
            return f"{driver}://{login}@{LOOPBACK}:{self.port}/{name}"
        return f"{driver}://{login}@/{name}?host={quote(str(self.place.socket), safe='')}&port={self.port}"

    def create_database(self, name: str, *, template: str | None = None) -> bool:
        """Create a database, as a copy of another's files when asked; tell whether it was missing."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template))
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            connection.execute(statement)
        return True

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, ending the sessions in it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _clear_remains(self) -> None:
        """End orphans of a killed postmaster and drop its pid file, which may name a stranger by now."""
        data = self.place.data
        if not processes.wait_until_gone(data, 2.0):
            for pid in processes.servers_of(data):
                processes.send(pid, signal.SIGKILL)
            processes.wait_until_gone(data, 5.0)
        (data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        place = self.place
        fresh = place.data.with_name(f"data-{secrets.token_hex(4)}")
        given = place.data.with_name(f"password-{secrets.token_hex(4)}")
        password = self._make_password()
        given.touch(mode=0o600)
        given.write_text(password, encoding="utf-8")
        place.account.own(given)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        command: list[str | Path] = [
            place.program / "initdb",
            "-D",
            fresh,
            "-U",
            self.user,
            f"--pwfile={given}",
            *options,
        ]
        try:
            self._run([*command, "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"])
        finally:
            given.unlink(missing_ok=True)
        fresh.rename(place.data)

    def _make_password(self) -> str:
        if not self._password_file.exists():
            partial = self._password_file.with_name(f"password-{secrets.token_hex(4)}")
            partial.touch(mode=0o600)
            partial.write_text(secrets.token_urlsafe(24), encoding="utf-8")
            partial.rename(self._password_file)
        return self.password

    def _run(self, command: list[str | Path]) -> None:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=_bare_environment(),
            **self.place.account.run_as(),  # type: ignore[call-overload]
        )
        if done.returncode != 0:
            msg = f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}"
            raise EmbeddedPostgresError(msg)

    def _launch(self) -> subprocess.Popen[bytes]:
        place = self.place
        port = free_port() if self._asked_port == 0 else self._asked_port
        if port is not None and self._asked_port:
            _refuse_taken(port)
        wanted = {
            **self._settings,
            "listen_addresses": LOOPBACK if port is not None else "",
            "port": str(port or SOCKET_PORT),
            "unix_socket_directories": str(place.socket),
            "unix_socket_permissions": "0700",
        }
        options = [part for name, value in wanted.items() for part in ("-c", f"{name}={value}")]
        with place.log.open("ab") as log:
            place.account.own(place.log)
            self._process = subprocess.Popen(
                [place.program / "postgres", "-D", place.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_bare_environment(),
                start_new_session=True,
                **place.account.run_as(),  # type: ignore[call-overload]
            )
        return self._process

    def _becomes_ready(self, process: subprocess.Popen[bytes] | None = None) -> bool:
        """Wait for a server just launched, or for one found running, until it answers or ends."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.is_ready():
                return True
            ended = self.pid is None if process is None else process.poll() is not None
            if ended:
                return False
            time.sleep(processes.POLL_SECONDS)
        return False

    def _last_words(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return " / ".join(self.place.log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
        return "it wrote no log"


def free_port() -> int:
    """Return a TCP port of loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            msg = f"Port {port} on {LOOPBACK} is in use by another program: stop it, or choose another port."
            raise EmbeddedPostgresError(msg) from error


def _bare_environment() -> dict[str, str]:
    """Return an environment without the caller's secrets, which a server has no business knowing."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
