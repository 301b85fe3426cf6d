from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from tests.connectors.support import Source
from tests.support.proxies import TlsProxy

from crosswind.connectors.port import ReportsSecurity
from crosswind.connectors.types import SecurityFacts


def security(source: Source, **settings: object) -> SecurityFacts:
    with source.connector(**settings) as connector:
        assert isinstance(connector, ReportsSecurity)
        return connector.security()


def reader(source: Source, *grants: str) -> Source:
    """A login that may read one table, with these grants more."""
    name = f"reader_{source.database}"
    source.execute(
        f"create role {name} login password 'reader-secret'",
        "create schema shop",
        "create table shop.orders (id int, email text)",
        f"grant usage on schema shop to {name}",
        f"grant select on shop.orders to {name}",
        "revoke create on schema public from public",
        *(grant.format(name=name) for grant in grants),
    )
    return Source(source.host, source.port, source.database, name, "reader-secret")


def test_a_plain_link_of_a_superuser_says_so(database_source: Source) -> None:
    found = security(database_source)
    assert found.encrypted_in_transit is False
    assert found.tls_version is None
    assert found.certificate_expires_at is None
    assert found.certificate_verified is False
    assert (found.superuser, found.login_can_write) == (True, True)
    assert found.password_hashing == "scram-sha-256"
    assert found.encrypted_at_rest is None
    assert found.logs_access is False


def test_a_login_that_only_reads_can_neither_write_nor_rule(database_source: Source) -> None:
    found = security(reader(database_source))
    assert (found.superuser, found.login_can_write, found.open_to_all_logins) == (False, False, False)


@pytest.mark.parametrize(
    "grant",
    [
        "grant insert on shop.orders to {name}",
        "grant truncate on shop.orders to {name}",
        "grant create on schema shop to {name}",
        "alter role {name} createrole",
        "grant pg_write_all_data to {name}",
    ],
)
def test_any_way_to_write_counts(database_source: Source, grant: str) -> None:
    found = security(reader(database_source, grant))
    assert (found.superuser, found.login_can_write) == (False, True)


@pytest.mark.parametrize(
    ("grants", "opened"),
    [
        (["grant select on shop.orders to public"], False),
        (["grant select on shop.orders to public", "grant usage on schema shop to public"], True),
        (["grant select (email) on shop.orders to public", "grant usage on schema shop to public"], True),
    ],
)
def test_what_every_login_may_read_is_open_to_all(database_source: Source, grants: list[str], opened: bool) -> None:
    assert security(reader(database_source, *grants)).open_to_all_logins is opened


class TestOverTls:
    @pytest.fixture
    def authority(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        return authority

    def test_the_certificate_and_the_version_are_told(self, database_source: Source, authority: trustme.CA) -> None:
        expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=12)
        with TlsProxy(database_source.port, "127.0.0.1", authority=authority) as proxy:
            certificate = authority.issue_cert("127.0.0.1", not_after=expires)
            certificate.configure_cert(proxy.context)
            found = security(database_source, port=proxy.port, ssl=True)
        assert found.encrypted_in_transit is True
        assert found.certificate_verified is True
        assert found.certificate_expires_at == expires
        assert found.tls_version == "TLSv1.3"

    def test_an_expired_certificate_is_read_where_it_is_not_verified(self, database_source: Source) -> None:
        authority = trustme.CA()
        expired = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
        with TlsProxy(database_source.port, "127.0.0.1", authority=authority) as proxy:
            authority.issue_cert("127.0.0.1", not_after=expired).configure_cert(proxy.context)
            proxy.context.maximum_version = ssl.TLSVersion.TLSv1_2
            found = security(database_source, port=proxy.port, ssl=True, sslMode="require")
        assert (found.encrypted_in_transit, found.certificate_verified) == (True, False)
        assert found.certificate_expires_at == expired
        assert found.tls_version == "TLSv1.2"
