"""The facets that are understood, read leniently: one that is not as its schema says is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from crosswind.contexts.catalog.openlineage.naming import Identity

MOST_FIELDS = 5_000
MOST_SOURCES = 200
"""Columns that one column is made of."""
MOST_LINKS = 20
DEEPEST = 20
"""Levels of fields within fields that are looked into."""
LARGEST_FACET = 8 * 1024
LARGEST = 16 * 1024
"""Bytes of all facets that are kept of one event."""
COLUMNS_TOLD = "columns_told"
"""The fact that repeats the columns an event told of, so that the next one is compared by a look at the asset alone."""
LONGEST = 512
LONGEST_IDENTITY = 1_900
"""Bytes of a namespace and a name together; an index entry of PostgreSQL holds 2,704 in all."""
LONGEST_TEXT = 20_000
RENAMED = "RENAME"
OVERWRITTEN = "OVERWRITE"
LIFECYCLE = frozenset({"ALTER", "CREATE", "DROP", OVERWRITTEN, RENAMED, "TRUNCATE"})
Facets = Mapping[str, Any]


class Lifecycle(NamedTuple):
    """What happened to a dataset as a whole, and the name that it had before where it has another now."""

    change: str
    previous: Identity | None

    def fact(self, at: datetime) -> dict[str, Any]:
        """As it is kept; without the time where each run does it, as each would be a version of the asset."""
        told: dict[str, Any] = {"change": self.change}
        if self.change != OVERWRITTEN:
            told["at"] = _moment(at)
        return told if self.previous is None else {**told, "previous": _named_as(self.previous)}


class Parent(NamedTuple):
    """The run of another job that started this one."""

    namespace: str
    name: str
    run_id: UUID


def of_job(facets: Facets) -> dict[str, Any]:
    """What a job says of itself: documentation, owners, kind and its SQL."""
    facts = {
        "owner": _owners(facets),
        "job_type": _member(facets, "jobType", "jobType"),
        "integration": _member(facets, "jobType", "integration"),
        "definition": _member(facets, "sql", "query"),
    }
    return _stated(facets, {key: value for key, value in facts.items() if value})


def of_dataset(facets: Facets) -> dict[str, Any]:
    """What a dataset says of itself: documentation, owners, columns, and under which other names it is known."""
    fields = list(islice(_fields(facets), MOST_FIELDS))
    facts: dict[str, Any] = {"owner": owners} if (owners := _owners(facets)) else {}
    if fields:
        facts[COLUMNS_TOLD] = [[each["name"], each["data_type"], each["comment"]] for each in fields]
    found = _stated(facets, facts)
    if fields:
        found["fields"] = fields
    if links := list(_links(facets))[:MOST_LINKS]:
        found["also"] = links
    if kind := _member(facets, "datasetType", "datasetType"):
        found["kind"] = kind
    return found


def lifecycle(facets: Facets) -> Lifecycle | None:
    """What happened to a dataset as a whole: it was made, altered, emptied, overwritten, renamed or dropped."""
    change = _member(facets, "lifecycleStateChange", "lifecycleStateChange")
    if change not in LIFECYCLE:
        return None
    told = facets["lifecycleStateChange"].get("previousIdentifier")
    known = isinstance(told, dict) and _identity(told.get("namespace"), told.get("name"))
    previous = Identity(False, told["namespace"], told["name"]) if known and change == RENAMED else None
    return Lifecycle(change, previous)


def renamed(now: Identity, at: datetime) -> dict[str, Any]:
    """What is kept of the dataset that had the name before."""
    return {"change": RENAMED, "at": _moment(at), "now": _named_as(now)}


def column_lineage(facets: Facets) -> dict[Identity, dict[str, list[str]]] | None:
    """By dataset that was read: the columns written and those they are made of; None when the event does not say."""
    told = facets.get("columnLineage")
    fields = told.get("fields") if isinstance(told, dict) else None
    if not isinstance(fields, dict):
        return None
    found: dict[Identity, dict[str, list[str]]] = {}
    for column, made in list(fields.items())[:MOST_FIELDS]:
        for identity, source in _sources(made):
            sources = found.setdefault(identity, {}).setdefault(column[:LONGEST], [])
            if source not in sources:
                sources.append(source)
    return found


def parent_of(facets: Facets) -> Parent | None:
    """The run that started this one."""
    told = facets.get("parent")
    try:
        namespace, name = told["job"]["namespace"], told["job"]["name"]  # type: ignore[index]
        run_id = UUID(told["run"]["runId"])  # type: ignore[index]
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return Parent(namespace, name, run_id) if _identity(namespace, name) else None


def nominal_time(facets: Facets) -> datetime | None:
    """The time that a run was meant for."""
    told = _member(facets, "nominalTime", "nominalStartTime")
    try:
        return msgspec.convert(told, datetime) if told else None
    except msgspec.ValidationError:
        return None


def kept(facets: Facets) -> dict[str, Any]:
    """The facets of a run that are kept: small ones first, within 16 KB."""
    sized = sorted((len(msgspec.json.encode(value)), name) for name, value in facets.items())
    room = LARGEST
    found: dict[str, Any] = {}
    for size, name in sized:
        if size <= LARGEST_FACET and size <= room and len(name) <= LONGEST and isinstance(facets[name], dict):
            found[name] = facets[name]
            room -= size
    return found


def _stated(facets: Facets, facts: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"facts": facts} if facts else {}
    if text := _member(facets, "documentation", "description"):
        found["comment"] = text
    return found


def _owners(facets: Facets) -> list[str]:
    told = facets.get("ownership")
    owners = told.get("owners") if isinstance(told, dict) else None
    names = (each.get("name") for each in owners if isinstance(each, dict)) if isinstance(owners, list) else ()
    return [name[:LONGEST] for name in names if isinstance(name, str) and name.strip()][:20]


def _fields(facets: Facets) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for name, each in _named(facets.get("schema"), "", DEEPEST):
        if len(name.encode()) > LONGEST or name in seen:
            continue
        seen.add(name)
        kind, text = each.get("type"), each.get("description")
        yield {
            "name": name,
            "position": len(seen),
            "data_type": kind[:LONGEST] if isinstance(kind, str) and kind else "unknown",
            "comment": text[:LONGEST_TEXT] if isinstance(text, str) and text else None,
        }


def _named(told: Any, within: str, levels: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Fields with their names, and after each those within it as `address.city`, as column lineage refers to them."""
    fields = told.get("fields") if isinstance(told, dict) and levels else None
    for each in fields if isinstance(fields, list) else ():
        name = each.get("name") if isinstance(each, dict) else None
        if isinstance(name, str) and name:
            yield f"{within}{name}", each
            yield from _named(each, f"{within}{name}.", levels - 1)


