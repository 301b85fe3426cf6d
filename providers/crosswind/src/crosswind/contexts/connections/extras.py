"""The `extra` of an Airflow connection: a tree that a connector writes a part of, and anybody else the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from crosswind.connectors.connector_type import AirflowFields, ConnectorType

Leaf = tuple[tuple[str, ...], Any]
Tree = Mapping[str, Any]


def foreign(extra: Tree, written: Tree) -> list[Leaf]:
    """What stands in an extra beside what a connector wrote, each with its path."""
    return list(_foreign(extra, written, ()))


def _foreign(extra: Tree, written: Tree, above: tuple[str, ...]) -> Iterator[Leaf]:
    for key, value in extra.items():
        ours = written.get(key)
        if key not in written:
            yield (*above, key), value
        elif isinstance(value, Mapping) and isinstance(ours, Mapping):
            yield from _foreign(value, ours, (*above, key))


def kept(connector: ConnectorType, fields: AirflowFields, leaves: list[Leaf]) -> AirflowFields:
    """The fields with what others wrote, without that which would make the connector read something else.

    Where all of it together would, a leaf stays that makes no difference, neither alone nor among the others: so that
    of a pair of keys in `extra` none is left behind.
    """
    meant = connector.from_airflow(fields)
    said = _read(connector, fields, leaves)
    if said == meant:
        return _joined(fields, leaves)
    harmless = [
        leaf
        for leaf in leaves
        if _read(connector, fields, [leaf]) == meant
        and _read(connector, fields, [each for each in leaves if each is not leaf]) == said
    ]
    return _joined(fields, harmless) if _read(connector, fields, harmless) == meant else fields


def _read(connector: ConnectorType, fields: AirflowFields, leaves: list[Leaf]) -> object:
    """What a connector reads of fields with these leaves, None where it reads nothing."""
    try:
        return connector.from_airflow(_joined(fields, leaves))
    except ValueError:
        return None


def _joined(fields: AirflowFields, leaves: list[Leaf]) -> AirflowFields:
    return replace(fields, extra=_with(fields.extra, leaves))


def _with(extra: Tree, leaves: list[Leaf]) -> dict[str, Any]:
    joined = dict(extra)
    for path, value in leaves:
        at = joined
        for key in path[:-1]:
            inner = at.get(key)
            at[key] = dict(inner) if isinstance(inner, Mapping) else {}
            at = at[key]
        if path[-1] not in at:
            at[path[-1]] = value
        elif isinstance(value, Mapping) and isinstance(at[path[-1]], Mapping):
            at[path[-1]] = _with(at[path[-1]], [((key,), inner) for key, inner in value.items()])
    return joined


def patched(extra: Tree, old: Tree, new: Tree) -> dict[str, Any]:
    """An extra with the differences between what a connector wrote before and what it writes now."""
    result = dict(extra)
    for key in {*old, *new}:
        before, after, here = old.get(key), new.get(key), result.get(key)
        if before == after:
            continue
        if isinstance(here, Mapping) and isinstance(before, Mapping) and isinstance(after, Mapping):
            result[key] = patched(here, before, after)
        elif key in new:
            result[key] = after
        else:
            result.pop(key, None)
    return result
