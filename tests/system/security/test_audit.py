"""The audit: what happened stands in it, nobody edits it, and who does is found."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.orm import Session
from tests.support.app import CONNECTIONS
from tests.support.stack import Stack

from crosswind.contexts.governance import chain
from crosswind.kit.store import make_engine

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def row(stack: Stack) -> int:
    """A sealed row of the audit: a connection made just now; the command seals what is not sealed yet."""
    connection = stack.register("nothing")
    done = verify(stack)
    assert done.returncode == 0, done.stdout + done.stderr
    asked = "select id from crosswind.audit where connection_id = %s and action = 'create' and hash is not null"
    return int(stack.rows(asked, connection)[0][0])


@pytest.fixture
def unguarded(stack: Stack) -> Iterator[psycopg.Connection[tuple[str]]]:
    """A session of the database's owner in which no trigger fires."""
    with stack.store.connect("airflow") as link:
        link.execute("set session_replication_role = replica")
        yield link


def verify(stack: Stack) -> subprocess.CompletedProcess[str]:
    """`crosswind audit verify` as an administrator calls it."""
    return subprocess.run(
        [sys.executable, "-m", "crosswind.doors.cli.main", "audit", "verify"],
        env=stack.layout.environment(), cwd=stack.layout.root, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def faults(stack: Stack) -> list[str]:
    """What the same walk as the command's finds, without the cost of another process."""
    engine = make_engine(stack.store.url("airflow"), pool_size=1)
    try:
        with Session(engine) as session:
            return [f"{fault.row} {fault.reason}" for fault in chain.verify(session).faults]
    finally:
        engine.dispose()


def test_the_command_finds_a_row_that_was_tampered_with(
    stack: Stack, row: int, unguarded: psycopg.Connection[tuple[str]]
) -> None:
    before = unguarded.execute(f"select actor from crosswind.audit where id = {row}").fetchone()
    unguarded.execute(f"update crosswind.audit set actor = 'somebody else' where id = {row}")
    try:
        done = verify(stack)
    finally:
        unguarded.execute(f"update crosswind.audit set actor = %s where id = {row}", before)
    assert done.returncode != 0
    assert str(row) in done.stdout + done.stderr
    assert faults(stack) == []


@pytest.mark.parametrize("column", ["actor", "action", "after", "at", "outcome", "request_id"])
def test_a_row_that_was_tampered_with_is_named(
    stack: Stack, row: int, unguarded: psycopg.Connection[tuple[str]], column: str
) -> None:
    change = {
        "actor": "'somebody else'", "action": "'nothing'", "after": "'{}'", "at": "at + interval '1 second'",
        "outcome": "'denied'", "request_id": "'forged'",
    }[column]  # fmt: skip
    kept = f"select quote_nullable({column}::text) from crosswind.audit where id = {row}"
    before = unguarded.execute(kept).fetchone()
    kind = {"after": "jsonb", "at": "timestamptz"}.get(column, "text")
    unguarded.execute(f"update crosswind.audit set {column} = {change} where id = {row}")
    try:
        found = faults(stack)
    finally:
        unguarded.execute(f"update crosswind.audit set {column} = {before[0]}::{kind} where id = {row}")
    assert [fault for fault in found if fault.startswith(f"{row} ")]
    assert faults(stack) == []


def test_a_row_that_was_removed_is_missed(stack: Stack, row: int, unguarded: psycopg.Connection[tuple[str]]) -> None:
    unguarded.execute(f"create temp table taken as select * from crosswind.audit where id = {row}")
    unguarded.execute(f"delete from crosswind.audit where id = {row}")
    try:
        found = faults(stack)
    finally:
        columns = unguarded.execute(
            "select string_agg(column_name, ', ') from information_schema.columns "
            "where table_schema = 'crosswind' and table_name = 'audit'"
        ).fetchone()
        unguarded.execute(
            f"insert into crosswind.audit ({columns[0]}) overriding system value select {columns[0]} from taken"
        )
    assert found
    assert faults(stack) == []


@pytest.mark.parametrize(
    "statement", ["update crosswind.audit set actor = 'x'", "delete from crosswind.audit", "truncate crosswind.audit"]
)
def test_the_table_takes_new_rows_only(stack: Stack, statement: str) -> None:
    with pytest.raises(psycopg.Error):
        stack.rows(statement)


def test_denied_attempts_stand_in_it(stack: Stack) -> None:
    viewer = stack.person("viewer")
    answer = viewer.post(f"{CONNECTIONS}/connections", json=stack.body("nothing"))
    assert answer.status_code == 403
    request = answer.headers["X-Request-Id"]
    deadline = time.monotonic() + 30
    while not (
        found := stack.ok(stack.admin.get(f"{CONNECTIONS}/governance/audit", params={"requestId": request}))["data"]
    ):
        assert time.monotonic() < deadline, "the denied attempt was not written"
        time.sleep(0.5)
    assert found[0]["outcome"] == "denied"
    assert found[0]["actor"].startswith("viewer-")


def test_our_changes_to_airflows_connections_stand_in_its_own_log(stack: Stack) -> None:
    connection = stack.register("nothing", credentials={"username": "u", "password": "not for the log"})
    stack.ok(stack.admin.delete(f"{CONNECTIONS}/connections/{connection}"), 204)
    rows = stack.rows("select event, owner, extra from public.log where extra like %s order by id", f"%{connection}%")
    assert len(rows) >= 2
    assert {owner for _, owner, _ in rows} >= {"admin"}
    assert "not for the log" not in str(rows)
