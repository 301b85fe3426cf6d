"""The conditions of rules: comparisons of one fact with constants, joined by all, any and not; no code, no patterns.

They follow Kleene's logic of three values: True, False and None for "not known". A comparison with a fact that is not
known is not known; one with a fact that is known to be absent is false (and its negation true).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from crosswind.contexts.governance.compliance.facts import FACTS, UNKNOWN, Facts, Kind, Scope, usable
from crosswind.contexts.governance.compliance.yaml_nodes import Node

Verdict = bool | None
MAX_LEAVES = 50
MAX_ITEMS = 200
MAX_DAYS = 36_500


@dataclass(frozen=True)
class Leaf:
    """One fact compared with a constant."""

    fact: str
    operator: str
    operand: Any

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """Whether the comparison holds."""
        value = facts.get(self.fact, UNKNOWN)
        if value is UNKNOWN:
            return None
        if self.operator == "exists":
            return bool(value not in (None, "", [], ())) is self.operand
        if value is None:
            return OPERATORS[self.operator].absent
        return OPERATORS[self.operator].compare(value, self.operand, now)

    def facts(self) -> frozenset[str]:
        """The facts that are looked at."""
        return frozenset({self.fact})


@dataclass(frozen=True)
class Joined:
    """Conditions of which all, or any, hold."""

    every: bool
    parts: Sequence[Condition]

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """False as soon as one of `all` is false, True as soon as one of `any` is true, whatever is unknown."""
        known = True
        for part in self.parts:
            found = part.verdict(facts, now)
            if found is None:
                known = False
            elif found is not self.every:
                return found
        return self.every if known else None

    def facts(self) -> frozenset[str]:
        """The facts that are looked at."""
        return frozenset().union(*(part.facts() for part in self.parts))


@dataclass(frozen=True)
class Negated:
    """A condition that does not hold."""

    part: Condition

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """The opposite; what is not known stays so."""
        found = self.part.verdict(facts, now)
        return None if found is None else not found

    def facts(self) -> frozenset[str]:
        """The facts that are looked at."""
        return self.part.facts()


Condition = Leaf | Joined | Negated


@dataclass(frozen=True)
class Operator:
    """How a comparison is made: for which kinds of facts, against what, and what holds of an absent fact."""

    kinds: frozenset[Kind]
    operand: Callable[[Node, Kind], Any]
    compare: Callable[[Any, Any, datetime], bool]
    absent: Verdict = False


def parse(node: Node, scope: Scope) -> Condition:
    """A condition from its YAML, or RuleError naming line and field."""
    found = _parse(node, scope)
    if _leaves(found) > MAX_LEAVES:
        raise node.error(f"more than {MAX_LEAVES} comparisons")
    return found


def _parse(node: Node, scope: Scope) -> Condition:
    given = node.mapping()
    if set(given) == {"not"}:
        return Negated(_parse(given["not"], scope))
    if len(given) == 1 and (word := next(iter(given))) in {"all", "any"}:
        return Joined(word == "all", tuple(_parse(each, scope) for each in given[word].items()))
    if "fact" not in given:
        raise node.error("a condition is one of all, any, not, or a fact with one comparison")
    return _leaf(node, given, scope)


def _leaf(node: Node, given: Mapping[str, Node], scope: Scope) -> Leaf:
    name = given["fact"].text(100)
    if not usable(name, scope):
        what = f"a fact of {'an' if FACTS[name].scope == 'asset' else 'a'} {FACTS[name].scope}" if name in FACTS else ""
        raise given["fact"].error(
            f"'{name}' is {what}, which a rule for a {scope} cannot see" if what else f"there is no fact '{name}'"
        )
    words = [word for word in given if word != "fact"]
    if len(words) != 1:
        raise node.error(f"a fact needs exactly one comparison; there are {', '.join(sorted(OPERATORS))}")
    word, kind = words[0], FACTS[name].kind
    operator = OPERATORS.get(word)
    if operator is None:
        raise given[word].error(f"there is no comparison '{word}'; there are {', '.join(sorted(OPERATORS))}")
    if kind not in operator.kinds:
        raise given[word].error(f"'{word}' does not fit '{name}', which is a {kind}")
    return Leaf(name, word, operator.operand(given[word], kind))


def _leaves(condition: Condition) -> int:
    if isinstance(condition, Leaf):
        return 1
    parts = condition.parts if isinstance(condition, Joined) else (condition.part,)
    return sum(_leaves(part) for part in parts)


def _same_kind(node: Node, kind: Kind) -> Any:
    wanted: dict[Kind, tuple[type, ...]] = {"bool": (bool,), "text": (str,), "number": (int, float), "list": (str,)}
    right = isinstance(node.value, wanted[kind]) and (kind != "number" or not isinstance(node.value, bool))
    if not right:
        raise node.error(f"a {'text' if kind == 'list' else kind} is needed here")
    return node.value


def _several(node: Node, kind: Kind) -> tuple[Any, ...]:
    found = node.items()
    if len(found) > MAX_ITEMS:
        raise node.error(f"more than {MAX_ITEMS} entries")
    return tuple(_same_kind(each, kind) for each in found)


def _flag(node: Node, _: Kind) -> bool:
    if not isinstance(node.value, bool):
        raise node.error("true or false is needed here")
    return node.value


def _days(node: Node, _: Kind) -> timedelta:
    days = node.value
    if isinstance(days, bool) or not isinstance(days, int | float) or not 0 <= days <= MAX_DAYS:
        raise node.error(f"a number of days from 0 to {MAX_DAYS} is needed here")
    return timedelta(days=days)


def _moment(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_PLAIN: frozenset[Kind] = frozenset({"bool", "text", "number"})
_WORDS: frozenset[Kind] = frozenset({"text", "number"})
_NUMBER: frozenset[Kind] = frozenset({"number"})
_TIME: frozenset[Kind] = frozenset({"time"})
_LIST: frozenset[Kind] = frozenset({"list"})
OPERATORS: Mapping[str, Operator] = {
    "exists": Operator(_PLAIN | _LIST | _TIME, _flag, lambda *_: True),
    "equals": Operator(_PLAIN, _same_kind, lambda value, other, _: bool(value == other)),
    "not_equals": Operator(_PLAIN, _same_kind, lambda value, other, _: bool(value != other), absent=True),
    "in": Operator(_WORDS, _several, lambda value, others, _: value in others),
    "not_in": Operator(_WORDS, _several, lambda value, others, _: value not in others, absent=True),
    "contains": Operator(_LIST, _same_kind, lambda value, other, _: other in value),
    "contains_any": Operator(_LIST, _several, lambda value, others, _: not set(value).isdisjoint(others)),
    "contains_all": Operator(_LIST, _several, lambda value, others, _: set(value).issuperset(others)),
    "less_than": Operator(_NUMBER, _same_kind, lambda value, other, _: bool(value < other)),
    "at_most": Operator(_NUMBER, _same_kind, lambda value, other, _: bool(value <= other)),
    "more_than": Operator(_NUMBER, _same_kind, lambda value, other, _: bool(value > other)),
    "at_least": Operator(_NUMBER, _same_kind, lambda value, other, _: bool(value >= other)),
    "older_than_days": Operator(_TIME, _days, lambda value, span, now: now - _moment(value) > span),
    "within_days": Operator(_TIME, _days, lambda value, span, now: _moment(value) - now < span),
}
"""The comparisons; `within_days` also holds of what is past already."""
