"""The demo's source, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from demo.labels import agreement, labels
from demo.source import breakage, server
from tests.connectors.support import Source

from crosswind.doors.airflow.looking import Counts, Looker, Table
from crosswind.kit.embedded import EmbeddedPostgres

COUNTS = {"flights.flights": 336_776, "flights.airlines": 16, "customers.people": 2_000, "customers.bookings": 10_000}


@pytest.fixture(scope="module")
def running(short_folder: Path) -> Iterator[tuple[EmbeddedPostgres, server.Source]]:
    found = EmbeddedPostgres(short_folder / "demo", port=0, durable=False)
    source, fresh = server.start(found)
    assert fresh
    yield found, source
    found.stop()


def reader(source: server.Source) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=source.host, port=source.port, dbname=source.database, user=source.username, password=source.password,
        autocommit=True,
    )  # fmt: skip


def test_the_data_is_there_and_may_only_be_read(running: tuple[EmbeddedPostgres, server.Source]) -> None:
    _, source = running
    with reader(source) as connection:
        for table, rows in COUNTS.items():
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM customers.payments")


def test_a_second_start_finds_the_data_as_it_was(running: tuple[EmbeddedPostgres, server.Source]) -> None:
    found, source = running
    again, fresh = server.start(found)
    assert not fresh
    assert again == source


def test_breaking_and_mending_are_each_others_opposite(running: tuple[EmbeddedPostgres, server.Source]) -> None:
    found, source = running
    shape = (
        "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attnum > 0 "
        "AND attrelid::regclass::text ~ '^(flights|customers|reporting)[.]' ORDER BY 1, 2"
    )
    with found.connect(server.DATABASE) as connection:
        before = connection.execute(shape).fetchall()
        breakage.break_it(connection)
        assert breakage.broken(connection)
        assert connection.execute(shape).fetchall() != before
        breakage.mend(connection)
        assert not breakage.broken(connection)
        assert connection.execute(shape).fetchall() == before
    with reader(source) as connection:
        assert connection.execute("SELECT count(*) FROM reporting.airline_punctuality").fetchone() == (16,)


def test_what_is_labelled_as_personal_data_is_what_a_scan_finds(
    running: tuple[EmbeddedPostgres, server.Source],
) -> None:
    _, source = running
    database = Source(source.host, source.port, source.database, source.username, source.password)
    tables = [
        Table(name, each.schema, each.name, {column.name: (column.name, column.data_type) for column in each.columns})
        for name, each in database.discover().items()
    ]
    with Looker(database.connector) as looker:
        judged = {each.id: looker.look([each], Counts()) for each in tables}
        found = [
            (f"flights-demo.aviation.{name}", column["columnId"], finding["kind"])
            for name, columns in judged.items()
            for column in columns
            for finding in column["findings"] or ()
        ]
    with_labels = agreement(found, labels(["flights-demo"]))
    assert with_labels.precision >= 0.95, with_labels.wrong
    assert with_labels.recall >= 0.9, with_labels.missed
