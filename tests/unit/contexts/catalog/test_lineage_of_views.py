"""Column lineage of views as PostgreSQL itself spells their definitions."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from crosswind.connectors.lineage import LONGEST_DEFINITION, column_lineage, crawled
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


@pytest.mark.parametrize(
    "definition",
    ["", "SELECT 1 AS a, 2 AS a", "DROP TABLE x", "SELECT (", "SELECT 1" + " " * LONGEST_DEFINITION, "(" * 3000],
)
def test_what_cannot_be_read_is_left_to_the_dependencies(definition: str) -> None:
    columns = (SourceColumn("a", 1, "int"), SourceColumn("b", 2, "int"))
    view = SourceObject("public", "v", "VIEW", "view", columns=columns, definition=definition, dependencies=(FLIGHTS,))
    assert column_lineage(view, "postgres") is None


def test_a_table_costs_nothing_and_stays_as_it_is() -> None:
    table = SourceObject("public", "t", "TABLE", "table", hash="h")
    assert (crawled(table, "postgres").lineage, crawled(table, "postgres").hash) == (None, "h")
