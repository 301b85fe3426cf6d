from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.connectors.support import Source
from tests.support.proxies import TlsProxy

from crosswind.connectors.connector_type import AirflowFields
from crosswind.connectors.errors import InvalidCredentials
from crosswind_databases.postgres import CONNECTOR_TYPE
from crosswind_databases.postgres.airflow_fields import from_airflow, to_airflow
from crosswind_databases.postgres.conninfo import conninfo
from crosswind_databases.postgres.settings import PostgresSettings

LOGIN = {"username": "reader", "password": "canary"}
NEEDED = {"host": "db.example", "database": "shop"}


def parse(**given: Any) -> PostgresSettings:
    return PostgresSettings.model_validate({**NEEDED, **given})


def test_the_designs_example_is_accepted() -> None:
    settings = PostgresSettings.model_validate(
        {
            "host": "rds-v3243521.us-east-1.rds.aws.com",
            "port": 5432,
            "database": "public",
            "rdbms": "postgres",
            "version": "14.2",
            "ssl": True,
            "certificate": "aws-cm-452219",
        }
    )
    assert (settings.tls, settings.connection_timeout, settings.search_schema) == ("verify-full", 30, "public")


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({}, "prefer"),
        ({"ssl": True}, "verify-full"),
        ({"ssl": False}, "disable"),
        ({"ssl": True, "sslMode": "require"}, "require"),
        ({"sslMode": "verify-ca"}, "verify-ca"),
    ],
)
def test_tls_is_the_strictest_that_was_meant(given: dict[str, Any], mode: str) -> None:
    assert parse(**given).tls == mode


@pytest.mark.parametrize(
    "given",
    [
        {"host": ""},
        {"host": "/tmp"},
        {"host": "@abstract"},
        {"host": "a,b"},
        {"host": None},
        {"host": "a b"},
        {"port": 0},
        {"port": 65536},
        {"database": ""},
        {"database": "x" * 64},
        {"database": "a\0b"},
        {"schema": "a\nb"},
        {"schema": "\ud800"},
        {"ssl": True, "sslMode": "disable"},
        {"ssl": True, "sslMode": "prefer"},
        {"ssl": False, "sslMode": "verify-full"},
        {"sslMode": "trust me"},
        {"connectionTimeout": 0},
        {"connectionTimeout": 10**9},
        {"statementTimeout": -1},
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse(**given)


names = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40)


@given(names, names, st.integers(0, 86_400), st.sampled_from([None, "require", "verify-full", "disable"]))
def test_settings_survive_airflow_whatever_their_names(
    database: str, schema: str, seconds: int, mode: str | None
) -> None:
    settings = parse(database=database, schema=schema, statementTimeout=seconds, sslMode=mode)
    back, credentials = from_airflow(to_airflow(settings, LOGIN))
    assert back == settings
    assert credentials == LOGIN


HOSTILE = {
    "service": "evil",
    "passfile": "/etc/shadow",
    "sslkey": "/etc/shadow",
    "sslcert": "/etc/shadow",
    "sslrootcert": "/tmp/evil.pem",
    "sslcrl": "/tmp/x",
    "host": "/var/run/postgresql",
    "hostaddr": "127.0.0.1",
    "port": "6666",
    "dbname": "host=/tmp",
    "user": "postgres",
    "requirepeer": "postgres",
    "require_auth": "password",
    "options": "-c default_transaction_read_only=off -c role=postgres",
    "target_session_attrs": "any",
    "sslkeylogfile": "/tmp/keys",
    "gssencmode": "require",
    "cursor": "realdictcursor",
    "iam": True,
}


def test_an_adopted_connections_files_and_indirections_have_no_effect() -> None:
    plain = AirflowFields("postgres", "db.example", 5432, "shop", "reader", "canary", {"sslmode": "verify-full"})
    hostile = AirflowFields(
        "postgres", "db.example", 5432, "shop", "reader", "canary", {**HOSTILE, "sslmode": "verify-full"}
    )
    assert from_airflow(hostile) == from_airflow(plain)
    settings, credentials = from_airflow(hostile)
    said = conninfo(settings, credentials, "203.0.113.1")
    for word in ("evil", "shadow", "/tmp", "/var", "6666", "role="):
        assert word not in said
    assert "host=db.example hostaddr=203.0.113.1 port=5432" in said


@pytest.mark.parametrize("host", [None, "", "/var/run/postgresql", "@x", "a,b", "evil@db"])
def test_an_adopted_socket_or_list_is_refused(host: str | None) -> None:
    with pytest.raises(ValueError, match="host"):
        from_airflow(AirflowFields("postgres", host, 5432, "shop", "reader", "canary", {}))


def test_airflows_own_spellings_are_read() -> None:
    settings, credentials = from_airflow(
        AirflowFields(
            "postgres",
            "DB.example",
            None,
            None,
            "reader",
            None,
            {"connect_timeout": "7", "options": "--search_path=sales,public -cstatement_timeout=1500"},
        )
    )
    assert (settings.host, settings.port, settings.database) == ("db.example", 5432, "reader")
    assert (settings.connection_timeout, settings.search_schema, settings.statement_timeout) == (7, "sales", 2)
    assert credentials == {"username": "reader"}


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"username": "a\0b", "password": "x"},
        {"username": "a", "password": "x\0 host=/tmp"},
        {"username": "a", "password": "\ud800"},
    ],
)
def test_credentials_that_would_cut_the_parameters_are_refused(credentials: dict[str, str]) -> None:
    with pytest.raises(InvalidCredentials):
        conninfo(parse(), credentials, "203.0.113.1")


@pytest.mark.parametrize("value", ["x host=/tmp", "x' host='/tmp", "x\\", "postgresql://evil/", "a=b", " "])
def test_values_stay_values(value: str) -> None:
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(conninfo(parse(database=value), {"username": value, "password": value}, "203.0.113.1"))
    assert (parts["dbname"], parts["user"], parts["password"]) == (value, value, value)
    assert (parts["host"], parts["hostaddr"]) == ("db.example", "203.0.113.1")


def test_the_namespace_is_openlineages() -> None:
    assert CONNECTOR_TYPE.namespace(parse(port=5433)) == "postgres://db.example:5433"
    assert CONNECTOR_TYPE.namespace(parse(host="2001:DB8::1")) == "postgres://[2001:db8::1]:5432"
    assert CONNECTOR_TYPE.dataset_name("shop", "public", "orders") == "shop.public.orders"


def test_airflows_own_hook_works_with_our_fields(
    database_source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.providers.postgres.hooks.postgres import PostgresHook
    from airflow.sdk import Connection

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    database_source.execute('create schema "My Schema"', 'create table "My Schema".t as select 7 as n')
    with TlsProxy(database_source.port, "127.0.0.1", authority=authority) as proxy:
        settings = parse(
            host="127.0.0.1", port=proxy.port, database=database_source.database, schema="My Schema", ssl=True,
            statementTimeout=5,
        )  # fmt: skip
        fields = to_airflow(settings, database_source.credentials)
        connection = Connection(
            conn_id="ours",
            conn_type=fields.conn_type,
            host=fields.host,
            port=fields.port,
            schema=fields.schema,
            login=fields.login,
            password=fields.password,
            extra=json.dumps(dict(fields.extra)),
        )
        hook = PostgresHook(connection=connection)
        assert hook.get_records("select n, current_setting('statement_timeout') from t") == [(7, "5s")]
