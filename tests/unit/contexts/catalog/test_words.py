"""Words, queries, highlights and qualified names; the store itself judges what is made for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text

from crosswind.contexts.catalog import words
from crosswind.contexts.catalog.names import qualified, split
from crosswind.contexts.catalog.words import Query, highlight
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind.kit.store import as_psycopg

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
NAMES = st.one_of(TEXT, st.from_regex(r"\A[A-Za-z]{1,8}([_ -]?[A-Z0-9][a-z0-9]{0,8}){0,4}\Z"))


@pytest.fixture(scope="module")
def link(postgres: EmbeddedPostgres) -> Iterator[Connection]:
    engine = create_engine(as_psycopg(postgres.url("postgres")))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def found(link: Connection, vector: str, query: str) -> bool:
    statement = text("SELECT CAST(:vector AS tsvector) @@ CAST(:query AS tsquery)")
    return bool(link.execute(statement, {"vector": vector, "query": query}).scalar_one())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CustomerOrders2", {"customerorders2", "customer", "orders", "2"}),
        ("customer_orders", {"customer", "orders", "customerorders"}),
        ("HTTPServer", {"httpserver", "http", "server"}),
        ("ID", {"id"}),
        ("überGröße", {"übergröße", "über", "größe"}),
        ("x86-64", {"x86", "x", "86", "64", "x8664"}),
        ("---", set()),
    ],
)
def test_names_give_their_parts(name: str, expected: set[str]) -> None:
    assert set(words.of_name(name)) == expected


def test_each_word_of_a_vector_has_the_next_place_and_its_heaviest_weight() -> None:
    many = [f"w{number}" for number in range(words.MADE + 88)]
    found = words.vector([("A", ["x", "x"]), ("B", ["y", "x"]), ("C", []), ("D", many)]).split()
    assert found[:3] == ["'x':1A", "'y':2B", "'w0':3D"]
    assert found[-1] == f"'w{len(many) - 1}':{len(many) + 2}D"
    assert words.vector([("A", many), ("B", ["y"])], most=2) == "'w0':1A 'w1':2A"
    assert words.vector([("A", [])]) == ""


@given(st.text(st.characters(codec="ascii", exclude_characters="\x00"), max_size=60))
def test_plain_letters_give_the_runs_that_the_pattern_gives(typed: str) -> None:
    assert [*words.of_text(typed)] == [*words.of_text(typed + " é")][:-1]


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("ABCD"), NAMES), max_size=8))
def test_every_vector_is_one_the_store_takes(link: Connection, named: list[tuple[str, str]]) -> None:
    vector = words.vector((weight, [*words.of_name(name), *words.of_text(name)]) for weight, name in named)
    link.execute(text("SELECT CAST(:vector AS tsvector)"), {"vector": vector})


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT)
def test_every_query_is_one_the_store_takes_and_finds_nothing_else(link: Connection, typed: str) -> None:
    query = Query.parse(typed)
    if query.terms:
        assert not found(link, "'-':1A", query.tsquery)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES, st.integers(0, 60))
def test_a_name_is_found_by_itself_and_by_its_beginning(link: Connection, name: str, length: int) -> None:
    vector = words.vector([("A", words.of_name(name))])
    for typed in (name, name[:length]):
        query = Query.parse(typed)
        if query.terms and len(query.terms) < words.MOST_TERMS and (typed == name or typed[-1:].isalnum()):
            assert found(link, vector, query.tsquery) or typed != name, (vector, query.tsquery)


@pytest.mark.parametrize(
    "typed", ["custo", "Customer", "orders", "OrdersOf", "CustomerOrders", "customer orders", "2024", "orders_of_2024"]
)
@pytest.mark.parametrize("name", ["CustomerOrdersOf2024", "customer_orders_of_2024"])
def test_spellings_of_a_name_find_each_other(link: Connection, name: str, typed: str) -> None:
    assert found(link, words.vector([("A", words.of_name(name))]), Query.parse(typed).tsquery)


def test_operators_are_text() -> None:
    assert Query.parse("a' & !b:* | <-> (c)\\").tsquery == "'a' & 'b' & 'c':*"


@settings(deadline=None)
@given(TEXT, TEXT)
def test_a_highlight_is_the_text_escaped(shown: str, typed: str) -> None:
    html = highlight(shown, Query.parse(typed))
    if html is not None:
        assert unescape(re.sub("</?em>", "", html)) == unicodedata.normalize("NFC", shown)
        assert "<em>" in html
        assert not re.search("<(?!/?em>)", html)


def test_only_what_begins_with_a_term_is_marked() -> None:
    assert highlight("users of the userGroup superuser", Query.parse("user")) == (
        "<em>user</em>s of the <em>user</em>Group superuser"
    )
    assert highlight("nothing", Query.parse("user")) is None
    assert highlight("e\u0301clair", Query.parse("\xe9cla")) == "<em>\xe9cla</em>ir"
    assert highlight("<b>user</b>", Query.parse("user")) == "&lt;b&gt;<em>user</em>&lt;/b&gt;"


def test_an_excerpt_shows_the_first_match() -> None:
    shown = words.excerpt("x " * 500 + "needle " + "y " * 500, Query.parse("needle"), 100)
    assert "needle" in shown
    assert len(shown) <= 102


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_qualified_names_part_again(parts: list[str]) -> None:
    assert split(qualified(*parts)) == parts


@given(st.lists(st.text(max_size=8), min_size=2, max_size=3), st.lists(st.text(max_size=8), min_size=2, max_size=3))
def test_different_names_stay_different(one: list[str], other: list[str]) -> None:
    assert (qualified(*one) == qualified(*other)) == (one == other)


@pytest.mark.parametrize("name", ['"open', 'a"b', '"a"b', '"a".b"'])
def test_what_is_no_qualified_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a qualified name"):
        split(name)