def _links(facets: Facets) -> Iterator[dict[str, str]]:
    told = facets.get("symlinks")
    links = told.get("identifiers") if isinstance(told, dict) else None
    for each in links if isinstance(links, list) else ():
        if isinstance(each, dict) and _identity(each.get("namespace"), each.get("name")):
            yield {"namespace": each["namespace"], "dataset": each["name"]}


def _sources(made: Any) -> Iterator[tuple[Identity, str]]:
    inputs = made.get("inputFields") if isinstance(made, dict) else None
    for each in inputs[:MOST_SOURCES] if isinstance(inputs, list) else ():
        if isinstance(each, dict) and _identity(each.get("namespace"), each.get("name")):
            field = each.get("field")
            if isinstance(field, str) and 0 < len(field) <= LONGEST:
                yield Identity(False, each["namespace"], each["name"]), field


def _identity(namespace: Any, name: Any) -> bool:
    """Whether these can name something: as strict as events are about their own names."""
    if not (isinstance(namespace, str) and isinstance(name, str) and namespace.strip() and name.strip()):
        return False
    return len(namespace.encode()) + len(name.encode()) <= LONGEST_IDENTITY


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _named_as(identity: Identity) -> dict[str, str]:
    return {"namespace": identity.namespace, "name": identity.name}


def _member(facets: Facets, facet: str, member: str) -> str | None:
    told = facets.get(facet)
    value = told.get(member) if isinstance(told, dict) else None
    return value[:LONGEST_TEXT] if isinstance(value, str) and value else None
