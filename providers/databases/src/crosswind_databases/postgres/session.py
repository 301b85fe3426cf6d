"""One read-only transaction: settings are local to it, so that nothing stays behind in a pooled server connection."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from crosswind.connectors.deadline import Deadline
from crosswind_databases.postgres.dial import Link

LOCK_SECONDS = 10
IDLE_SECONDS = 60
_BEGIN = "begin isolation level repeatable read, read only"
_CANONICAL = {
    "timezone": "UTC",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "default_transaction_read_only": "on",
    "lock_timeout": f"{LOCK_SECONDS}s",
    "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
}
CATALOG = {
    "search_path": "pg_catalog",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
"""For reading the catalog: names spelled in full, and the plan by index whatever the server's statistics say."""


@dataclass(frozen=True)
class ServerFacts:
    """What the first answer of a transaction tells about the server."""

    version: int
    database: str
    may_identify: bool
    encoding: str


@contextlib.contextmanager
def reading(
    link: Link, deadline: Deadline, settings: dict[str, str], statement_seconds: int = 0
) -> Iterator[ServerFacts]:
    """Hold a consistent read-only view; begins in one round trip and always ends with a rollback."""
    limit = min(deadline.left, statement_seconds or deadline.left)
    local = {**_CANONICAL, **settings, "statement_timeout": f"{max(1, int(limit * 1000))}ms"}
    yielded = _begin(link, local)
    try:
        yield yielded
    finally:
        if not link.closed and not link.broken:
            with contextlib.suppress(psycopg.Error):
                link.execute("rollback")


def _begin(link: Link, local: dict[str, str]) -> ServerFacts:
    calls = sql.SQL(", ").join(
        sql.SQL("set_config({}, {}, true)").format(sql.Literal(name), sql.Literal(value))
        for name, value in local.items()
    )
    cursor = link.execute(
        sql.SQL(
            "{}; select current_setting('server_version_num')::int, current_database()::text, "
            "has_function_privilege('pg_catalog.pg_control_system()', 'execute'), "
            "current_setting('server_encoding'), {}"
        ).format(sql.SQL(_BEGIN), calls)
    )
    cursor.nextset()
    row = cursor.fetchone()
    if row is None:
        raise psycopg.OperationalError("the server sent no answer")
    return ServerFacts(*row[:4])


def identity(link: Link, facts: ServerFacts) -> str:
    """Return what stays the same over restarts, renames and failovers of a server and differs between servers."""
    if facts.may_identify:
        row = link.execute("select system_identifier::text from pg_catalog.pg_control_system()").fetchone()
    else:
        row = link.execute(
            "select 'database-' || oid::text || '-' || datdba::text from pg_catalog.pg_database "
            "where datname = current_database()"
        ).fetchone()
    return f"postgres:{row[0] if row else 'unknown'}"
