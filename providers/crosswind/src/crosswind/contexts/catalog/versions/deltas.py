"""Differences of two states of an asset: what to keep of the older, and how to get it back.

A state is flat: `type`, `name`, `qualified_name`, `description`, `metadata`, `tags`, `classification`, `removed`,
`type_detail`, `comment`, `owners`, `domain`, `terms`, `products`, and four maps whose missing keys are null in a
difference: `facts` of the source by name, `columns` of the source by name, `notes`, what people wrote on columns, and
`column_terms`, by the column's name. Domains, terms and data products stand by their names; beside them maps of
`IDS_OF` tell the id of each name, of what was kept since ids are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

State = dict[str, Any]
IDS_OF = {
    "domain": "domain_ids", "terms": "term_ids", "products": "product_ids", "column_terms": "column_term_ids"
}  # fmt: skip
"""Under which name a state keeps the ids of the domain, the terms ... that it names."""
MAPS = ("facts", "columns", "notes", "column_terms", *IDS_OF.values())
UNREAD = "unread"
"""Kept of an asset whose name alone was known: nothing of its facts and columns."""


def delta(before: Mapping[str, Any], after: Mapping[str, Any]) -> State:
    """What `before` has otherwise than `after`, of the fields that both tell."""
    found: State = {}
    for name in before.keys() & after.keys():
        if before[name] == after[name]:
            continue
        found[name] = _within(before[name], after[name]) if name in MAPS else before[name]
    return found


def back(state: Mapping[str, Any], kept: Mapping[str, Any]) -> State:
    """The state before a change, from the one after it and what was kept."""
    found = dict(state)
    for name, value in kept.items():
        if name == UNREAD:
            found |= {"facts": {}, "columns": {}, "comment": None}
        elif name in MAPS:
            merged = {**(found.get(name) or {}), **value}
            found[name] = {key: each for key, each in merged.items() if each is not None}
        else:
            found[name] = value
    return found


def _within(before: Mapping[str, Any], after: Mapping[str, Any]) -> State:
    return {key: before.get(key) for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
