"""What a crawl changed on one asset: for its diff, its version and those who follow it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from crosswind.connectors.types import CrawledObject
from crosswind.contexts.catalog import facts
from crosswind.contexts.catalog.changes import changes
from crosswind.contexts.catalog.openlineage.facets import COLUMNS_TOLD
from crosswind.contexts.catalog.versions.breaking import SchemaChange, schema_changes
from crosswind.contexts.catalog.versions.deltas import UNREAD, State, delta
from crosswind.contexts.catalog.versions.repository import Kept
from crosswind.kit.outbox import NewRow

MOST_SCHEMA_CHANGES = 100
"""Told of one asset; its version's diff has all of them."""
FIRST_READ = "read in full for the first time"
Columns = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """Changes in words and of the schema, and what the version keeps; `before` is None for a new asset."""

    changes: list[str] = field(default_factory=list)
    before: State | None = None
    schema: list[SchemaChange] = field(default_factory=list)

    @property
    def breaking(self) -> bool:
        """Whether a reader or writer of the asset may fail now."""
        return any(change["breaking"] for change in self.schema)

    def kept(self, row: Row[Any]) -> list[Kept]:
        """The version, if the asset had one before."""
        if self.before is None:
            return []
        return [Kept(row.key, row.number, "source", self.changes, self.before, self.breaking)]

    def news(self, row: Row[Any], found: CrawledObject, connection_key: int) -> Iterator[NewRow]:
        """The events: one of the asset, and one of its schema where that changed."""
        brief = {"id": str(row.id), "type": found.kind, "name": found.name, "qualified_name": row.qualified_name}
        brief["version"] = row.version

        def event(kind: str, action: str, **more: Any) -> NewRow:
            return NewRow(
                type=f"asset.{kind}", entity_type="ASSET", entity_id=str(row.id), action=action,
                data={**brief, **more}, connection_key=connection_key,
            )  # fmt: skip

        if self.before is None:
            yield event("created", "CREATE")
            return
        yield event("updated", "UPDATE", changed=self.changes)
        if self.schema:
            told = self.schema[:MOST_SCHEMA_CHANGES]
            yield event("schema_changed", "SCHEMA_CHANGE", breaking=self.breaking, changes=told)


def tell(found: CrawledObject, known: Row[Any] | None, columns: Columns | None) -> Told:
    """What differs from what was known; `columns` were there before, None where only names are read.

    What events told of an asset before any crawl read it is kept; that the source says more breaks nobody.
    """
    if known is None:
        return Told()
    revived = known.removed_at is not None
    back = ["back in its source"] if revived else []
    before: State = {"type": known.type, "type_detail": known.type_detail, "removed": revived}
    after: State = {"type": found.kind, "type_detail": found.type_detail, "removed": False}
    if columns is None:
        return Told(back, delta(before, after))
    old, new = _facts(known), facts.facts(found)
    if known.crawled_at is None and not (old or columns or known.source_comment):
        return Told([*back, FIRST_READ], {**delta(before, after), UNREAD: True})
    now = {column.name: facts.column(column) for column in found.columns}
    before |= {"comment": known.source_comment, "facts": old, "columns": columns}
    after |= {"comment": found.comment, "facts": new, "columns": now}
    if known.crawled_at is None:
        return Told([*back, FIRST_READ], delta(before, after))
    words = changes({**old, **_said(before)}, {**new, **_said(after)}, columns, now)
    told = words if not revived else back + [word for word in words if word != "details changed"]
    return Told(told, delta(before, after), schema_changes(columns, now, old, new))


def _facts(known: Row[Any]) -> State:
    return {name: fact for name, fact in (known.source_facts or {}).items() if name != COLUMNS_TOLD}


def _said(state: State) -> State:
    return {"type_detail": state["type_detail"], "comment": state["comment"]}
