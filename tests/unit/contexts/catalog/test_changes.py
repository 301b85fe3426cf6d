"""What changed, in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


SHAPES = st.builds(column, st.integers(1, 2), st.sampled_from(["text", "date"]), nullable=st.booleans())
SOME = st.dictionaries(st.sampled_from("abcdefgh"), SHAPES)


def one_by_one(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What was dropped, renamed or added, each dropped column held against each added one."""
    added = {name: each for name, each in new.items() if name not in old}
    told = []
    for name in (name for name in old if name not in new):
        same = next((other for other, each in added.items() if each == old[name]), None)
        told.append(f'column "{name}" dropped' if same is None else f'column "{name}" renamed to "{same}"')
        added.pop(same or "", None)
    return told + [f'column "{name}" added ({each["data_type"]})' for name, each in added.items()]


@given(SOME, SOME)
def test_renamed_columns_are_found_as_by_comparing_each_with_each(old: dict[str, Any], new: dict[str, Any]) -> None:
    same = {name: old[name] for name in old.keys() & new.keys()}
    assert changes({}, {}, old, new | same) == (one_by_one(old, new) or ["details changed"])


def test_columns_that_are_all_replaced_are_each_looked_at_once() -> None:
    looked = 0

    class Told(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal looked
            looked += 1
            return str(self) == other

        __hash__ = str.__hash__

    old, new = ({f"{side}{number}": column(1, Told(f"{side}{number}")) for number in range(400)} for side in "ab")
    assert changes({}, {}, old, new)[0] == 'column "a0" dropped'
    assert looked <= 400


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
