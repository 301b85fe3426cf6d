"""Which changes of a schema break whoever reads or writes it."""

from __future__ import annotations

from typing import Any

import pytest

from crosswind.contexts.catalog.versions.breaking import schema_changes, widens

WIDER = [
    ("smallint", "integer"),
    ("integer", "bigint"),
    ("int32", "int64"),
    ("int4", "bigint"),
    ("integer", "double precision"),
    ("real", "double precision"),
    ("bigint", "numeric"),
    ("integer", "numeric(12,2)"),
    ("numeric(10,2)", "numeric(12,2)"),
    ("numeric(10,2)", "numeric"),
    ("character varying(20)", "character varying(40)"),
    ("character varying(20)", "text"),
    ("character(3)", "character varying(3)"),
    ("timestamp(3) without time zone", "timestamp(6) without time zone"),
    ("timestamp(3) with time zone", "timestamp with time zone"),
    ("integer[]", "bigint[]"),
]
NARROWER = [
    ("bigint", "integer"),
    ("bigint", "double precision"),
    ("numeric", "numeric(12,2)"),
    ("numeric(10,2)", "numeric(10,4)"),
    ("bigint", "numeric(10,2)"),
    ("text", "character varying(40)"),
    ("character varying", "character varying(40)"),
    ("text", "integer"),
    ("integer", "text"),
    ("timestamp without time zone", "timestamp with time zone"),
    ("integer", "bigint[]"),
    ("date", "timestamp without time zone"),
    ("struct<a: int>", "struct<a: int, b: int>"),
]


@pytest.mark.parametrize(("before", "after"), WIDER)
def test_a_wider_type_holds_all_there_was(before: str, after: str) -> None:
    assert widens(before, after)


@pytest.mark.parametrize(("before", "after"), NARROWER)
def test_any_other_type_may_not(before: str, after: str) -> None:
    assert not widens(before, after)


def column(data_type: str = "integer", *, nullable: bool = True, **more: Any) -> dict[str, Any]:
    return {"data_type": data_type, "nullable": nullable, "default_value": None, **more}


@pytest.mark.parametrize(
    ("old", "new", "kind", "breaking"),
    [
        (None, column(), "column_added", False),
        (None, column(nullable=False), "column_added", True),
        (None, column(nullable=False, default_value="0"), "column_added", False),
        (None, column(nullable=False, identity="always"), "column_added", False),
        (column(), None, "column_removed", True),
        (column(), column("bigint"), "type_changed", False),
        (column("bigint"), column(), "type_changed", True),
        (column(), column(nullable=False), "nullability_changed", True),
        (column(nullable=False), column(), "nullability_changed", False),
    ],
)
def test_what_happens_to_a_column(old: Any, new: Any, kind: str, breaking: bool) -> None:
    before, after = ({} if each is None else {"c": each} for each in (old, new))
    (change,) = schema_changes(before, after, {}, {})
    assert (change["kind"], change["column"], change["breaking"]) == (kind, "c", breaking)


def test_a_primary_key_breaks_when_it_is_another_and_not_when_it_is_new() -> None:
    none: dict[str, Any] = {}
    ours, other = {"primary_key": {"columns": ["a"]}}, {"primary_key": {"columns": ["a", "b"]}}
    assert [change["breaking"] for change in schema_changes({}, {}, ours, other)] == [True]
    assert [change["breaking"] for change in schema_changes({}, {}, none, ours)] == [False]
    assert schema_changes({}, {}, ours, ours) == []
