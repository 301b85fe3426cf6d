"""What changed, in words."""

from __future__ import annotations

from typing import Any

import pytest

from crosswind.contexts.catalog.changes import MOST, changes


def column(position: int = 1, data_type: str = "text", **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("default_value", "identity", "generated", "comment"))
    return {"position": position, "data_type": data_type, "nullable": True, **empty, **more}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"a": column()}, {"b": column()}, ['column "a" renamed to "b"']),
        ({"a": column()}, {"b": column(2)}, ['column "a" dropped', 'column "b" added (text)']),
        ({"a": column()}, {"b": column(data_type="date")}, ['column "a" dropped', 'column "b" added (date)']),
        ({"a": column()}, {"a": column(nullable=False)}, ['column "a" may no longer be null']),
        ({"a": column()}, {"a": column(default_value="1")}, ['column "a" changed its default']),
        ({"a": column()}, {"a": column(comment="x")}, ['column "a" changed its comment']),
    ],
)
def test_columns(old: dict[str, Any], new: dict[str, Any], told: list[str]) -> None:
    assert changes({}, {}, old, new) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"type_detail": "table"}, {"type_detail": "view"}, "table became view"),
        ({"comment": "a"}, {"comment": "b"}, "comment changed"),
        ({}, {"primary_key": {"name": "k"}}, "primary key added"),
        ({"definition": "a"}, {"definition": "b"}, "definition changed"),
        ({"indexes": [{"name": "i", "columns": ["a"]}]}, {}, 'index "i" dropped'),
        (
            {"foreign_keys": [{"name": "f", "c": 1}]},
            {"foreign_keys": [{"name": "f", "c": 2}]},
            'foreign key "f" changed',
        ),
        ({"dependencies": [1]}, {"dependencies": [2]}, "details changed"),
    ],
)
def test_facts(before: dict[str, Any], after: dict[str, Any], told: str) -> None:
    assert changes(before, after, {}, {}) == [told]


def test_long_lists_are_cut() -> None:
    assert len(changes({}, {}, {}, {f"c{number}": column(number) for number in range(99)})) == MOST
