from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.object_stores.readers.support import source

from crosswind_object_stores.readers import records
from crosswind_object_stores.readers.sample import sample
from crosswind_object_stores.readers.source import MOST_COLUMNS, Unreadable
from crosswind_object_stores.readers.text import Head, TooShort


def head(text: str, complete: bool = True) -> Head:
    return Head(text, complete, "utf-8", None, 1.0)


def fields(text: str, complete: bool = True) -> dict[str, str]:
    found = records.described(head(text, complete), records.parse(head(text, complete)))
    return {each.name: each.data_type for each in found.fields}


def test_types_hold_all_that_was_seen() -> None:
    lines = [
        {"a": 1, "b": "x", "c": None},
        {"a": 2.5, "b": None, "d": True},
        {"e": "2024-01-01", "f": "2024-01-01T10:00Z"},
    ]
    assert fields("\n".join(map(json.dumps, lines))) == {
        "a": "number", "b": "string", "c": "string", "d": "boolean", "e": "date", "f": "timestamp",
    }  # fmt: skip


def test_what_is_nested_is_named_by_its_path() -> None:
    record = {"a": {"b": {"c": 1}}, "l": [{"m": "x"}, {"m": "y", "n": [1, 2]}], "tags": ["x"], "none": [], "empty": {}}
    assert fields(json.dumps(record)) == {
        "a.b.c": "integer", "l.m": "array<string>", "l.n": "array<integer>", "tags": "array<string>",
        "none": "string", "empty": "object",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("records", "names"),
    [
        ([{"ann@a.example": {"n": 1}, "bob@b.example": {"n": 2}}], {"*.n": "integer"}),
        ([{"id": 1, "by": {"2024-01-01": 1, "2024-01-02": 2.5}}], {"id": "integer", "by.*": "number"}),
        ([{"of": {"Anna Svensson": {"at": {"1": "x"}}}}], {"of.*.at.*": "string"}),
        ([{"of": {f"key{chr(97 + at)}": {"n": at} for at in range(25)}}], {"of.*.n": "integer"}),
        ([{"of": {f"{chr(97 + at)}{row}x": at}} for at in range(10) for row in range(9)], {"of.*": "integer"}),
        ([{"a": {"line1": "x", "2nd": 1}}], {"a.line1": "string", "a.2nd": "integer"}),
        ([{f"f{at}": at for at in range(60)}] * 3, {f"f{at}": "integer" for at in range(60)}),
    ],
)  # fmt: skip
def test_keys_that_are_values_name_no_column(records: list[dict[str, Any]], names: dict[str, str]) -> None:
    assert fields("\n".join(map(json.dumps, records))) == names


def test_values_of_a_map_are_sampled_under_its_name() -> None:
    body = json.dumps({"by": {"ann@a.example": "x", "bob@b.example": "y"}}).encode()
    assert sample(source("a.json", body), "json", ["by.*"], 5, 100) == {"by.*": ["x", "y"]}


def test_a_record_that_is_cut_off_is_no_problem_and_one_that_is_wrong_is() -> None:
    cut = records.parse(head('{"a": 1}\n{"a": "2 and mo', complete=False))
    assert (len(cut[0]), cut[2]) == (1, None)
    wrong = records.parse(head('{"a": 1}\n{"a": \n{"a": 3}\n{"a":', complete=False))
    assert (len(wrong[0]), "from there on" in str(wrong[2])) == (1, True)
    pretty = records.parse(head(json.dumps([{"a": 1}, {"a": 2}], indent=1)[:-8], complete=False))
    assert (len(pretty[0]), pretty[2]) == (1, None)
    with pytest.raises(TooShort):
        records.parse(head('{"a": "', complete=False))


@pytest.mark.parametrize("text", ["", " ", "<x>", "id,name", "[1, 2]", "[]", '"x"', "[" * 100_000, '{"a":' * 100_000])
def test_what_is_no_json_of_objects_says_so(text: str) -> None:
    with pytest.raises(Unreadable):
        records.parse(head(text))


def test_numbers_that_no_system_holds_cost_nothing() -> None:
    assert fields('{"a": ' + "9" * 200_000 + "}") == {"a": "number"}


def test_more_fields_than_are_kept_are_told_of() -> None:
    found = records.described(
        head(""), records.parse(head(json.dumps({f"f{at}": 1 for at in range(MOST_COLUMNS + 9)})))
    )
    assert (len(found.fields), "more than" in str(found.problem)) == (MOST_COLUMNS, True)


NAME = st.text(max_size=4)
LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
VALUE = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=3))
RECORD = st.dictionaries(NAME, VALUE, max_size=4)


@given(st.lists(RECORD, min_size=1, max_size=4), st.booleans(), st.sampled_from([None, 2]))
@settings(deadline=None)
def test_every_json_of_objects_is_read(made: list[dict[str, Any]], array: bool, indent: int | None) -> None:
    text = json.dumps(made, indent=indent) if array else "\n".join(json.dumps(each, indent=indent) for each in made)
    found, form, problem, _ = records.parse(head(text))
    assert (len(found), form, problem) == (len(made), "array" if array else "lines", None)
    for name in fields(text):
        assert not any(ord(each) < 32 for each in name)


@given(st.text(max_size=300), st.booleans())
@settings(deadline=None)
def test_no_text_ends_it_in_another_way(text: str, complete: bool) -> None:
    with contextlib.suppress(Unreadable):
        fields(text, complete)
