"""Conditions: three values of truth, what each comparison says, and what is no condition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.contexts.governance.compliance.facts import FACTS, SCOPES, UNKNOWN, Kind, Scope, usable
from crosswind.contexts.governance.compliance.language import (
    MAX_ITEMS,
    MAX_LEAVES,
    OPERATORS,
    Condition,
    Joined,
    Leaf,
    Negated,
    Verdict,
    parse,
)
from crosswind.contexts.governance.compliance.yaml_nodes import RuleError, read

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BOOL, TEXT, LIST, NUMBER, TIME = (
    "asset.versioned",
    "asset.owner",
    "asset.tags",
    "asset.classificationLevel",
    "credentials.updatedAt",
)
CASES: dict[str, tuple[str, str, Any, Any]] = {
    "exists": (TEXT, "true", "ann", None),
    "equals": (TEXT, "ann", "ann", "bob"),
    "not_equals": (TEXT, "ann", "bob", "ann"),
    "in": (TEXT, "[ann, bob]", "bob", "eve"),
    "not_in": (TEXT, "[ann, bob]", "eve", "bob"),
    "contains": (LIST, "PII", ["PII", "x"], ["x"]),
    "contains_any": (LIST, "[PII, PHI]", ["PHI", "x"], ["x"]),
    "contains_all": (LIST, "[PII, PHI]", ["PHI", "x", "PII"], ["PHI"]),
    "less_than": (NUMBER, "2", 1, 2),
    "at_most": (NUMBER, "2", 2, 3),
    "more_than": (NUMBER, "2", 3, 2),
    "at_least": (NUMBER, "2", 2, 1),
    "older_than_days": (TIME, "30", NOW - 31 * DAY, NOW - 30 * DAY),
    "within_days": (TIME, "30", NOW + 29 * DAY, NOW + 30 * DAY),
}
TRUTHS = st.sampled_from([True, False, None])
FACT = {True: "asset.versioned", False: "asset.lifecycle", None: "asset.publicAccess"}
KNOWN = {"asset.versioned": True, "asset.lifecycle": False, "asset.publicAccess": UNKNOWN}
RANK = {False: 0, None: 1, True: 2}


def judged(written: str, value: object = UNKNOWN, scope: Scope = "asset") -> Verdict:
    node = read(written.encode())
    return parse(node, scope).verdict({node.mapping()["fact"].text(): value}, NOW)


def of_truth(truth: Verdict) -> Leaf:
    return Leaf(FACT[truth], "equals", True)


def conditions() -> st.SearchStrategy[Condition]:
    def larger(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(inner, min_size=1, max_size=4).map(tuple)
        return st.builds(Negated, inner) | st.builds(Joined, st.booleans(), several)

    return st.recursive(TRUTHS.map(of_truth), larger, max_leaves=12)


def kleene(condition: Condition) -> Verdict:
    """Kleene's logic as least and greatest, apart from how the language finds it."""
    if isinstance(condition, Leaf):
        return next(truth for truth, fact in FACT.items() if fact == condition.fact)
    if isinstance(condition, Negated):
        return {0: True, 1: None, 2: False}[RANK[kleene(condition.part)]]
    pick = min if condition.every else max
    return pick((kleene(part) for part in condition.parts), key=lambda truth: RANK[truth])


@given(conditions())
def test_verdicts_follow_kleene(condition: Condition) -> None:
    assert condition.verdict(KNOWN, NOW) is kleene(condition)


@given(conditions())
def test_not_not_is_nothing(condition: Condition) -> None:
    assert Negated(Negated(condition)).verdict(KNOWN, NOW) is condition.verdict(KNOWN, NOW)


@given(st.booleans(), st.lists(conditions(), min_size=1, max_size=5).flatmap(lambda x: st.tuples(
    st.just(x), st.permutations(x))))  # fmt: skip
def test_the_order_of_branches_does_not_matter(every: bool, both: tuple[list[Condition], list[Condition]]) -> None:
    one, other = (Joined(every, tuple(parts)).verdict(KNOWN, NOW) for parts in both)
    assert one is other


@given(st.lists(conditions(), min_size=1, max_size=4))
def test_all_is_the_negation_of_any_of_the_negations(parts: list[Condition]) -> None:
    other = Negated(Joined(False, tuple(Negated(part) for part in parts)))
    assert Joined(True, tuple(parts)).verdict(KNOWN, NOW) is other.verdict(KNOWN, NOW)


@given(conditions())
def test_nothing_is_said_where_nothing_is_known(condition: Condition) -> None:
    assert condition.verdict({}, NOW) is None


