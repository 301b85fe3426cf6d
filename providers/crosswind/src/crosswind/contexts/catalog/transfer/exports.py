"""The catalog as a file: everything an actor may see, as it was at one moment, a stretch at a time."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import msgspec
from sqlalchemy import Row
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.lines import VERSION
from crosswind.contexts.catalog.transfer.repository import exports as repository
from crosswind.kit.actor import Actor
from crosswind.kit.unit_of_work import Event, UnitOfWork

Sessions = Callable[[], AbstractContextManager[Session]]
_SOURCE = (
    "type_detail", "database", "schema", "namespace", "dataset", "comment", "row_count", "size_bytes", "facts",
    "statistics",
)  # fmt: skip
_COLUMN = (
    "name", "type", "nullable", "default", "identity", "generated", "comment", "description", "tags", "classification",
    "terms",
)  # fmt: skip
_NOUNS = {"domain": "domain", "terms": "term", "products": "product"}
"""What assets are put on, by its name in a file, and what its permissions are of."""
_encode = msgspec.json.Encoder().encode
Entry = dict[str, Any]


class Export:
    """A file under way: it holds one snapshot of the store until it is closed."""

    def __init__(self, sessions: Sessions, actor: Actor, *, zipped: bool) -> None:
        self._stack = ExitStack()
        self._session = self._stack.enter_context(sessions())
        self._stretches = _stretches(self._session, actor)
        self._zip = zlib.compressobj(6, zlib.DEFLATED, 31) if zipped else None
        self._ended = False

    def next(self) -> bytes | None:
        """The next stretch, None after the last, after which nothing is held any more."""
        if self._ended:
            return None
        stretch = next(self._stretches, None)
        if stretch is None:
            self.close()
            return self._zip.flush() if self._zip else None
        return self._zip.compress(stretch) if self._zip else stretch

    def close(self) -> None:
        """Let go of the snapshot."""
        self._ended = True
        self._stack.close()


class ExportService:
    """Exports of one unit of work."""

    def __init__(self, uow: UnitOfWork, sessions: Sessions) -> None:
        self._uow = uow
        self._sessions = sessions

    def open(self, *, zipped: bool) -> Export:
        """Begin a file of everything that the actor may see."""
        self._uow.record(Event("catalog", self._uow.actor.tenant, "export", None, {"zipped": zipped}))
        return Export(self._sessions, self._uow.actor, zipped=zipped)


def _stretches(session: Session, actor: Actor) -> Iterator[bytes]:
    repository.freeze(session)
    tags, classifications = repository.vocabulary(session, actor)
    entries = [{"kind": "catalog", "version": VERSION}]
    entries += [{"kind": "tag", **_filled(row._asdict())} for row in tags]
    entries += [{"kind": "classification", **_filled(row._asdict())} for row in classifications]
    hidden = {each for each, right in _NOUNS.items() if not actor.may(f"{right}:read")}
    spoken = repository.spoken(session, actor)
    domains, terms, products = (() if noun in hidden else rows for noun, rows in zip(_NOUNS, spoken, strict=True))
    entries += [{"kind": "domain", **_responsible(row)} for row in domains]
    entries += [{"kind": "term", **_term(row)} for row in terms]
    entries += [{"kind": "data_product", **_responsible(row)} for row in products]
    yield _lines(entries)
    for rows in repository.assets(session, actor):
        keys = [row.key for row in rows]
        columns = _by_asset(repository.columns(session, keys))
        owners = _by_asset(repository.owners(session, keys))
        said = _by_asset([each for each in repository.said(session, keys) if each.what not in hidden])
        entries = [_asset(row, columns[row.key], owners[row.key], said[row.key]) for row in rows]
        yield _lines([_without_terms(entry) for entry in entries] if "terms" in hidden else entries)
    for rows in repository.edges(session, actor):
        yield _lines([_edge(row) for row in rows])


def _by_asset(rows: Sequence[Row[Any]]) -> defaultdict[int, list[Row[Any]]]:
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.asset_key].append(row)
    return found


def _asset(row: Row[Any], columns: Sequence[Row[Any]], owners: Sequence[Row[Any]], said: Sequence[Row[Any]]) -> Entry:
    entry: Entry = {
        "kind": "asset",
        "type": row.type,
        "name": row.name,
        "qualified_name": row.qualified_name,
        "description": row.description,
        "metadata": row.metadata,
        "tags": row.tags,
        "classification": row.classification,
    }
    if owners:
        entry["owners"] = [{"kind": each.kind, "name": each.name, "role": each.role} for each in owners]
    for each in said:
        if each.what == "domain":
            entry["domain"] = each.name
        else:
            entry.setdefault(each.what, []).append(each.name)
    if source := _filled({name: getattr(row, name) for name in _SOURCE}):
        entry["source"] = source
    if columns:
        entry["columns"] = [_column(column) for column in columns]
    return entry


def _without_terms(entry: Entry) -> Entry:
    for column in entry.get("columns", ()):
        column.pop("terms", None)
    return entry


def _column(row: Row[Any]) -> Entry:
    told = _filled({name: getattr(row, name) for name in _COLUMN})
    return {name: value for name, value in told.items() if name != "tags" or value}


def _edge(row: Row[Any]) -> Entry:
    entry: Entry = {"kind": "relationship", "type": row.type, "source": row.source, "target": row.target}
    return {**entry, **({"name": row.name} if row.name else {}), **({"metadata": row.metadata} if row.metadata else {})}


def _responsible(row: Row[Any]) -> Entry:
    owner = {"kind": row.owner_kind, "name": row.owner_name} if row.owner_name else None
    return _filled({"name": row.name, "description": row.description, "owner": owner})


def _term(row: Row[Any]) -> Entry:
    told = _filled({"name": row.name, "description": row.description})
    lists = {"synonyms": row.synonyms, "related": row.related}
    return {**told, **{name: words for name, words in lists.items() if words}}


def _filled(told: Entry) -> Entry:
    return {name: value for name, value in told.items() if value is not None}


def _lines(entries: Sequence[Entry]) -> bytes:
    return b"".join(_encode(entry) + b"\n" for entry in entries)
