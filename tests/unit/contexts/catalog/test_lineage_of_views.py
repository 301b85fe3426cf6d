"""Column lineage of views as PostgreSQL itself spells their definitions."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from crosswind.connectors.lineage import LONGEST_DEFINITION, column_lineage, crawled
from crosswind.connectors.sql.shapes import MOST_TABLES
from crosswind.connectors.types import Dependency, SourceColumn, SourceObject

FLIGHTS = Dependency("public", "flights", ("carrier", "delay", "origin", "Odd.Name"))
AIRLINES = Dependency("public", "airlines", ("carrier", "name"))


def lineage(
    definition: str, *columns: str, reads: tuple[Dependency, ...] = (FLIGHTS, AIRLINES)
) -> Mapping[str, set[str]]:
    made = tuple(SourceColumn(name, index, "text") for index, name in enumerate(columns, 1))
    view = SourceObject("public", "v", "VIEW", "view", columns=made, definition=definition, dependencies=reads)
    found = column_lineage(view, "postgres")
    assert found is not None
    return {name: {f"{each.schema}.{each.name}.{each.column}" for each in sources} for name, sources in found.items()}


def test_joins_aggregates_and_quoted_names() -> None:
    definition = """ SELECT a.name AS airline, count(*) AS flights, avg(f.delay) AS "Mean Delay", f."Odd.Name"
       FROM (public.flights f JOIN public.airlines a ON (((a.carrier)::text = (f.carrier)::text)))
      GROUP BY a.name, f."Odd.Name";"""
    assert lineage(definition, "airline", "flights", "Mean Delay", "Odd.Name") == {
        "airline": {"public.airlines.name"},
        "flights": set(),
        "Mean Delay": {"public.flights.delay"},
        "Odd.Name": {"public.flights.Odd.Name"},
    }


def test_common_table_expressions_unions_and_subqueries() -> None:
    definition = """ WITH late AS (SELECT flights.carrier, flights.delay FROM public.flights
       UNION ALL SELECT airlines.carrier, 0 FROM public.airlines)
     SELECT late.carrier AS c, (SELECT max(f.origin) FROM public.flights f WHERE f.carrier = late.carrier) AS o,
       late.delay + 1 AS d FROM late;"""
    assert lineage(definition, "c", "o", "d") == {
        "c": {"public.flights.carrier", "public.airlines.carrier"},
        "o": {"public.flights.origin"},
        "d": {"public.flights.delay"},
    }


def test_names_without_their_schema_and_renamed_columns() -> None:
    assert lineage(" SELECT carrier FROM flights;", "operator") == {"operator": {"public.flights.carrier"}}


def test_lateral_and_recursive_queries() -> None:
    lateral = """ SELECT f.carrier, sums.total FROM (public.flights f
       LEFT JOIN LATERAL ( SELECT sum(length(a.name)) AS total FROM public.airlines a
          WHERE (a.carrier = f.carrier)) sums ON (true));"""
    assert lineage(lateral, "carrier", "total") == {
        "carrier": {"public.flights.carrier"},
        "total": {"public.airlines.name"},
    }
    recursive = """ WITH RECURSIVE r(a, b) AS ( SELECT flights.carrier, flights.origin FROM public.flights
       UNION ALL SELECT r_1.b, r_1.a FROM r r_1 WHERE (r_1.a < r_1.b)) SELECT a, b FROM r;"""
    both = {"public.flights.carrier", "public.flights.origin"}
    assert lineage(recursive, "a", "b") == {"a": both, "b": both}


def test_what_a_function_gives_is_made_of_what_it_is_called_with() -> None:
    definition = " SELECT part.part AS p, f.delay FROM public.flights f, LATERAL unnest(f.origin) part(part);"
    assert lineage(definition, "p", "delay") == {"p": {"public.flights.origin"}, "delay": {"public.flights.delay"}}


def test_a_definition_with_its_create_before_it() -> None:
    definition = "CREATE VIEW public.v AS SELECT carrier, name FROM public.airlines"
    assert lineage(definition, "a", "b") == {"a": {"public.airlines.carrier"}, "b": {"public.airlines.name"}}


@pytest.mark.parametrize(
    "definition",
    ["SELECT flights.a, other.b FROM other, (SELECT * FROM one, two) flights", "SELECT 1 AS a, 2 AS b; SELECT 3",
     "", "SELECT 1 AS a, 2 AS a", "DROP TABLE x", "SELECT (", "SELECT 1" + " " * LONGEST_DEFINITION, "(" * 3000,
     f"SELECT t0.a, t1.b FROM {', '.join(f't{number}' for number in range(MOST_TABLES + 1))}"],
)  # fmt: skip
def test_what_cannot_be_read_is_left_to_the_dependencies(definition: str) -> None:
    columns = (SourceColumn("a", 1, "int"), SourceColumn("b", 2, "int"))
    view = SourceObject("public", "v", "VIEW", "view", columns=columns, definition=definition, dependencies=(FLIGHTS,))
    assert column_lineage(view, "postgres") is None


def test_a_table_costs_nothing_and_stays_as_it_is() -> None:
    table = SourceObject("public", "t", "TABLE", "table", hash="h")
    assert (crawled(table, "postgres").lineage, crawled(table, "postgres").hash) == (None, "h")
