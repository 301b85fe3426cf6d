from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import trustme
from tests.connectors.support import Source, failed, steps
from tests.support.proxies import BlackHole, DelayProxy, TlsProxy

from crosswind.connectors.errors import (
    AddressRefused,
    Cancelled,
    ConnectionFailed,
    ConnectionTimeout,
    InvalidCredentials,
    TlsFailed,
)
from crosswind.connectors.patterns import Patterns
from crosswind.kit.outbound import OutboundGuard

GATES = ["address", "resolve", "dial", "tls", "login", "database", "read catalog", "version", "read-only"]


def test_a_good_connection_passes_every_gate_in_order(database_source: Source) -> None:
    found = database_source.connector().check()
    assert [each.name for each in found if each.gate] == GATES
    assert failed(found) == []
    assert steps(found)["tls"].status == "warning"
    assert steps(found)["read catalog"].message == "0 tables and views in 0 schemas"


@pytest.mark.parametrize("password", ["wrong", "", "'; drop table x --", "ü\U0001f511"])
def test_a_wrong_password_fails_the_login(database_source: Source, password: str) -> None:
    connector = database_source.connector(credentials={"username": database_source.username, "password": password})
    found = connector.check()
    assert [(each.name, each.code) for each in failed(found)] == [("login", "CONN_003")]
    assert [each.status for each in found[found.index(failed(found)[0]) + 1 :]] == ["skipped"] * 10
    with pytest.raises(InvalidCredentials) as caught:
        connector.ping()
    assert caught.value.step == "login"
    assert "password" in caught.value.remedy
    assert len(password) < 6 or password not in str(caught.value)


def test_a_missing_database_is_named_as_such(database_source: Source) -> None:
    found = database_source.connector(database="nowhere").check()
    assert [(each.name, each.message) for each in failed(found)] == [
        ("database", "The server has no database of that name")
    ]


def test_a_server_that_is_down_refuses(database_source: Source) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    connector = database_source.connector(port=port)
    assert [(each.name, each.code) for each in failed(connector.check())] == [("dial", "CONN_001")]
    with pytest.raises(ConnectionFailed) as caught:
        connector.ping()
    assert caught.value.transient


def test_a_black_hole_ends_by_the_deadline(database_source: Source) -> None:
    with BlackHole() as hole:
        connector = database_source.connector(port=hole.port, connectionTimeout=1)
        since = time.monotonic()
        found = connector.check()
        assert time.monotonic() - since < 25
        assert [each.code for each in failed(found)] == ["CONN_002"]
        with pytest.raises(ConnectionTimeout):
            connector.ping()


def test_a_port_that_never_opens_fails_the_dial(database_source: Source) -> None:
    """A full backlog drops what knocks, as a firewall does."""
    with socket.socket() as full, contextlib.ExitStack() as knocking:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            knock = knocking.enter_context(socket.socket())
            knock.setblocking(False)
            knock.connect_ex(full.getsockname())
        found = database_source.connector(port=full.getsockname()[1], connectionTimeout=1).check()
    assert [(each.name, each.code) for each in failed(found)] == [("dial", "CONN_002")]


def test_a_black_hole_among_the_addresses_leaves_time_for_the_next(database_source: Source) -> None:
    with contextlib.ExitStack() as held:
        full = held.enter_context(socket.socket())
        full.bind(("127.7.7.7", database_source.port))
        full.listen(0)
        for _ in range(4):
            knock = held.enter_context(socket.socket())
            knock.setblocking(False)
            knock.connect_ex(full.getsockname())
        guard = OutboundGuard([f"two.example:{database_source.port}"], lookup=lambda *_: ["127.7.7.7", "127.0.0.1"])
        assert database_source.connector(host="two.example", guard=guard, connectionTimeout=2).ping() > 0


def test_dialling_can_be_cancelled(database_source: Source) -> None:
    with BlackHole() as hole:
        connector = database_source.connector(port=hole.port)
        since = time.monotonic()
        with pytest.raises(Cancelled):
            connector.discover("names", Patterns(), cancelled=lambda: time.monotonic() - since > 0.3)
        assert time.monotonic() - since < 25


