"""One batch of crawled objects, from structs to rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from crosswind.connectors.lineage import CrawledObject
from crosswind.contexts.catalog import facts
from crosswind.contexts.catalog.changes import changes
from crosswind.contexts.catalog.crawl_schemas import ObjectsAnswer
from crosswind.contexts.catalog.models import CrawlRow
from crosswind.contexts.catalog.names import qualified
from crosswind.contexts.catalog.ports import CrawlGrant
from crosswind.contexts.catalog.repository import objects as repository
from crosswind.contexts.catalog.service.diffs import Diff
from crosswind.contexts.catalog.wire import LONGEST_PLACE, check_length
from crosswind.kit.unit_of_work import UnitOfWork

Stored = dict[str, Row[Any]]


class Batch:
    """Stores objects of one request set-based: five statements or fewer for the lot, two reads for the diff."""

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
        known = repository.known(self._session, self._actor.tenant, list(named))
        writing = {name: each for name, each in named.items() if self._differs(each, known.get(name))}
        columns = self._columns_before(writing, known)
        rows = self._upsert(writing)
        changed = [row.key for name, row in rows.items() if name in known]
        if self._full:
            self._write_columns(writing, rows, changed)
            self._write_edges(writing, rows, changed)
        for name, each in writing.items():
            self._note(name, each, known.get(name), columns, rows[name])
        created = len(writing) - len(changed)
        return {"created": created, "updated": len(changed), "unchanged": len(found) - len(writing)}

    def _differs(self, found: CrawledObject, known: Row[Any] | None) -> bool:
        if known is None or known.removed_at is not None:
            return True
        return self._full and known.source_hash != found.hash

    def _columns_before(self, writing: dict[str, CrawledObject], known: Stored) -> dict[int, dict[str, dict[str, Any]]]:
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

    def _note(
        self,
        name: str,
        found: CrawledObject,
        known: Row[Any] | None,
        columns: dict[int, dict[str, dict[str, Any]]],
        row: Row[Any],
    ) -> None:
        entry = {"id": str(row.id), "name": found.name, "schema": found.schema, "qualifiedName": name}
        entry["type"] = found.kind
        if known is None or known.removed_at is not None:
            self.diff.note("added", entry if known is None else {**entry, "revived": True})
        elif known.crawled_at is None:
            self.diff.note("changed", {**entry, "changes": ["read in full for the first time"]})
        else:
            told = changes(_before(known), _after(found), columns[known.key], _columns(found))
            self.diff.note("changed", {**entry, "changes": told})


def _before(known: Row[Any]) -> dict[str, Any]:
    return {"type_detail": known.type_detail, "comment": known.source_comment, **(known.source_facts or {})}


def _after(found: CrawledObject) -> dict[str, Any]:
    return {"type_detail": found.type_detail, "comment": found.comment, **facts.facts(found)}


def _columns(found: CrawledObject) -> dict[str, dict[str, Any]]:
    return {column.name: facts.column(column) for column in found.columns}
