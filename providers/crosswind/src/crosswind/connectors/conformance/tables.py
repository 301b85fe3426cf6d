"""What holds for connectors that list tables, and for those that run queries."""

# ruff: noqa: D102 tests, named by what they expect

from __future__ import annotations

from typing import ClassVar

import msgspec
import pytest

from crosswind.connectors.conformance.connector import ConnectorConformance
from crosswind.connectors.conformance.subject import Subject
from crosswind.connectors.errors import Cancelled, ConnectorError
from crosswind.connectors.patterns import Patterns
from crosswind.connectors.port import ListsTables, RunsQueries
from crosswind.connectors.types import Depth, SourceObject

TABLES = (("b", "second"), ("b", "first"), ("a", "z"), ("a", "A"), ("a.b", 'quo"te; --'), ("ü", "50%_\\"))


class ListsTablesConformance(ConnectorConformance):
    """For connectors whose `discover` yields tables or datasets.

    A system that has one schema a connection, or other names, says so: `named` is what the workbench creates, `changed`
    one of them, `always` what is there besides and has no columns.
    """

    named: ClassVar[tuple[tuple[str, str], ...]] = TABLES
    changed: ClassVar[tuple[str, str]] = ("b", "first")
    always: ClassVar[tuple[tuple[str, str], ...]] = ()

    @pytest.fixture
    def tables(self, subject: Subject) -> tuple[tuple[str, str], ...]:
        """Names of tables that exist now, in the order a discovery yields them."""
        for schema, name in self.named:
            subject.workbench.create(schema, name)
        return tuple(sorted((*self.named, *self.always)))

    def found(self, subject: Subject, depth: Depth = "full", patterns: Patterns | None = None) -> list[SourceObject]:
        with subject.open() as connector:
            assert isinstance(connector, ListsTables)
            return list(connector.discover(depth, patterns or Patterns()).objects)

    def names(self, found: list[SourceObject]) -> tuple[tuple[str, str], ...]:
        return tuple((each.schema, each.name) for each in found)

    def test_tables_come_in_code_point_order(self, subject: Subject, tables: tuple[tuple[str, str], ...]) -> None:
        assert self.names(self.found(subject)) == tables

    def test_both_depths_find_the_same(self, subject: Subject, tables: tuple[tuple[str, str], ...]) -> None:
        assert self.names(self.found(subject, "names")) == tables

    @pytest.mark.usefixtures("tables")
    def test_columns_are_numbered_without_holes(self, subject: Subject) -> None:
        for each in self.found(subject):
            if (each.schema, each.name) in self.always:
                continue
            assert len(each.columns) >= 2
            assert [column.position for column in each.columns] == list(range(1, len(each.columns) + 1))

    @pytest.mark.usefixtures("tables")
    def test_objects_survive_the_wire(self, subject: Subject) -> None:
        found = self.found(subject)
        assert msgspec.json.decode(msgspec.json.encode(found), type=list[SourceObject]) == found

    @pytest.mark.usefixtures("tables")
    def test_an_unchanged_source_has_the_same_hashes(self, subject: Subject) -> None:
        first = [each.hash for each in self.found(subject)]
        assert all(first)
        assert len(set(first)) == len(first)
        assert [each.hash for each in self.found(subject)] == first

    @pytest.mark.usefixtures("tables")
    def test_statistics_do_not_move_a_hash(self, subject: Subject) -> None:
        before = {each.name: each.hash for each in self.found(subject)}
        subject.workbench.fill(*self.changed)
        assert {each.name: each.hash for each in self.found(subject)} == before

    @pytest.mark.usefixtures("tables")
    def test_a_change_moves_exactly_its_own_hash(self, subject: Subject) -> None:
        before = {each.name: each.hash for each in self.found(subject)}
        subject.workbench.alter(*self.changed)
        after = {each.name: each.hash for each in self.found(subject)}
        assert [name for name in before if after[name] != before[name]] == [self.changed[1]]

    @pytest.mark.usefixtures("tables")
    def test_a_dropped_table_is_gone(self, subject: Subject) -> None:
        subject.workbench.drop(*self.changed)
        assert self.changed not in self.names(self.found(subject))

    @pytest.mark.parametrize(
        "patterns",
        [
            Patterns(include=("b",)),
            Patterns(include=("*.z", '"a.b"')),
            Patterns(exclude=("?.?", "b.s*")),
            Patterns(include=("*.*%_*",)),
            Patterns(include=("nothing",)),
        ],
    )
    def test_patterns_mean_what_they_say(
        self, subject: Subject, tables: tuple[tuple[str, str], ...], patterns: Patterns
    ) -> None:
        expected = tuple(each for each in tables if patterns.wants(*each))
        assert self.names(self.found(subject, "names", patterns)) == expected

    @pytest.mark.usefixtures("tables")
    def test_the_server_is_the_same_each_time(self, subject: Subject) -> None:
        with subject.open() as connector:
            first, second = (connector.discover("names", Patterns()) for _ in range(2))
        assert first.identity
        assert (first.identity, first.database) == (second.identity, second.database)

    @pytest.mark.usefixtures("tables")
    def test_it_stops_when_asked(self, subject: Subject) -> None:
        with subject.open() as connector, pytest.raises(Cancelled):
            list(connector.discover("full", Patterns(), cancelled=lambda: True).objects)


class RunsQueriesConformance(ConnectorConformance):
    """For connectors that answer queries."""

    def test_rows_are_limited_and_it_says_so(self, subject: Subject) -> None:
        with subject.open() as connector:
            assert isinstance(connector, RunsQueries)
            found = connector.query("select 1 as one union all select 2 union all select 3", limit=2)
            assert (len(found.rows), found.truncated, found.columns) == (2, True, ("one",))
            assert not connector.query("select 1").truncated

    def test_writing_is_refused(self, subject: Subject) -> None:
        with subject.open() as connector, pytest.raises(ConnectorError):
            connector.query(subject.write_statement)
