"""CSV for spreadsheets: whatever people wrote comes back, and nothing begins like a formula."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.contexts.catalog.transfer.cells import plain
from crosswind.doors.rest import spreadsheets

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))
STARTS = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", " =", "  -", "\u00a0@", "＝", "＋", "－", "＠", ""])  # noqa: RUF001
NASTY = st.builds("{}{}{}".format, st.sampled_from(["", "'", "''"]), STARTS, TEXT)
RUNS = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001
VALUES = st.none() | st.integers() | NASTY | st.lists(NASTY) | st.dictionaries(NASTY, NASTY)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(st.lists(st.lists(NASTY, min_size=2, max_size=5), max_size=5))
def test_no_cell_begins_like_a_formula_and_none_is_lost(rows: list[list[str]]) -> None:
    found = read(spreadsheets.lines(rows))
    assert [len(row) for row in found] == [len(row) for row in rows]
    for row, given_ in zip(found, rows, strict=True):
        for cell, value in zip(row, given_, strict=True):
            assert cell.lstrip(" \u00a0")[:1] not in RUNS or not cell
            assert cell in {value, f"'{value}"}
            assert cell == value or value.lstrip("'").lstrip(" \u00a0")[0] in RUNS
            assert plain(cell) == value


@given(VALUES)
def test_what_is_no_text_is_written_so_that_it_can_be_read_back(value: Any) -> None:
    ((cell, _),) = read(spreadsheets.lines([[value, "x"]]))
    if isinstance(value, list | dict):
        assert json.loads(cell) == value
    elif not isinstance(value, str):
        assert cell == ("" if value is None else str(value))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("-2", "'-2"),
        (-2, "-2"),
        ("\n=1", "'\n=1"),
        ("  =1", "'  =1"),
        ("a=1", "a=1"),
        ("'", "'"),
        ("'a", "'a"),
        ("'=1", "''=1"),
        ("", ""),
        (None, ""),
    ],
)
def test_cells(value: Any, cell: str) -> None:
    assert read(spreadsheets.lines([[value, "x"]])) == [[cell, "x"]]
