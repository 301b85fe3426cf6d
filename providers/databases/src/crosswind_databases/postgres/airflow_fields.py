"""Between our settings and an Airflow connection of type `postgres`, so that upstream's PostgresHook works on it.

Upstream hands every key of `extra` to its driver, hence only what that driver knows is written. Reading takes an
allow-list: a file or an indirection in an adopted connection (`service`, `passfile`, `sslkey`, `host` …) has no effect.
"""

from __future__ import annotations

import re
from typing import Any

from crosswind.connectors.connector_type import AirflowFields
from crosswind.connectors.port import Credentials
from crosswind.kit.trust import ca_bundle
from crosswind_databases.postgres.settings import PostgresSettings

_OPTION = re.compile(r"(?:-c\s*|--)(?P<name>[a-z_]+)=(?P<value>(?:\\.|[^\s\\])*)")


def to_airflow(settings: PostgresSettings, credentials: Credentials) -> AirflowFields:
    """Return the Airflow fields of a connection."""
    extra: dict[str, Any] = {"connect_timeout": settings.connection_timeout}
    if settings.ssl is not None or settings.ssl_mode is not None:
        extra["sslmode"] = settings.tls
    if settings.tls.startswith("verify"):
        extra["sslrootcert"] = ca_bundle()
    if options := _options(settings):
        extra["options"] = options
    return AirflowFields(
        conn_type="postgres",
        host=settings.host,
        port=settings.port,
        schema=settings.database,
        login=credentials.get("username"),
        password=credentials.get("password"),
        extra=extra,
    )


def from_airflow(fields: AirflowFields) -> tuple[PostgresSettings, dict[str, str]]:
    """Read settings and credentials from an Airflow connection, or raise ValueError."""
    extra = fields.extra
    options = {found["name"]: re.sub(r"\\(.)", r"\1", found["value"]) for found in _found(extra.get("options"))}
    given: dict[str, Any] = {
        "host": fields.host,
        "port": fields.port,
        "database": fields.schema or fields.login,
        "schema": _first_schema(options.get("search_path")),
        "sslMode": extra.get("sslmode"),
        "connectionTimeout": extra.get("connect_timeout"),
        "statementTimeout": _seconds(options.get("statement_timeout")),
    }
    settings = PostgresSettings.model_validate({key: value for key, value in given.items() if value is not None})
    credentials = {"username": fields.login, "password": fields.password}
    return settings, {key: value for key, value in credentials.items() if value is not None}


def _options(settings: PostgresSettings) -> str:
    parts = []
    if settings.search_schema != "public":
        quoted = '"' + settings.search_schema.replace('"', '""') + '"'
        parts.append("-c search_path=" + re.sub(r"([\\\s])", r"\\\1", quoted))
    if settings.statement_timeout:
        parts.append(f"-c statement_timeout={settings.statement_timeout * 1000}")
    return " ".join(parts)


def _found(options: object) -> list[re.Match[str]]:
    return list(_OPTION.finditer(options)) if isinstance(options, str) else []


def _first_schema(path: str | None) -> str | None:
    if path is None:
        return None
    found = re.match(r'\s*(?:"((?:[^"]|"")+)"|([^",]+))', path)
    if found is None:
        return None
    return found[1].replace('""', '"') if found[1] else found[2].strip() or None


def _seconds(timeout: str | None) -> int | None:
    """Read PostgreSQL's milliseconds, rounding up; a value with a unit is left to the server's own reading."""
    return -(-int(timeout) // 1000) if timeout and timeout.isascii() and timeout.isdigit() else None
