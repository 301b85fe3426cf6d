"""The whole platform as a client meets it: people of every role and tenant, sources, crawls, and its processes."""

from __future__ import annotations

import itertools
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM

from crosswind.doors.cli.stack import files
from crosswind.doors.cli.stack.layout import LOOPBACK, Layout
from crosswind.doors.cli.stack.state import State
from crosswind.kit.embedded import EmbeddedPostgres

OPEN = ("PENDING", "RUNNING")
_numbers = itertools.count(1)


class Stack:
    """A running platform, its store, and a source server that its connections may dial."""

    def __init__(self, layout: Layout, source: EmbeddedPostgres, ports: list[int]) -> None:
        self.layout = layout
        self.source = source
        self.ports = ports
        self.store = EmbeddedPostgres(layout.postgres)
        self._clients: list[httpx.Client] = []
        self._databases: list[str] = []
        told = files.read_env(layout.env_file)
        self.url, self.admin_key = told["CROSSWIND_URL"], told["CROSSWIND_API_KEY"]
        self.admin = self.client({"X-API-Key": self.admin_key})

    def client(self, headers: Mapping[str, str] | None = None, *, base: str = "") -> httpx.Client:
        """A client of the REST door with these headers."""
        client = httpx.Client(base_url=base or self.url, headers=dict(headers or {}), timeout=60, trust_env=False)
        self._clients.append(client)
        return client

    def airflow(self) -> httpx.Client:
        """A client of Airflow's own API as its administrator."""
        password = (self.layout.run / "admin-password").read_text(encoding="utf-8").strip()
        return self.client({"Authorization": f"Bearer {self.token('admin', password)}"}, base=self.layout.base)

    def token(self, username: str, password: str) -> str:
        """An access token of Airflow's."""
        answer = httpx.post(
            f"{self.layout.base}/auth/token", json={"username": username, "password": password}, trust_env=False
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["access_token"])

    def person(self, role: str, tenant: str = "default", grants: Mapping[str, str] | None = None) -> httpx.Client:
        """A client of a new user of Airflow's with a role of ours, in a tenant, held to these attributes."""
        name, password = f"{role.replace('_', '-')}-{secrets.token_hex(3)}", secrets.token_urlsafe(12)
        body = {
            "username": name, "email": f"{name}@example.invalid", "first_name": name, "last_name": "Test",
            "password": password, "roles": [{"name": f"crosswind_{role}"}],
        }  # fmt: skip
        made = self.airflow().post("/auth/fab/v1/users", json=body)
        assert made.status_code in {200, 201}, made.text
        if tenant != "default":
            self.ok(self.admin.post(f"{PLATFORM}/members", json={"subject": name, "tenant": tenant}), 201)
        for attribute, value in (grants or {}).items():
            grant = {"subject": name, "tenant": tenant, "attribute": attribute, "value": value}
            self.ok(self.admin.post(f"{PLATFORM}/grants", json=grant), 201)
        return self.client({"Authorization": f"Bearer {self.token(name, password)}", "X-Tenant-Id": tenant})

    @staticmethod
    def ok(answer: httpx.Response, status: int = 200) -> Any:
        """The body of an answer that must have this status."""
        assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.text}"
        return answer.json() if answer.content else None

    def database(self, *statements: str) -> str:
        """A fresh database on the source server, with what these statements make."""
        name = f"source_{next(_numbers)}_{secrets.token_hex(3)}"
        self.source.create_database(name)
        self._databases.append(name)
        self.fill(name, *statements)
        return name

    def fill(self, database: str, *statements: str) -> None:
        """Run statements on a database of the source."""
        with self.source.connect(database) as link:
            for statement in statements:
                link.execute(statement)

    def body(self, database: str, **changes: Any) -> dict[str, Any]:
        """The body that registers a connection to a database of the source; `configuration` is merged."""
        configuration = {"host": LOOPBACK, "port": self.source.port, "database": database, "sslMode": "disable"}
        configuration |= changes.pop("configuration", {})
        given = {"id": f"c-{next(_numbers)}-{secrets.token_hex(3)}", "type": "database", "subType": "postgres"}
        credentials = {"username": self.source.user, "password": self.source.password}
        return {**given, "configuration": configuration, "credentials": credentials, **changes}

    def register(self, database: str, *, by: httpx.Client | None = None, **changes: Any) -> str:
        """Register a connection and return its id."""
        body = self.body(database, **changes)
        made = self.ok((by or self.admin).post(f"{CONNECTIONS}/connections", json=body), 201)
        return str(made["id"])

    def start(self, connection: str, *, kind: str = "CRAWL", by: httpx.Client | None = None) -> str:
        """Start a crawl (or discovery) and return the task's id."""
        body = {"type": kind, "payload": {"connection_id": connection}}
        return str(self.ok((by or self.admin).post(f"{METASTORE}/tasks", json=body), 201)["id"])

    def task(self, identifier: str, *, by: httpx.Client | None = None) -> dict[str, Any]:
        """A task as it stands."""
        found: dict[str, Any] = self.ok((by or self.admin).get(f"{METASTORE}/tasks/{identifier}"))
        return found

    def until(
        self, identifier: str, holds: Callable[[dict[str, Any]], object], seconds: float = 90.0
    ) -> dict[str, Any]:
        """The task once something holds of it; answers that say "try again" are waited out."""
        deadline = time.monotonic() + seconds
        last: Any = None
        while time.monotonic() < deadline:
            try:
                answer = self.admin.get(f"{METASTORE}/tasks/{identifier}")
            except httpx.TransportError as error:
                last = error
            else:
                last = answer.json()
                if answer.status_code == 200 and holds(last):
                    return dict(last)
            time.sleep(0.3)
        raise AssertionError(f"task {identifier} after {seconds} s: {last}")

    def ended(self, identifier: str, seconds: float = 120.0) -> dict[str, Any]:
        """The task once it has ended."""
        return self.until(identifier, lambda task: task["status"] not in OPEN, seconds)

    def crawl(self, connection: str, *, kind: str = "CRAWL", by: httpx.Client | None = None) -> dict[str, Any]:
        """Crawl to the end, which must be a good one."""
        task = self.ended(self.start(connection, kind=kind, by=by))
        assert task["status"] == "COMPLETED", task
        return task

    def crawl_as(self, person: httpx.Client, connection: str, kind: str = "CRAWL") -> str:
        """Crawl or scan a connection that only this person sees, to a good end; returns the task's id."""
        return self.completed(person, self.start(connection, by=person, kind=kind))

    def completed(self, person: httpx.Client, task: str) -> str:
        """Wait for the good end of a task that only this person sees; returns its id."""
        deadline = time.monotonic() + 120
        while (found := self.task(task, by=person))["status"] in OPEN:
            assert time.monotonic() < deadline, found
            time.sleep(0.3)
        assert found["status"] == "COMPLETED", found
        return task

    def cancel(self, identifier: str) -> None:
        """End a task that would otherwise try again."""
        self.ok(self.admin.delete(f"{METASTORE}/tasks/{identifier}"))

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a statement finds in the platform's own database."""
        with self.store.connect("airflow") as link:
            return link.execute(statement, parameters or None).fetchall()

    def assets(self, connection: str) -> dict[str, tuple[Any, ...]]:
        """The live assets of a connection by qualified name: key, version and row version."""
        found = self.rows(
            "select a.qualified_name, a.key, a.version, a.xmin::text from crosswind.assets a "
            "join crosswind.connections c on c.key = a.connection_key where c.id = %s and a.removed_at is null",
            connection,
        )
        return {row[0]: row[1:] for row in found}

    def pid(self, part: str) -> int:
        """The process id of a part, as the supervisor last told it."""
        return int(State.read(self.layout).components[part]["pid"] or 0)

    def kill(self, part: str) -> int:
        """Kill a part as the system would when memory runs out; returns the pid that is gone."""
        pid = self.pid(part)
        os.kill(pid, signal.SIGKILL)
        return pid

    def back(self, part: str, old: int, seconds: float = 90.0) -> None:
        """Wait until the supervisor has started a part again and the API answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.pid(part) not in {0, old} and self.answers():
                return
            time.sleep(0.2)
        raise AssertionError(f"{part} was not started again within {seconds} s")

    def answers(self) -> bool:
        """Whether the REST door answers a call that needs the store."""
        try:
            return self.admin.get(f"{PLATFORM}/me", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def close(self) -> None:
        """Drop the clients and the databases of the source."""
        for client in self._clients:
            client.close()
        for name in self._databases:
            self.source.drop_database(name)


@contextmanager
def source_server(folder: Path, port: int) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server to be looked at, over TCP with a password."""
    server = EmbeddedPostgres(folder, port=port, durable=False)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def url_of(server: EmbeddedPostgres, database: str) -> str:
    """The address with its password, as a newcomer would paste it."""
    return f"postgresql://{quote(server.user)}:{quote(server.password)}@{LOOPBACK}:{server.port}/{database}"


def text_of(link: psycopg.Connection[Any], table: str) -> Iterator[str]:
    """Every row of a table as one text."""
    for row in link.execute(f"select t::text from {table} t"):
        yield str(row[0])
