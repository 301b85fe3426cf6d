"""Samples of columns, from a real server."""

from __future__ import annotations

import pytest
from tests.connectors.support import Source

from crosswind.connectors.errors import ConnectionTimeout, ReadRefused, SourceBusy
from crosswind.connectors.port import MOST_CHARACTERS, SamplesColumns
from crosswind_databases.postgres.connector import PostgresConnector


@pytest.fixture
def odd(database_source: Source) -> Source:
    database_source.execute(
        'CREATE SCHEMA "Odd ""one"',
        'CREATE TABLE "Odd ""one"."select" ("a b" int, "%s" text, gone text, raw bytea, "q"" t" int)',
        """INSERT INTO "Odd ""one"."select" SELECT n, repeat('é', 5000), NULL, 'x', 7 FROM generate_series(1, 30) n""",
    )  # fmt: skip
    return database_source


def test_values_come_as_text_cut_and_bounded_whatever_the_names(odd: Source) -> None:
    with odd.connector() as connector:
        assert isinstance(connector, SamplesColumns)
        found = connector.sample('Odd "one', "select", ["%s", "a b", "gone", "raw", 'q" t', "never"], 10, 5)
    assert list(found) == ["%s", "a b", "gone", 'q" t']
    assert set(found['q" t']) == {"7"}
    assert {len(values) for values in found.values()} == {10}
    assert set(found["a b"]) == {str(number) for number in range(1, 11)}
    assert set(found["%s"]) == {"é" * MOST_CHARACTERS}
    assert set(found["gone"]) == {None}


def test_a_large_table_is_sampled_all_over(database_source: Source) -> None:
    database_source.execute("CREATE TABLE big AS SELECT n FROM generate_series(1, 200000) n", "ANALYZE big")
    with database_source.connector() as connector:
        found = [int(value or 0) for value in connector.sample("public", "big", ["n"], 200, 5)["n"]]
    assert len(found) == 200
    assert max(found) - min(found) > 40_000
    assert len({value // 226 for value in found}) > 5


def test_a_large_partitioned_table_is_sampled_all_over(database_source: Source) -> None:
    database_source.execute(
        "CREATE TABLE split (n int) PARTITION BY RANGE (n)",
        "CREATE TABLE low PARTITION OF split FOR VALUES FROM (0) TO (50000)",
        "CREATE TABLE high PARTITION OF split FOR VALUES FROM (50000) TO (100001)",
        "INSERT INTO split SELECT generate_series(1, 100000)", "ANALYZE split",
    )  # fmt: skip
    with database_source.connector() as connector:
        found = [int(value or 0) for value in connector.sample("public", "split", ["n"], 200, 5)["n"]]
    assert len(found) == 200
    assert max(found) - min(found) > 20_000


def test_a_wrong_estimate_still_gives_rows(database_source: Source) -> None:
    database_source.execute(
        "CREATE TABLE few AS SELECT n FROM generate_series(1, 3) n", "ANALYZE few",
        "UPDATE pg_class SET reltuples = 1e9 WHERE relname = 'few'",
    )  # fmt: skip
    with database_source.connector() as connector:
        assert sorted(connector.sample("public", "few", ["n"], 10, 5)["n"], key=str) == ["1", "2", "3"]


def test_views_and_partitioned_tables_are_sampled(database_source: Source) -> None:
    database_source.execute(
        "CREATE TABLE parts (n int) PARTITION BY RANGE (n)",
        "CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (0) TO (100)",
        "INSERT INTO parts SELECT generate_series(1, 5)", "CREATE VIEW seen AS SELECT n * 2 AS twice FROM parts",
    )  # fmt: skip
    with database_source.connector() as connector:
        assert connector.sample("public", "parts", ["n"], 2, 5) == {"n": ["1", "2"]}
        assert connector.sample("public", "seen", ["twice"], 2, 5) == {"twice": ["2", "4"]}


def test_what_may_not_be_read_is_left_out(database_source: Source) -> None:
    database_source.execute(
        "CREATE TABLE t (open text, shut text)", "INSERT INTO t VALUES ('a', 'b')",
        "DROP ROLE IF EXISTS sampler", "CREATE ROLE sampler LOGIN PASSWORD 'sampler'",
        "GRANT SELECT (open) ON t TO sampler",
    )  # fmt: skip
    try:
        with database_source.connector(credentials={"username": "sampler", "password": "sampler"}) as connector:
            assert connector.sample("public", "t", ["open", "shut"], 10, 5) == {"open": ["a"]}
            assert connector.sample("public", "t", ["shut"], 10, 5) == {}
    finally:
        database_source.execute("DROP OWNED BY sampler", "DROP ROLE sampler")


def test_slow_locked_and_vanished_tables_end_in_errors_and_leave_a_working_connector(database_source: Source) -> None:
    database_source.execute(
        "CREATE VIEW slow AS SELECT pg_sleep(30) IS NULL AS s",
        "CREATE TABLE t AS SELECT 1 AS n",
        "CREATE TABLE held (n int)",
    )
    with database_source.connector() as connector:
        with pytest.raises(ConnectionTimeout):
            connector.sample("public", "slow", ["s"], 1, 0.5)
        with database_source.connect() as other:
            other.autocommit = False
            other.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(SourceBusy):
                connector.sample("public", "held", ["n"], 1, 20)
            other.rollback()
        with pytest.raises(ReadRefused):
            connector.sample("public", "none", ["n"], 1, 5)
        assert connector.sample("public", "t", ["n"], 1, 5) == {"n": ["1"]}


def test_nothing_can_be_written_by_a_view(database_source: Source) -> None:
    database_source.execute(
        "CREATE TABLE t (n int)",
        "CREATE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'INSERT INTO public.t VALUES (1) RETURNING n'",
        "CREATE VIEW v AS SELECT sneak() AS n",
    )
    with database_source.connector() as connector, pytest.raises(ReadRefused):
        _sample(connector)
    with database_source.connect() as link:
        assert link.execute("SELECT count(*) FROM t").fetchone() == (0,)


def _sample(connector: PostgresConnector) -> None:
    connector.sample("public", "v", ["n"], 5, 5)
