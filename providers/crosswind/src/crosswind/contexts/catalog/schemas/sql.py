"""What SQL lineage takes and shows."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from crosswind.connectors.sql.shapes import Dialect
from crosswind.contexts.catalog.schemas.common import AssetType

LONGEST_SQL = 500_000
Part = Annotated[str, Field(min_length=1, max_length=512)]


class SqlRequest(BaseModel):
    """Statements to be read, in a dialect, or in that of a connection whose tables they then name.

    `database` and `default_schema` fill in what names leave out; a crawled connection knows its database. `save` keeps
    the lineage as relationships between the assets found.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"sql": "INSERT INTO totals SELECT id, sum(x) FROM orders GROUP BY id", "dialect": "postgres"}]
        },
    )
    sql: Annotated[str, Field(min_length=1, max_length=LONGEST_SQL)]
    dialect: Dialect | None = None
    connection_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    database: Part | None = None
    default_schema: Part | None = None
    save: bool = False


class SqlTable(TypedDict):
    """A table as a statement names it, and the asset that it is where the catalog has it."""

    database: str | None
    schema: str | None
    name: str
    asset_id: UUID | None
    type: AssetType | None


class SqlSource(TypedDict):
    """A column that another is made of; `table` is its place among what the statement reads."""

    table: int
    column: str


class SqlStatement(TypedDict):
    """A statement; incomplete where the origin of a column cannot be told."""

    kind: str
    reads: list[SqlTable]
    writes: list[SqlTable]
    columns: dict[str, list[SqlSource]]
    is_complete: bool


class SqlEdge(TypedDict):
    """What flows between two assets; `id` is that of the relationship once it is saved."""

    id: UUID | None
    source_asset_id: UUID
    target_asset_id: UUID
    type: str
    column_mapping: dict[str, list[str]]


class SqlLineage(TypedDict):
    """The statements in order, the relationships they mean, and how many of those were not there before."""

    dialect: str
    statements: list[SqlStatement]
    relationships: list[SqlEdge]
    created: int
