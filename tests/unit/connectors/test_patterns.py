from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.connectors.patterns import MAX_LENGTH, MAX_PATTERNS, Pattern, Patterns
from crosswind.kit.errors import Invalid

names = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@given(names, names)
def test_a_quoted_pattern_means_exactly_one_object(schema: str, name: str) -> None:
    pattern = Pattern.parse(f"{quoted(schema)}.{quoted(name)}")
    assert pattern.matches(schema, name)
    assert not pattern.matches(schema, name + "x")
    assert not pattern.matches("x" + schema, name)


@given(names, names, st.integers(0, 30))
def test_a_star_matches_what_it_replaces(schema: str, name: str, cut: int) -> None:
    head, tail = name[: cut % (len(name) + 1)], name[cut % (len(name) + 1) :]
    text = f"{quoted(schema)}." + (quoted(head) if head else "") + "*" + (quoted(tail) if tail else "")
    assert Pattern.parse(text).matches(schema, name)


@given(st.lists(st.sampled_from(["a", "b", "*", "?"]), min_size=1, max_size=8), st.text("ab*", max_size=10))
def test_globs_agree_with_a_plain_definition(pieces: list[str], name: str) -> None:
    assert Pattern.parse("s." + "".join(pieces)).matches("s", name) == plain(pieces, name)


def plain(pieces: list[str], name: str) -> bool:
    if not pieces:
        return not name
    first, rest = pieces[0], pieces[1:]
    if first == "*":
        return any(plain(rest, name[index:]) for index in range(len(name) + 1))
    if first == "?":
        return bool(name) and plain(rest, name[1:])
    return name.startswith(first) and plain(rest, name[1:])


def test_a_schema_alone_means_everything_in_it() -> None:
    wants = Patterns(include=("sales",)).wants
    assert wants("sales", "orders")
    assert not wants("sales_old", "orders")


def test_a_deny_pattern_wins() -> None:
    patterns = Patterns(include=("sales.*",), exclude=("*.tmp_*",))
    assert patterns.wants("sales", "orders")
    assert not patterns.wants("sales", "tmp_orders")


def test_no_patterns_want_everything() -> None:
    assert Patterns().wants("any", "thing")


@pytest.mark.parametrize("text", ["", "a.b.c", ".a", "a.", "..", '"open', "a\nb.c", "x" * (MAX_LENGTH + 1), "\ud800"])
def test_what_is_no_pattern_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        Patterns(include=("good", text))
    assert caught.value.field == "include[1]"


def test_too_many_patterns_are_refused() -> None:
    with pytest.raises(Invalid):
        Patterns(exclude=("a",) * (MAX_PATTERNS + 1))


def test_a_text_is_no_list_of_patterns() -> None:
    with pytest.raises(Invalid):
        Patterns(include="sales")  # type: ignore[arg-type]


def test_a_hostile_pattern_takes_no_time() -> None:
    pattern = Pattern.parse("s." + "a*" * 140 + "c")
    since = time.process_time()
    assert not pattern.matches("s", "a" * 200 + "b")
    assert time.process_time() - since < 5


def test_likes_escape_what_like_would_read() -> None:
    assert Pattern.parse(r"a_b.50%\*").likes == (r"a\_b", r"50\%\\%")


def test_the_fingerprint_ignores_order_only() -> None:
    assert Patterns(("a", "b")).fingerprint == Patterns(("b", "a")).fingerprint
    assert Patterns(("a",)).fingerprint != Patterns((), ("a",)).fingerprint
