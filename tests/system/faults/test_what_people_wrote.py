"""What people wrote on an asset outlives every crawl, and a crawl of an unchanged source writes nothing."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.support.app import METASTORE
from tests.support.stack import Stack

pytestmark = pytest.mark.system
KEPT_BACK = 11.0
"""Seconds: PostgreSQL's idle sessions report their counters after ten (PGSTAT_IDLE_INTERVAL)."""
TABLES = ("assets", "columns", "relationships", "tags")


def test_what_people_wrote_outlives_every_crawl(stack: Stack) -> None:
    database = stack.database(
        "create table customers (id int primary key, name text)",
        "create table orders (id int primary key, customer int references customers)",
        "comment on table customers is 'from the source'",
        "create view names as select name from customers",
    )
    connection = stack.register(database)
    stack.crawl(connection)
    written = {name: _write(stack, connection, name) for name in ("customers", "orders", "names")}

    stack.fill(database, "comment on table customers is 'changed'", "alter table customers add column born date")
    stack.crawl(connection)
    _expect(stack, written)
    assert {column["name"] for column in _get(stack, written["customers"])["schema"]} == {"id", "name", "born"}

    stack.fill(database, "alter table customers rename column born to birthday", "drop view names")
    stack.crawl(connection)
    _expect(stack, {name: written[name] for name in ("customers", "orders")})

    stack.fill(database, "create view names as select name, birthday from customers")
    stack.crawl(connection)
    _expect(stack, written)

    stack.crawl(connection, kind="DISCOVERY")
    _expect(stack, written)


def test_an_unchanged_source_is_crawled_without_a_write(stack: Stack) -> None:
    database = stack.database(
        *(f"create table t{number} (id int primary key, note text)" for number in range(50)),
        "create table child (id int references t1)",
        "create view v as select t1.note from t1 join t2 using (id)",
    )
    connection = stack.register(database)
    stack.crawl(connection)
    before, audited = _writes(stack), _audited(stack)
    rows = stack.assets(connection)
    task = stack.crawl(connection)
    assert _writes(stack) == before
    assert stack.assets(connection) == rows
    assert _audited(stack) == audited
    assert task["result"]["counts"] == {"added": 0, "changed": 0, "removed": 0, "held": 0, "unchanged": 52}


def _write(stack: Stack, connection: str, name: str) -> str:
    listed = stack.ok(stack.admin.get(f"{METASTORE}/search", params={"q": name, "limit": 100}))["results"]
    found = next(
        each["asset"]["id"]
        for each in listed
        if each["asset"]["connection_id"] == connection and each["asset"]["name"] == name
    )
    body = {"description": f"What people say of {name}", "tags": ["kept", name], "metadata": {"steward": "ana"}}
    stack.ok(stack.admin.put(f"{METASTORE}/assets/{found}", json=body))
    return str(found)


def _get(stack: Stack, asset: str) -> dict[str, Any]:
    found: dict[str, Any] = stack.ok(stack.admin.get(f"{METASTORE}/assets/{asset}"))
    return found


def _expect(stack: Stack, written: dict[str, str]) -> None:
    for name, asset in written.items():
        shown = _get(stack, asset)
        assert shown["description"] == f"What people say of {name}"
        assert sorted(shown["tags"]) == sorted(["kept", name])
        assert shown["metadata"]["steward"] == "ana"


def _writes(stack: Stack) -> list[tuple[object, ...]]:
    """PostgreSQL's own counters, once they stood still for longer than an idle session keeps its own back."""
    asked = (
        "select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables "
        "where schemaname = 'crosswind' and relname = any(%s) order by 1"
    )
    found, since, until = stack.rows(asked, list(TABLES)), time.monotonic(), time.monotonic() + 60
    while time.monotonic() - since < KEPT_BACK:
        assert time.monotonic() < until, "the counters do not stand still"
        time.sleep(1)
        again = stack.rows(asked, list(TABLES))
        found, since = (again, since if again == found else time.monotonic())
    return found


def _audited(stack: Stack) -> list[tuple[object, ...]]:
    return stack.rows("select count(*) from crosswind.audit where entity_type ilike 'asset%'")
