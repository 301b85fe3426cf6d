"""The schemas and tables of a connection, as connections-platform shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict


class SchemaShown(TypedDict):
    """A schema of a connection, as the catalog knows it."""

    name: str
    database: str | None
    tables: int
    views: int
    datasets: int
    crawledAt: datetime | None


class TableShown(TypedDict):
    """A table, view or dataset of a connection; `crawledAt` is null while it is known by its name only."""

    assetId: UUID
    name: str
    schema: str
    database: str | None
    type: str
    typeDetail: str | None
    qualifiedName: str
    description: str | None
    rowCount: int | None
    sizeBytes: int | None
    crawledAt: datetime | None


class TableDetail(TableShown):
    """A table, view or dataset with its columns and keys; `facts` and `statistics` are what datasets have beside."""

    columns: list[dict[str, Any]]
    primaryKey: dict[str, Any] | None
    uniqueKeys: list[dict[str, Any]]
    foreignKeys: list[dict[str, Any]]
    indexes: list[dict[str, Any]]
    partitions: list[dict[str, Any]]
    definition: str | None
    facts: dict[str, Any]
    statistics: dict[str, Any]
    tags: list[str]
    classification: str | None
