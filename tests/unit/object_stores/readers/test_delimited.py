from __future__ import annotations

import contextlib
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosswind_object_stores.readers import delimited
from crosswind_object_stores.readers.source import MOST_COLUMNS, Unreadable
from crosswind_object_stores.readers.text import Head, TooShort


def head(text: str, complete: bool = True) -> Head:
    return Head(text, complete, "utf-8", None, 1.0)


def parsed(text: str, complete: bool = True) -> delimited.Parsed:
    return delimited.parse(head(text, complete))


@pytest.mark.parametrize("delimiter", delimited.DELIMITERS)
def test_the_delimiter_is_told_by_even_rows(delimiter: str) -> None:
    rows = [["id", "text", "more"], ["1", "a, b; c", "x"], ["2", "d", "y | z"]]
    held = io.StringIO()
    csv.writer(held, delimiter=delimiter).writerows(rows)
    found = parsed(held.getvalue())
    assert (found.delimiter, found.names, found.rows) == (delimiter, rows[0], rows[1:])


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("id,name\n1,x\n", True), ("1,x\n2,y\n", False), ("name,city\nann,rome\nbob,oslo\n", True),
        ("ann@a.example,rome\nbob@b.example,oslo\n", False), ("red,green\nblue,red\n", False), ("id,name\n", True),
        ("Anna Svensson,Stockholm\nBen Berg,Oslo\n", False), ("Anna,anna@x.example,\nBen,ben@x.example,42\n", False),
        ("Anna,Oslo\nBen,Rom\n", False), ("Anna Svensson,,x\nBen Berg,42,y\n", False),
        ("+46 70 123 45 67,x\n+46 70 765 43 21,y\n", False), ("DE89370400440532013000,x\n", False),
        ("31/12/2024,x\n01/01/2025,y\n", False), ("Storgatan 5,x\nKungsgatan 17,y\n", False),
        ("country,2019,2020\nSE,1,2\nNO,3,4\n", True), ("Anna,1984\nBen,1990\n", False),
        ("First Name,Home City\nAnna,Oslo\n", True), ("April Sales,May\n1,2\n", True), ("address1,q\nx 5,y\n", True),
        ("a,a\n1,2\n", True), ("id,\n1,2\n", True), ("just one line of text.\nanother line of text!\n", False),
    ],
)  # fmt: skip
def test_a_header_is_told_from_a_row(text: str, header: bool) -> None:
    assert parsed(text).header is header


def test_names_come_once_and_holes_have_numbers() -> None:
    assert parsed("a,a,,a_2\n1,2,3,4,5\n").names == ["a", "a_2", "column_3", "a_2_2", "column_5"]


def test_quoted_line_ends_belong_to_their_value() -> None:
    assert parsed('id,text\n1,"a\nb"\n2,c\n').rows == [["1", "a\nb"], ["2", "c"]]


def test_a_row_that_is_cut_off_is_left_out() -> None:
    found = parsed("id,name\n1,x\n2,somebo", complete=False)
    assert found.rows == [["1", "x"]]
    assert delimited.described(head("id,name\n1,x\n2,somebo", False), found, 24).rows == 2


def test_a_first_line_that_does_not_end_asks_for_more() -> None:
    with pytest.raises(TooShort):
        parsed("id,name", complete=False)
    with pytest.raises(Unreadable, match="131,072"):
        parsed("x" * 200_000, complete=False)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("# exported 2024\nid,name\n1,a\n", ["id", "name"]), ("# a, b\n#\nid;name\n1;a\n", ["id", "name"]),
        ("# made by x\n#id\tname\n1\ta\n", ["#id", "name"]), ("#1,x\n#2,y\n", ["column_1", "column_2"]),
    ],
)  # fmt: skip
def test_comments_before_the_rows_are_none_of_them(text: str, names: list[str]) -> None:
    found = parsed(text)
    assert (found.names, found.ends) == (names, len(text))


def test_a_quote_that_is_not_closed_is_told_of() -> None:
    open_quote = parsed('id,name\n1,"unclosed\n2,b\n3,c\n')
    assert "not closed" in str(open_quote.problem)
    assert parsed('id,name\n1,"closed\n2,b\n"\n').problem is None
    assert parsed('id,name\n1,"cut o', complete=False).problem is None
    assert parsed('id,name\n1,5" disk\n').problem is None


def test_more_columns_than_are_kept_are_told_of() -> None:
    found = parsed(",".join(["x"] * (MOST_COLUMNS + 5)) + "\n")
    assert (len(found.names), "more than" in str(found.problem)) == (MOST_COLUMNS, True)


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(delimited.DELIMITERS))
@settings(deadline=None)
def test_every_csv_that_can_be_written_is_read_into_named_columns(rows: list[list[str]], delimiter: str) -> None:
    held = io.StringIO()
    csv.writer(held, delimiter=delimiter).writerows(rows)
    try:
        found = parsed(held.getvalue())
    except Unreadable:
        assert not held.getvalue().strip()
        return
    assert len(set(found.names)) == len(found.names)
    assert all(found.names)
    told = delimited.described(head(held.getvalue()), found, len(held.getvalue()))
    assert [each.name for each in told.fields] == found.names


@given(st.text(max_size=400), st.booleans())
@settings(deadline=None)
def test_no_text_ends_it_in_another_way(text: str, complete: bool) -> None:
    with contextlib.suppress(Unreadable):
        delimited.described(head(text, complete), parsed(text, complete), len(text))
