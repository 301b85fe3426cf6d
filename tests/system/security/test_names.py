"""Names of schemas, tables and columns that try to be SQL, HTML or a path, from the source to every answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from psycopg import sql
from tests.support.app import CONNECTIONS, METASTORE
from tests.support.stack import Stack

pytestmark = pytest.mark.system
SCHEMAS = ['s"; drop schema crosswind cascade; --', "it's", "schéma.with.dots", "%s %(name)s {0} $1"]
TABLES = [
    "'; delete from crosswind.assets; --",
    'a"b',
    "a.b.c",
    "a/b?c=d&e#f",
    "%27%22..%2f",
    "back\\slash\\'",
    "<img src=x onerror=alert(1)>",
    "表 д 🐘 ẞ",
    "or 1=1) union select password from connection --",
    "x" * 63,
]
EVIL_COLUMN = "c'\"; update crosswind.connections set tenant = 'x'; --"


@pytest.fixture(scope="module")
def crawled(stack: Stack) -> str:
    """A connection to a database that holds every schema with every table, and a view over each first one."""
    database = stack.database()
    with stack.source.connect(database) as link:
        for schema in SCHEMAS:
            link.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
            for table in TABLES:
                place = sql.Identifier(schema, table)
                link.execute(sql.SQL("create table {} (id int, {} text)").format(place, sql.Identifier(EVIL_COLUMN)))
                link.execute(sql.SQL("comment on table {} is {}").format(place, sql.Literal(f"comment {table}")))
            link.execute(
                sql.SQL("create view {} as select {} from {}").format(
                    sql.Identifier(schema, "v;iew'\""), sql.Identifier(EVIL_COLUMN), sql.Identifier(schema, TABLES[0])
                )
            )
    connection = stack.register(database)
    stack.crawl(connection)
    return connection


def test_every_name_is_in_the_catalog_as_it_stands(stack: Stack, crawled: str) -> None:
    found = stack.rows(
        "select a.schema, a.name from crosswind.assets a join crosswind.connections c on c.key = a.connection_key "
        "where c.id = %s and a.removed_at is null",
        crawled,
    )
    assert set(found) == {(schema, table) for schema in SCHEMAS for table in [*TABLES, "v;iew'\""]}
    assert len(found) == len(SCHEMAS) * (len(TABLES) + 1)
    assert len(set(stack.assets(crawled))) == len(found)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_schemas_and_tables_answer_to_their_names(stack: Stack, crawled: str, schema: str) -> None:
    base = f"{CONNECTIONS}/connections/{crawled}"
    listed = stack.ok(stack.admin.get(f"{base}/schemas", params={"pageSize": 100}))["data"]
    assert {each["name"] for each in listed} == set(SCHEMAS)
    assert stack.ok(stack.admin.get(f"{base}/schemas/{quote(schema, safe='')}"))["name"] == schema
    tables = stack.ok(stack.admin.get(f"{base}/tables", params={"schema": schema, "pageSize": 100}))["data"]
    assert {each["name"] for each in tables} == {*TABLES, "v;iew'\""}
    for table in TABLES:
        answer = stack.admin.get(f"{base}/tables/{quote(table, safe='')}", params={"schema": schema})
        assert stack.ok(answer)["name"] == table
        assert {column["name"] for column in answer.json()["columns"]} == {"id", EVIL_COLUMN}


@pytest.mark.parametrize(
    "word", [*SCHEMAS, *TABLES, EVIL_COLUMN, "v;iew'\"", "' | & ! ( <-> :*", "\\", "*:*", "a" * 500]
)
def test_a_search_for_a_name_is_a_search(stack: Stack, crawled: str, word: str) -> None:
    for path in ("search", "search/facets"):
        answer = stack.admin.get(f"{METASTORE}/{path}", params={"q": word})
        assert answer.status_code in {200, 400}, answer.text
    if word in TABLES:
        hits = stack.ok(
            stack.admin.get(f"{METASTORE}/search", params={"q": word, "connection": crawled, "limit": 100})
        )["results"]
        assert word in {hit["asset"]["name"] for hit in hits}


def test_a_highlight_holds_no_markup_of_the_source(stack: Stack, crawled: str) -> None:
    found = stack.ok(stack.admin.get(f"{METASTORE}/search", params={"q": "onerror alert", "limit": 100}))["results"]
    assert found
    told = str([hit["highlights"] for hit in found])
    assert "<img" not in told


def test_lineage_of_every_view(stack: Stack, crawled: str) -> None:
    hits = stack.ok(stack.admin.get(f"{METASTORE}/assets", params={"type": "VIEW", "limit": 100}))["data"]
    views = [hit for hit in hits if hit["connection_id"] == crawled]
    assert len(views) == len(SCHEMAS)
    for view in views:
        lineage: dict[str, Any] = stack.ok(stack.admin.get(f"{METASTORE}/assets/{view['id']}/lineage"))
        assert [each["asset"]["name"] for each in lineage["upstream"]] == [TABLES[0]]
        assert stack.ok(stack.admin.get(f"{METASTORE}/assets/{view['id']}"))["name"] == "v;iew'\""


@pytest.mark.parametrize("pattern", ["';drop table x;--.*", '"', "*.*;select 1", "(a|b)+.[", "\\.%"])
def test_a_pattern_is_a_pattern(stack: Stack, crawled: str, pattern: str) -> None:
    payload = {"connection_id": crawled, "include": [pattern]}
    answer = stack.admin.post(f"{METASTORE}/tasks", json={"type": "DISCOVERY", "payload": payload})
    if answer.status_code == 201:
        task = stack.ended(answer.json()["id"])
        assert task["status"] == "COMPLETED", task
    else:
        assert answer.status_code == 400
    assert len(stack.assets(crawled)) == len(SCHEMAS) * (len(TABLES) + 1)
