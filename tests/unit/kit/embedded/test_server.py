"""The launcher, against real servers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from tests.support.proc import shown

from crosswind.kit.embedded import EmbeddedPostgres, EmbeddedPostgresError, processes
from crosswind.kit.embedded.place import LONGEST_SOCKET_FOLDER
from crosswind.kit.embedded.server import free_port


@pytest.fixture
def server(short_folder: Path, request: pytest.FixtureRequest) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(short_folder / f"server-{abs(hash(request.node.name)) % 10000}", port=0, durable=False)
    server.start()
    yield server
    server.stop()
    assert processes.servers_of(server.place.data) == []


def test_url_reaches_the_server_over_socket_and_tcp(server: EmbeddedPostgres) -> None:
    for tcp in (False, True):
        engine = create_engine(server.url(tcp=tcp))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        engine.dispose()


@pytest.mark.parametrize("password", ["", "wrong"])
def test_wrong_password_is_refused_over_socket_and_tcp(server: EmbeddedPostgres, password: str) -> None:
    for host in (str(server.place.socket), "127.0.0.1"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=host, port=server.port, user=server.user, password=password, dbname="postgres")


def test_passwords_are_stored_as_scram(server: EmbeddedPostgres) -> None:
    with server.connect() as connection:
        row = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [server.user]).fetchone()
    assert row is not None
    assert row[0].startswith("SCRAM-SHA-256$")


def test_secrets_and_folders_are_private(server: EmbeddedPostgres) -> None:
    def mode(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    assert mode(server.folder / "password") == 0o600
    assert mode(server.place.socket) == 0o700
    assert mode(server.place.data) == 0o700
    assert not list(server.place.data.parent.glob("password*"))


def test_password_is_in_no_process_list(server: EmbeddedPostgres) -> None:
    for pid in processes.servers_of(server.place.data):
        assert server.password.encode() not in shown(pid)


def test_server_never_runs_as_root(server: EmbeddedPostgres) -> None:
    assert server.pid is not None
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_second_start_adopts_the_running_server(server: EmbeddedPostgres) -> None:
    again = EmbeddedPostgres(server.folder, port=0, durable=False)
    assert again.start() is False
    assert again.pid == server.pid
    assert again.port == server.port


def test_data_survives_a_killed_server_and_its_stale_pid_file(server: EmbeddedPostgres) -> None:
    assert server.create_database("kept") is True
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    assert server.start() is True
    assert server.create_database("kept") is False


def test_pid_file_that_names_a_stranger_is_no_obstacle(server: EmbeddedPostgres) -> None:
    server.stop()
    lines = [str(os.getpid()), str(server.place.data), "1", "5432", "", "", "", "ready"]
    (server.place.data / "postmaster.pid").write_text("\n".join(lines))
    assert server.pid is None
    assert not server.is_ready()
    assert server.start() is True


def test_stop_ends_sessions_that_are_in_use(server: EmbeddedPostgres) -> None:
    with server.connect() as connection:
        server.stop()
        assert processes.servers_of(server.place.data) == []
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_stop_of_a_stopped_server_does_nothing(server: EmbeddedPostgres) -> None:
    server.stop()
    server.stop()
    assert not server.is_ready()


def test_port_in_use_is_a_message_that_names_it(short_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = EmbeddedPostgres(short_folder / "taken", port=port, durable=False)
        with pytest.raises(EmbeddedPostgresError, match=str(port)):
            server.start()
        assert processes.servers_of(server.place.data) == []


def test_given_port_is_used(short_folder: Path) -> None:
    port = free_port()
    server = EmbeddedPostgres(short_folder / "given", port=port, durable=False)
    server.start()
    try:
        assert server.port == port
    finally:
        server.stop()


def test_without_a_port_nothing_listens_on_tcp(short_folder: Path) -> None:
    server = EmbeddedPostgres(short_folder / "socket-only", durable=False)
    server.start()
    try:
        with server.connect() as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    finally:
        server.stop()


def test_long_path_gets_a_private_socket_folder_elsewhere(short_folder: Path) -> None:
    server = EmbeddedPostgres(short_folder / ("x" * 90), durable=False)
    server.start()
    try:
        assert len(str(server.place.socket)) <= LONGEST_SOCKET_FOLDER
        assert stat.S_IMODE(server.place.socket.stat().st_mode) == 0o700
    finally:
        server.stop()
        server.place.socket.rmdir()


def test_folder_that_the_account_cannot_enter_is_left_as_it_is(short_folder: Path) -> None:
    closed = short_folder / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "postgres", durable=False)
    server.start()
    try:
        assert server.is_ready()
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        server.stop()
        shutil.rmtree(server.place.data.parents[1])


def test_folder_laid_by_somebody_else_is_refused(short_folder: Path, tmp_path: Path) -> None:
    home = short_folder / "trap"
    home.mkdir()
    (home / "server").symlink_to(tmp_path)
    with pytest.raises(EmbeddedPostgresError, match="somebody else"):
        EmbeddedPostgres(home, durable=False).start()


def test_template_is_copied(server: EmbeddedPostgres) -> None:
    server.create_database("original")
    with server.connect("original") as connection:
        connection.execute("CREATE TABLE kept (id int)")
    server.create_database("copy", template="original")
    with server.connect("copy") as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