def test_a_slow_server_shares_one_deadline_over_all_steps(database_source: Source) -> None:
    with DelayProxy(database_source.port, 700) as slow:
        found = database_source.connector(port=slow.port, connectionTimeout=2).check()
    assert [each.code for each in failed(found)] == ["CONN_002"]


class TestTls:
    @pytest.fixture
    def authority(self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
        """An authority that this machine trusts."""
        authority = trustme.CA()
        path = tmp_path / "authorities.pem"
        authority.cert_pem.write_to_path(path)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        return authority

    @pytest.fixture
    def secure(self, database_source: Source, authority: trustme.CA) -> Iterator[TlsProxy]:
        with TlsProxy(database_source.port, "127.0.0.1", "localhost", authority=authority) as proxy:
            yield proxy

    def test_a_good_certificate_passes_under_verify_full(self, database_source: Source, secure: TlsProxy) -> None:
        found = steps(database_source.connector(port=secure.port, ssl=True).check())
        assert found["tls"].status == "passed"
        assert found["login"].status == "passed"

    def test_a_name_is_verified_though_an_address_is_dialled(self, database_source: Source, secure: TlsProxy) -> None:
        connector = database_source.connector(host="localhost", port=secure.port, ssl=True)
        assert failed(connector.check()) == []

    def test_another_name_fails(self, database_source: Source, authority: trustme.CA) -> None:
        with TlsProxy(database_source.port, "other.example", authority=authority) as proxy:
            found = failed(database_source.connector(port=proxy.port, ssl=True).check())
        assert [(each.name, each.code) for each in found] == [("tls", "CONN_005")]
        assert "127.0.0.1" in found[0].message

    def test_an_unknown_authority_fails_under_verify_full(self, database_source: Source, authority: trustme.CA) -> None:
        with TlsProxy(database_source.port, "127.0.0.1") as proxy:
            connector = database_source.connector(port=proxy.port, ssl=True)
            found = failed(connector.check())
            assert [(each.name, each.code) for each in found] == [("tls", "CONN_005")]
            assert found[0].remedy
            with pytest.raises(TlsFailed):
                connector.ping()

    def test_require_passes_with_a_warning_even_where_a_root_file_lies_about(
        self, database_source: Source, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".postgresql").mkdir()
        trustme.CA().cert_pem.write_to_path(tmp_path / ".postgresql" / "root.crt")
        monkeypatch.setenv("HOME", str(tmp_path))
        with TlsProxy(database_source.port, "other.example") as proxy:
            found = database_source.connector(port=proxy.port, ssl=True, sslMode="require").check()
        assert failed(found) == []
        assert steps(found)["tls"].status == "warning"
        assert "verify-full" in str(steps(found)["tls"].remedy)

    @pytest.mark.parametrize("mode", ["require", "verify-full"])
    def test_a_server_without_tls_fails_where_tls_is_demanded(self, database_source: Source, mode: str) -> None:
        found = failed(database_source.connector(ssl=True, sslMode=mode).check())
        assert [(each.name, each.code) for each in found] == [("tls", "CONN_005")]

    def test_a_broken_tls_answer_fails(self, database_source: Source, authority: trustme.CA) -> None:
        with TlsProxy(database_source.port, "127.0.0.1", authority=authority, server_says=b"E") as proxy:
            assert failed(database_source.connector(port=proxy.port, ssl=True).check())


class TestAddresses:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "::1"])
    def test_an_address_that_is_not_allowed_is_not_dialled(self, database_source: Source, host: str) -> None:
        connector = database_source.connector(host=host, guard=OutboundGuard())
        assert [(each.name, each.code) for each in failed(connector.check())] == [("address", "CONN_001")]
        with pytest.raises(AddressRefused):
            connector.ping()

    def test_an_unknown_name_fails_to_resolve(self, database_source: Source) -> None:
        def lookup(host: str, port: int) -> list[str]:
            raise socket.gaierror

        found = database_source.connector(host="no.example", guard=OutboundGuard(lookup=lookup)).check()
        assert [each.name for each in failed(found)] == ["resolve"]

    def test_a_dead_address_gives_way_to_the_next(self, database_source: Source) -> None:
        guard = OutboundGuard([f"two.example:{database_source.port}"], lookup=lambda *_: ["127.9.9.9", "127.0.0.1"])
        assert database_source.connector(host="two.example", guard=guard).ping() > 0

    def test_a_name_that_moves_between_check_and_dial_is_dialled_as_checked(self, database_source: Source) -> None:
        answers = iter([["127.0.0.1"]])
        guard = OutboundGuard([f"moves.example:{database_source.port}"], lookup=lambda *_: next(answers))
        assert database_source.connector(host="moves.example", guard=guard).ping() > 0

    def test_the_environment_and_home_of_the_process_have_no_say(
        self, database_source: Source, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".pgpass").write_text("*:*:*:*:stolen\n")
        (tmp_path / ".pgpass").chmod(0o600)
        monkeypatch.setenv("HOME", str(tmp_path))
        hostile = {
            "PGHOST": "/tmp", "PGHOSTADDR": "203.0.113.1", "PGPORT": "1", "PGUSER": "nobody", "PGDATABASE": "nowhere",
            "PGPASSWORD": "stolen", "PGPASSFILE": str(tmp_path / ".pgpass"), "PGAPPNAME": "else",
            "PGOPTIONS": "-c default_transaction_read_only=off", "PGSSLMODE": "verify-full", "PGREQUIRESSL": "1",
            "PGSSLROOTCERT": "/nowhere", "PGSSLCERT": "/nowhere", "PGREQUIREAUTH": "none", "PGGSSENCMODE": "require",
            "PGCHANNELBINDING": "require", "PGCLIENTENCODING": "LATIN1", "PGTARGETSESSIONATTRS": "standby",
            "PGSSLNEGOTIATION": "direct", "PGMINPROTOCOLVERSION": "latest", "PGCONNECT_TIMEOUT": "1",
            "PGTZ": "Asia/Tokyo", "PGDATESTYLE": "German",
        }  # fmt: skip
        for name, value in hostile.items():
            monkeypatch.setenv(name, value)
        with database_source.connector() as connector:
            assert failed(connector.check()) == []
            shown = connector.query("select current_setting('timezone'), current_setting('application_name')")
            assert shown.rows == [("UTC", "crosswind")]
        nothing = database_source.connector(credentials={"username": database_source.username})
        assert [each.code for each in failed(nothing.check())] == ["CONN_003"]

    def test_a_service_in_the_environment_is_refused_by_name(
        self, database_source: Source, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PGSERVICE", "elsewhere")
        with pytest.raises(AddressRefused, match="PGSERVICE"):
            database_source.connector().ping()


def test_a_role_with_few_rights_is_told_what_it_lacks(database_source: Source) -> None:
    role = f"limited_{database_source.database}"
    database_source.execute(
        f"create role {role} login password 'short'",
        "create schema closed create table t (id int)",
        "create table public.hidden (id int)",
    )
    try:
        connector = database_source.connector(credentials={"username": role, "password": "short"})
        found = steps(connector.check())
        assert found["schemas"].status == "warning"
        assert "closed" in found["schemas"].message
        assert found["tables"].status == "warning"
        assert found["least privilege"].status == "passed"
        with connector:
            assert len(list(connector.discover("full", Patterns()).objects)) == 2
    finally:
        database_source.execute(f"drop role {role}")


def test_clear_text_passwords_are_shown_only_to_a_verified_server(database_source: Source) -> None:
    """A server in the middle that asks for the password itself must not get it."""
    import struct

    from tests.support.proxies import Listener

    class Asks(Listener):
        heard = b""

        def serve(self, client: socket.socket) -> None:
            client.recv(8)
            client.sendall(b"N")
            client.recv(4096)
            client.sendall(b"R" + struct.pack("!ii", 8, 3))
            Asks.heard += client.recv(4096)

    with Asks() as thief:
        found = failed(database_source.connector(port=thief.port).check())
    assert [(each.name, each.code) for each in found] == [("login", "CONN_003")]
    assert database_source.password.encode() not in Asks.heard
