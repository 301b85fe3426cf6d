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


def each_told(sql: str, dialect: str) -> list[tuple[str, list[str], list[str], dict[str, list[str]], bool]]:
    reader = Reader()
    assert reader.read(Ask(sql, dialect)).problem is None
    return [
        (each.kind, [table.name for table in each.reads], [table.name for table in each.writes],
         {name: [f"{one.table.name}.{one.column}" for one in sources] for name, sources in each.columns.items()},
         each.is_complete)
        for each in reader.trace(Known([])).statements
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [("oracle", 'INSERT ALL WHEN "x" > 1 THEN INTO "a" ("i") VALUES ("x") INTO "b" ("i") VALUES ("x")'
      ' SELECT "x" FROM "s"'),
     ("hive", "FROM s INSERT OVERWRITE TABLE a SELECT x AS i INSERT INTO b SELECT x AS i WHERE x > 1"),
     ("hive", "FROM (SELECT x FROM s) q INSERT INTO a SELECT x AS i INSERT INTO b SELECT x AS i")],
)  # fmt: skip
def test_an_insert_into_many_tables_is_told_table_by_table(dialect: str, sql: str) -> None:
    assert each_told(sql, dialect) == [
        ("INSERT", ["s"], ["a"], {"i": ["s.x"]}, True),
        ("INSERT", ["s"], ["b"], {"i": ["s.x"]}, True),
    ]


def test_a_with_that_writes_is_told_before_what_stands_on_it() -> None:
    sql = """WITH q AS (SELECT x FROM s), gone AS (DELETE FROM a USING q WHERE a.i = q.x RETURNING a.i),
             kept AS (INSERT INTO c (i) SELECT i FROM gone) INSERT INTO b (i) SELECT i FROM gone"""
    assert each_told(sql, "postgres") == [
        ("DELETE", ["s"], ["a"], {}, True),
        ("INSERT", ["a", "s"], ["c"], {"i": ["a.i"]}, True),
        ("INSERT", ["a", "s"], ["b"], {"i": ["a.i"]}, True),
    ]


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [("postgres", "COPY t FROM '/x'", ("COPY", [], ["t"], {}, False)),
     ("postgres", "COPY (SELECT i FROM t) TO '/x'", ("COPY", ["t"], [], {}, True)),
     ("hive", "LOAD DATA INPATH '/x' INTO TABLE t", ("LOAD", [], ["t"], {}, False)),
     ("databricks", "CREATE TABLE t SHALLOW CLONE s", ("CREATE_TABLE", ["s"], ["t"], {}, False)),
     ("spark", "CACHE TABLE t AS SELECT i FROM s", ("OTHER", ["s"], [], {}, False)),
     ("postgres", "REFRESH MATERIALIZED VIEW v", ("OTHER", [], [], {}, False)),
     ("databricks", "MERGE INTO t USING s ON t.i = s.i WHEN MATCHED THEN UPDATE SET *",
      ("MERGE", ["s"], ["t"], {}, False))],
)  # fmt: skip
def test_what_is_not_known_to_be_all_is_not_said_to_be(
    dialect: str, sql: str, expected: tuple[str, list[str], list[str], dict[str, list[str]], bool]
) -> None:
    assert each_told(sql, dialect) == [expected]


def test_what_is_no_statement_of_data_leaves_those_around_it_readable() -> None:
    told = each_told("SAVEPOINT a; INSERT INTO t (i) SELECT i FROM s; nonsense; CHECKPOINT", "postgres")
    assert [(kind, complete) for kind, _, _, _, complete in told] == [
        ("OTHER", True), ("INSERT", True), ("OTHER", False), ("OTHER", True),
    ]  # fmt: skip


def test_tables_that_change_places_are_not_said_to_be_still() -> None:
    assert [
        each[4] for each in each_told("ALTER TABLE a SWAP WITH b; ALTER TABLE a ADD COLUMN i INT", "snowflake")
    ] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    "sql",
    ["SELEC foo", "this is sql", "SELECT (",
     "(" * 3000, "SELECT " + "(" * 400 + "1" + ")" * 400, "SELECT 1;" * 600, "SELECT 'x",
     "SELECT 1 " + "+ 1" * 200_000, "WITH " + ", ".join(f"c{n} AS (SELECT 1)" for n in range(3)),
     "SELECT * FROM " + ", ".join(f"t{n}" for n in range(600))],
)  # fmt: skip
def test_what_cannot_be_read_is_said(sql: str) -> None:
    assert Reader().read(Ask(sql, "postgres")).problem
