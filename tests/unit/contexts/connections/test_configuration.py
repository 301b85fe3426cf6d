from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crosswind.contexts.connections import configuration
from crosswind.contexts.connections.ports import Stored
from crosswind_databases.postgres import CONNECTOR_TYPE

CREDENTIALS = {"username": "u", "password": "p"}


def both_sides(given: dict[str, Any]) -> tuple[dict[str, Any], Stored]:
    settings = configuration.read_settings(CONNECTOR_TYPE, given)
    fields = configuration.stored_fields(CONNECTOR_TYPE, settings, CREDENTIALS, None)
    return configuration.part(CONNECTOR_TYPE, given, settings), Stored(fields)


@pytest.mark.parametrize(
    "given",
    [
        {"host": "h.example.com", "database": "d"},
        {"host": "h.example.com", "port": 5432, "database": "d", "ssl": True, "rdbms": "postgres", "extra": {"a": [1]}},
        {"host": "h.example.com", "database": "d", "ssl": False},
        {"host": "h.example.com", "database": "d", "sslMode": "require", "schema": 'we"ird name'},
        {"host": "h.example.com", "database": "d", "statementTimeout": 5, "connectionTimeout": 30, "nothing": None},
        {"host": "::1", "database": "d", "port": 6432},
    ],
)
def test_a_configuration_comes_back_as_it_was_given(given: dict[str, Any]) -> None:
    document, stored = both_sides(given)
    assert configuration.shown(CONNECTOR_TYPE, document, stored) == given
    assert not {"host", "port", "database"} & document.keys()


def test_what_was_edited_in_airflow_is_shown_as_it_is_there() -> None:
    document, stored = both_sides({"host": "h.example.com", "database": "d", "ssl": True, "kept": 1})
    edited = replace(stored, fields=replace(stored.fields, host="new.example.com"))
    assert configuration.shown(CONNECTOR_TYPE, document, edited) == {
        "host": "new.example.com", "database": "d", "ssl": True, "kept": 1,
    }  # fmt: skip
    lowered = replace(stored, fields=replace(stored.fields, extra={"sslmode": "disable"}))
    found = configuration.shown(CONNECTOR_TYPE, document, lowered)
    assert (found["sslMode"], "ssl" in found, found["kept"]) == ("disable", False, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"database": "other"}, None),
        ({"statementTimeout": 9, "schema": "s"}, None),
        ({"sslMode": "verify-full", "ssl": None}, None),
        ({"host": "other.example.com"}, "configuration.host"),
        ({"port": 5433}, "configuration.host"),
        ({"sslMode": "require"}, "configuration.sslMode"),
        ({"ssl": None}, "configuration.sslMode"),
    ],
)
def test_what_exposes_a_stored_secret(change: dict[str, Any], field: str | None) -> None:
    given = {"host": "h.example.com", "database": "d", "ssl": True}
    before = configuration.read_settings(CONNECTOR_TYPE, given)
    after = configuration.read_settings(
        CONNECTOR_TYPE, {key: value for key, value in (given | change).items() if value is not None}
    )
    assert configuration.exposed(CONNECTOR_TYPE, before, after) == field


def test_an_airflow_connection_that_cannot_be_read_exposes_everything() -> None:
    after = configuration.read_settings(CONNECTOR_TYPE, {"host": "h", "database": "d"})
    assert configuration.exposed(CONNECTOR_TYPE, None, after) == "configuration.host"
