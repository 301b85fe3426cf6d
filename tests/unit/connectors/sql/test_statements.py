"""The lineage of statements, shape by shape, and what of them cannot be read."""

from __future__ import annotations

import pytest
from tests.support.statements import STATEMENTS, Statement, facts, read

from crosswind.connectors.sql.reader import Reader
from crosswind.connectors.sql.shapes import Ask, Known


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.shape)
def test_what_flows_where(statement: Statement) -> None:
    assert facts(read(statement)) == statement.expected


def told(sql: str, dialect: str = "postgres") -> tuple[bool, dict[str, list[str]]]:
    reader = Reader()
    assert reader.read(Ask(sql, dialect, "public", "shop")).problem is None
    (found,) = reader.trace(Known([])).statements
    return found.is_complete, {name: [each.column for each in sources] for name, sources in found.columns.items()}


def test_a_star_over_a_table_nobody_knows_is_incomplete_and_passes_names_on() -> None:
    assert told("SELECT * FROM unknown") == (False, {})
    assert told("SELECT id FROM (SELECT * FROM unknown) q") == (True, {"id": ["id"]})
    assert told("INSERT INTO t (a, b) SELECT * FROM unknown")[0] is False
    assert told("SELECT id FROM (SELECT * FROM one, two) q")[0] is False


def test_names_in_another_database_stay_apart() -> None:
    reader = Reader()
    named = reader.read(Ask("INSERT INTO other.public.a SELECT id FROM shop.public.a", "postgres", "public", "shop"))
    assert sorted((each.catalog, each.schema, each.name) for each in named.tables) == [
        ("other", "public", "a"),
        ("shop", "public", "a"),
    ]
    (found,) = reader.trace(Known([])).statements
    assert ([each.catalog for each in found.reads], [each.catalog for each in found.writes]) == (["shop"], ["other"])


def test_statements_without_data_flow_are_others() -> None:
    reader = Reader()
    sql = "TRUNCATE a; DROP TABLE a; GRANT SELECT ON a TO b; CREATE INDEX i ON a (x); BEGIN; COMMIT"
    assert reader.read(Ask(sql, "postgres")).problem is None
    assert {each.kind for each in reader.trace(Known([])).statements} == {"OTHER"}


@pytest.mark.parametrize(
    "sql",
    ["SELECT (", "(" * 3000, "SELECT " + "(" * 400 + "1" + ")" * 400, "SELECT 1;" * 600, "SELECT 'x",
     "SELECT 1 " + "+ 1" * 200_000, "WITH " + ", ".join(f"c{n} AS (SELECT 1)" for n in range(3)),
     "SELECT * FROM " + ", ".join(f"t{n}" for n in range(600))],
)  # fmt: skip
def test_what_cannot_be_read_is_said(sql: str) -> None:
    assert Reader().read(Ask(sql, "postgres")).problem
