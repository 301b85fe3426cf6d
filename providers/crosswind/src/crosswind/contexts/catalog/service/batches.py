"""One batch of crawled objects, from structs to rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from crosswind.connectors.types import CrawledObject
from crosswind.contexts.catalog import facts
from crosswind.contexts.catalog.models import CrawlRow
from crosswind.contexts.catalog.names import qualified
from crosswind.contexts.catalog.openlineage.repository import adopt
from crosswind.contexts.catalog.ports import CrawlGrant
from crosswind.contexts.catalog.repository import objects as repository
from crosswind.contexts.catalog.schemas.crawls import ObjectsAnswer
from crosswind.contexts.catalog.service.diffs import Diff
from crosswind.contexts.catalog.service.told import Told, tell
from crosswind.contexts.catalog.versions.repository import keep
from crosswind.contexts.catalog.wire import LONGEST_PLACE, check_length
from crosswind.kit import outbox
from crosswind.kit.unit_of_work import UnitOfWork

Stored = dict[str, Row[Any]]
Columns = dict[int, dict[str, dict[str, Any]]]


class Batch:
    """Stores objects of one request set-based: seven statements or fewer for the lot, two reads for the diff."""

    def __init__(self, uow: UnitOfWork, grant: CrawlGrant, crawl: CrawlRow) -> None:
        self.diff = Diff()
        self._session = uow.session
        self._actor = uow.actor
        self._grant = grant
        self._crawl = crawl
        self._database = str(crawl.database)
        self._full = grant.depth == "full"

    def store(self, found: list[CrawledObject]) -> ObjectsAnswer:
        """Write what is new or differs and note the differences."""
        named = {qualified(self._grant.connection_id, self._database, each.schema, each.name): each for each in found}
        for name in named:
            check_length(name, LONGEST_PLACE, "objects")
        known = self._known(named)
        writing = {name: each for name, each in named.items() if self._differs(each, known.get(name))}
        columns = self._columns_before(writing, known)
        rows = self._upsert(writing)
        changed = [row.key for name, row in rows.items() if name in known]
        if self._full:
            self._write_columns(writing, rows, changed)
            self._write_edges(writing, rows, changed)
        told = {name: self._tell(each, known.get(name), columns) for name, each in writing.items()}
        for name, each in writing.items():
            self._note(name, each, known.get(name), told[name], rows[name])
        self._keep(writing, told, rows)
        created = len(writing) - len(changed)
        return {"created": created, "updated": len(changed), "unchanged": len(found) - len(writing)}

    def _known(self, named: dict[str, CrawledObject]) -> Stored:
        """What the catalog has of these, also what events told of before any crawl saw it."""
        known = repository.known(self._session, self._actor.tenant, list(named))
        fresh = {name: each for name, each in named.items() if name not in known}
        if not fresh or not self._crawl.namespace:
            return known
        records = [
            {
                "qualified_name": name,
                "dataset": self._grant.dataset_name(self._database, each.schema, each.name),
                "name": each.name,
                "schema": each.schema,
                "database": self._database,
            }
            for name, each in fresh.items()
        ]
        if not adopt(self._session, self._actor.tenant, self._grant.connection_key, self._crawl.namespace, records):
            return known
        return {**known, **repository.known(self._session, self._actor.tenant, list(fresh))}

    def _differs(self, found: CrawledObject, known: Row[Any] | None) -> bool:
        if known is None or known.removed_at is not None:
            return True
        return self._full and known.source_hash != found.hash

    def _columns_before(self, writing: dict[str, CrawledObject], known: Stored) -> Columns:
        keys = [known[name].key for name in writing if name in known]
        return repository.known_columns(self._session, keys) if keys and self._full else {}

    def _upsert(self, writing: dict[str, CrawledObject]) -> Stored:
        if not writing:
            return {}
        values = {
            "tenant": self._actor.tenant,
            "connection": self._grant.connection_key,
            "database": self._database,
            "namespace": self._crawl.namespace,
            "full": self._full,
            "subject": self._actor.subject,
            "subject_name": self._actor.name,
        }
        return repository.upsert(self._session, [self._record(*pair) for pair in writing.items()], values)

    def _record(self, name: str, found: CrawledObject) -> dict[str, Any]:
        return {
            "type": found.kind,
            "type_detail": found.type_detail,
            "name": found.name,
            "qualified_name": name,
            "schema": found.schema,
            "dataset": self._grant.dataset_name(self._database, found.schema, found.name),
            "source_hash": found.hash if self._full else None,
            "source_comment": found.comment,
            "source_facts": facts.facts(found),
            "source_words": facts.source_words(found),
            "row_estimate": found.row_estimate,
            "size_bytes": found.size_bytes,
            "source_statistics": found.statistics or None,
        }

    def _write_columns(self, writing: dict[str, CrawledObject], rows: Stored, changed: list[int]) -> None:
        records = [
            {"asset_key": rows[name].key, **facts.column(column)}
            for name, each in writing.items()
            for column in each.columns
        ]
        repository.write_columns(self._session, self._actor.tenant, records, changed)

    def _write_edges(self, writing: dict[str, CrawledObject], rows: Stored, changed: list[int]) -> None:
        records = [
            {"source_key": rows[name].key, **edge}
            for name, each in writing.items()
            for edge in facts.edges(each, self._grant.connection_id, self._database)
        ]
        for record in records:
            check_length(record["target_name"], LONGEST_PLACE, "objects")
        repository.write_edges(self._session, self._actor.tenant, self._grant.connection_key, records, changed)

    def _tell(self, found: CrawledObject, known: Row[Any] | None, columns: Columns) -> Told:
        before = columns.get(known.key, {}) if known is not None and self._full else None
        return tell(found, known, before)

    def _keep(self, writing: dict[str, CrawledObject], told: dict[str, Told], rows: Stored) -> None:
        """Keep what was there before as versions, and tell those who follow: a statement each."""
        keep(self._session, self._actor, [kept for name, each in told.items() for kept in each.kept(rows[name])])
        place = self._grant.connection_key
        news = [row for name, each in writing.items() for row in told[name].news(rows[name], each, place)]
        outbox.add_many(self._session, self._actor.tenant, news)

    def _note(self, name: str, found: CrawledObject, known: Row[Any] | None, told: Told, row: Row[Any]) -> None:
        entry: dict[str, Any] = {"id": str(row.id), "name": found.name, "schema": found.schema, "qualifiedName": name}
        entry["type"] = found.kind
        if known is None or known.removed_at is not None:
            self.diff.note("added", entry if known is None else {**entry, "revived": True})
        else:
            breaking = {"breaking": True} if told.breaking else {}
            self.diff.note("changed", {**entry, "changes": told.changes, **breaking})