def test_every_comparison_has_a_case() -> None:
    assert set(CASES) == set(OPERATORS)


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_a_comparison_is_true_false_or_not_known(operator: str) -> None:
    fact, operand, right, wrong = CASES[operator]
    written = f"fact: {fact}\n{operator}: {operand}"
    assert judged(written, right) is True
    assert judged(written, wrong) is False
    assert judged(written) is None
    assert parse(read(written.encode()), "asset").verdict({}, NOW) is None


@pytest.mark.parametrize("operator", sorted(set(OPERATORS) - {"exists"}))
def test_of_what_is_absent_only_differences_hold(operator: str) -> None:
    fact, operand, *_ = CASES[operator]
    assert judged(f"fact: {fact}\n{operator}: {operand}", None) is (operator in {"not_equals", "not_in"})


@pytest.mark.parametrize("empty", [None, "", [], ()])
def test_what_is_empty_does_not_exist(empty: object) -> None:
    assert judged(f"fact: {TEXT}\nexists: true", empty) is False
    assert judged(f"fact: {TEXT}\nexists: false", empty) is True


@pytest.mark.parametrize("there", [False, 0, "x", ["x"]])
def test_false_and_nought_exist(there: object) -> None:
    assert judged(f"fact: {TEXT}\nexists: true", there) is True
    assert judged(f"fact: {TEXT}\nexists: false", there) is False


@pytest.mark.parametrize("moment", ["2026-10-01T00:00:00Z", "2026-10-01", datetime(2026, 10, 1)])  # noqa: DTZ001
def test_times_may_be_text_and_without_zone_are_utc(moment: object) -> None:
    assert judged(f"fact: {TIME}\nolder_than_days: 30", moment) is True
    assert judged(f"fact: {TIME}\nolder_than_days: 60", moment) is False


def test_what_is_past_is_within_days() -> None:
    assert judged(f"fact: {TIME}\nwithin_days: 0", NOW - DAY) is True


@pytest.mark.parametrize("operator", sorted(OPERATORS))
@pytest.mark.parametrize("fact", [BOOL, TEXT, LIST, NUMBER, TIME])
def test_a_comparison_takes_its_kinds_of_facts_and_no_others(operator: str, fact: str) -> None:
    operands = {"bool": "true", "text": "a", "number": "1", "list": "a", "time": "1"}
    operand = operands[FACTS[fact].kind]
    many = operator in {"in", "not_in", "contains_any", "contains_all"}
    written = f"fact: {fact}\n{operator}: {'true' if operator == 'exists' else f'[{operand}]' if many else operand}"
    if FACTS[fact].kind in OPERATORS[operator].kinds:
        assert parse(read(written.encode()), "asset").facts() == {fact}
    else:
        with pytest.raises(RuleError, match="does not fit") as error:
            parse(read(written.encode()), "asset")
        assert (error.value.line, error.value.field) == (2, operator)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (f"fact: {BOOL}\nequals: 1", "a bool"), (f"fact: {NUMBER}\nequals: true", "a number"),
        (f"fact: {LIST}\ncontains: 1", "a text"), (f"fact: {TIME}\nolder_than_days: -1", "days from 0"),
        (f"fact: {TIME}\nwithin_days: true", "days from 0"), (f"fact: {TIME}\nwithin_days: 36501", "days from 0"),
        (f"fact: {TEXT}\nin: [{'a,' * (MAX_ITEMS + 1)}]", "more than 200 entries"),
        (f"fact: {TEXT}\nequals: a\nin: [a]", "exactly one"), ("all: []", "at least one"), ("any: 1", "a list"),
        ("not: 1", "a mapping"), ("{}", "all, any, not"), (f"not: {{fact: {TEXT}, exists: true}}\nall: []", "all, any"),
        (f"any: [{(MAX_LEAVES + 1) * f'{{fact: {TEXT}, exists: true}}, '}]", "more than 50 comparisons"),
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(written: str, says: str) -> None:
    with pytest.raises(RuleError, match=says):
        parse(read(written.encode()), "asset")


def test_as_many_comparisons_as_are_allowed() -> None:
    written = f"any: [{MAX_LEAVES * f'{{not: {{fact: {TEXT}, exists: true}}}}, '}]"
    assert parse(read(written.encode()), "asset").verdict({TEXT: None}, NOW) is True


def test_a_condition_names_all_its_facts() -> None:
    written = f"all: [{{fact: {TEXT}, exists: true}}, {{not: {{any: [{{fact: {LIST}, contains: a}}]}}}}]"
    assert parse(read(written.encode()), "asset").facts() == {TEXT, LIST}


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_rule_sees_the_facts_of_its_own_scope_and_of_what_that_lies_in(name: str) -> None:
    seen = {scope for scope in SCOPES if usable(name, scope)}
    assert seen == {"connection": set(SCOPES), "asset": {"asset", "column"}, "column": {"column"}}[FACTS[name].scope]
    assert FACTS[name].kind in get_args(Kind)
