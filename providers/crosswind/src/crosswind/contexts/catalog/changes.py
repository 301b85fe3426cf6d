"""What changed in a table, view or dataset, in words a person reads."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

MOST = 50
LONGEST = 80
"""Characters of a fact's value."""
_UPPER = re.compile("[A-Z]")
_ASPECTS = {
    "default_value": "default",
    "identity": "identity",
    "generated": "generation expression",
    "comment": "comment",
}
_LISTS = {"unique_keys": "unique key", "foreign_keys": "foreign key", "indexes": "index", "partitions": "partition"}
_SINGLE = {"primary_key": "primary key", "definition": "definition", "partition_key": "partition key"}
Columns = Mapping[str, Mapping[str, Any]]


def changes(before: Mapping[str, Any], after: Mapping[str, Any], old: Columns, new: Columns) -> list[str]:
    """Differences of two states: facts with `type`, `type_detail`, `comment` beside the rest, and columns by name."""
    found = [*_columns(old, new), *_kind(before, after), *_facts(before, after)]
    return found[:MOST] or ["details changed"]


def _columns(old: Columns, new: Columns) -> Iterator[str]:
    dropped = {name: column for name, column in old.items() if name not in new}
    added = {name: column for name, column in new.items() if name not in old}
    alike: dict[tuple[Any, ...], deque[str]] = {}
    for name, column in added.items():
        alike.setdefault(_shape(column), deque()).append(name)
    for name, column in dropped.items():
        if others := alike.get(_shape(column)):
            renamed = others.popleft()
            added.pop(renamed)
            yield f'column "{name}" renamed to "{renamed}"'
        else:
            yield f'column "{name}" dropped'
    for name, column in added.items():
        yield f'column "{name}" added ({column["data_type"]})'
    for name in old.keys() & new.keys():
        yield from _column(name, old[name], new[name])


def _shape(column: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a column keeps that is only called otherwise."""
    return column["position"], column["data_type"], column["nullable"]


def _column(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old["data_type"] != new["data_type"]:
        yield f'column "{name}" changed its type from {old["data_type"]} to {new["data_type"]}'
    if old["nullable"] != new["nullable"]:
        yield f'column "{name}" {"may be null now" if new["nullable"] else "may no longer be null"}'
    for aspect, word in _ASPECTS.items():
        if old[aspect] != new[aspect]:
            yield f'column "{name}" changed its {word}'


def _kind(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if before.get("type_detail") != after.get("type_detail"):
        yield f"{before.get('type_detail')} became {after.get('type_detail')}"
    if before.get("comment") != after.get("comment"):
        yield "comment changed"


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for fact, word in _SINGLE.items():
        if before.get(fact) != after.get(fact):
            yield f"{word} {_verb(before.get(fact), after.get(fact))}"
    for fact, word in _LISTS.items():
        old = {str(item["name"]): item for item in before.get(fact, ())}
        new = {str(item["name"]): item for item in after.get(fact, ())}
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                yield f'{word} "{name}" {_verb(old.get(name), new.get(name))}'
    yield from _told(before.get("facts") or {}, after.get("facts") or {})


def _told(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            was, now = (_short(facts[name]) if name in facts else "nothing" for facts in (old, new))
            yield f"{_UPPER.sub(_lower, name)} changed from {was} to {now}"


def _short(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"


def _lower(found: re.Match[str]) -> str:
    return f" {found[0].lower()}"


def _verb(old: object, new: object) -> str:
    if old is None:
        return "added"
    return "dropped" if new is None else "changed"
