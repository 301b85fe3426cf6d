"""What a search's text says of filters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.contexts.catalog.asked import ALL_OF, KEYS, ONE_OF, TYPES, Asked

PIECES = st.sampled_from([*KEYS, "TYPE", ":", '"', " ", "TABLE", "a b", "\\", "(", "'", "x:y", "tag:a", "\t", "é", "*"])
TEXT = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=20).map("".join))


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("user", "user", {}),
        ("type:TABLE tag:PII owner:ana", "", {"type": ("TABLE",), "tag": ("PII",), "owner": ("ana",)}),
        ("  orders type:view  of today ", "orders of today", {"type": ("VIEW",)}),
        ('tag:"Very Secret" x', "x", {"tag": ("Very Secret",)}),
        ('domain:"Sales: EU" term:a:b', "", {"domain": ("Sales: EU",), "term": ("a:b",)}),
        ("tag:a tag:b tag:a", "", {"tag": ("a", "b")}),
        ("TAG:a Type:Table", "", {"tag": ("a",), "type": ("TABLE",)}),
        ("type:king", "type:king", {}),
        ("colour:red", "colour:red", {}),
        ("mytag:a", "mytag:a", {}),
        ("tag:", "tag:", {}),
        ('tag:"a', 'tag:"a', {}),
        ('tag:""', 'tag:""', {}),
        ('tag:" "', 'tag:" "', {}),
        ("http://x.y/tag:a", "http://x.y/tag:a", {}),
        ('tag:a"b', 'tag:a"b', {}),
    ],
)
def test_filters_are_told_from_words(text: str, words: str, filters: dict[str, tuple[str, ...]]) -> None:
    assert Asked.parse(text) == Asked(words, filters)


@given(TEXT)
def test_any_text_is_words_and_known_filters(text: str) -> None:
    asked = Asked.parse(text)
    assert set(asked.filters) <= set(KEYS)
    assert all(value.strip() == value != "" for values in asked.filters.values() for value in values)
    assert set(asked.filters.get("type", ())) <= TYPES
    assert asked.filters or asked.words == text
    told = asked.words + "".join(value for values in asked.filters.values() for value in values)
    assert set(told.lower()) <= set(text.lower()) | set(text.upper().lower()) | {" "}, "nothing is made up"


@given(
    st.sampled_from(KEYS[1:]), st.text(min_size=1, max_size=50).filter(lambda text: '"' not in text and text.strip())
)
def test_a_quoted_value_is_taken_as_it_is(key: str, value: str) -> None:
    assert Asked.parse(f'{key}:"{value}" word') == Asked("word", {key: (value.strip(),)})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("type:NONSENSE orders", ["'type:NONSENSE'", "CHART, DASHBOARD, DATASET, PIPELINE, TABLE or VIEW"]),
        ("colour:red", ["'colour:red'", "type, schema, connection", "term and product"]),
        ("Owners:ana", ["'Owners:ana'", "did you mean owner:?"]),
        ("tag:", ["'tag:'", "right after the colon"]),
        ('x tag:"Very Secret', ["'tag:\"Very'", "in double quotes"]),
        (f"owner:{'a' * 201}", ["at most 20 filters"]),
    ],
)
def test_what_looks_like_a_filter_and_is_none_is_told(text: str, told: list[str]) -> None:
    (hint,) = Asked.parse(text).hints
    assert "is looked for as words" in hint
    assert [part for part in told if part not in hint] == []


@pytest.mark.parametrize(
    "text",
    ["", "orders", "type:TABLE tag:a x", "s3://bucket/key", "https://x.y/z", "a:b", "std::map", "12:30"],
)
def test_what_is_no_filter_by_its_looks_is_not_spoken_of(text: str) -> None:
    assert Asked.parse(text).hints == []


def test_few_hints_are_given_whatever_the_text_says() -> None:
    assert len(Asked.parse("ab:c " * 100).hints) == 5


def test_what_is_given_beside_the_text_holds_too() -> None:
    asked = Asked.parse("tag:a schema:x schema:y")
    assert asked.and_also({"tag": "b", "schema": "x", "owner": None}) == {"tag": ("a", "b"), "schema": ("x",)}
    assert asked.and_also({"schema": "z"})["schema"] == ("",), "nothing is in two schemas"
    assert {*ONE_OF, *ALL_OF} == set(KEYS)
