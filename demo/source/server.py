"""Starting the source server and filling it once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from crosswind.doors.cli.stack import files
from crosswind.kit.embedded import EmbeddedPostgres
from demo.source import breakage, flights, people, views

DATABASE = "aviation"
READER = "reader"


@dataclass(frozen=True, repr=False)
class Source:
    """Where a connection finds the source, and with what login."""

    host: str
    port: int
    database: str
    username: str
    password: str


def server(folder: Path, port: int) -> EmbeddedPostgres:
    """Return the source's server, which listens on loopback."""
    return EmbeddedPostgres(folder, port=port)


def start(running: EmbeddedPostgres) -> tuple[Source, bool]:
    """Start and fill the server; tell whether it was filled now or stood there already."""
    running.start()
    running.create_database(DATABASE)
    with running.connect(DATABASE, autocommit=False) as connection:
        fresh = not filled(connection)
        if fresh:
            fill(connection)
    password = _reader_password(running)
    with running.connect(DATABASE) as connection:
        _allow_reading(connection, password)
        if fresh:
            connection.execute("VACUUM ANALYZE")
    return Source("127.0.0.1", running.port, DATABASE, READER, password), fresh


def filled(connection: Connection[Any]) -> bool:
    """Tell whether the data is there; it is filled in one transaction, so half of it never is."""
    row = connection.execute("SELECT to_regclass('reporting.route_delays') IS NOT NULL").fetchone()
    return row is not None and bool(row[0])


def fill(connection: Connection[Any]) -> None:
    """Make every schema and its rows."""
    flights.fill(connection)
    people.fill(connection)
    views.create(connection)


def _reader_password(running: EmbeddedPostgres) -> str:
    path = running.folder / "reader-password"
    if not path.exists():
        files.write(path, secrets.token_urlsafe(18))
    return path.read_text(encoding="utf-8").strip()


def _allow_reading(connection: Connection[Any], password: str) -> None:
    """Give the connection's login the right to read and nothing else."""
    name = sql.Identifier(READER)
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [READER]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))
    for schema in ("flights", "customers", "reporting"):
        wanted = {"role": name, "schema": sql.Identifier(schema)}
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {role}").format(**wanted))
        connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}").format(**wanted))


__all__ = ["Source", "breakage", "server", "start"]
