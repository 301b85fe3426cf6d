"""Schemas and tables of the connections-platform design, from the catalog."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from crosswind.contexts.catalog.schemas.places import SchemaShown, TableDetail, TableShown
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Places
from crosswind.kit.paging import Page, Window

router = Family(CONNECTIONS_PLATFORM, tags=["Schema discovery"])

ConnectionId = Annotated[str, Path(alias="connectionId", max_length=128)]
Name = Annotated[str, Path(max_length=2000)]
InSchema = Annotated[str | None, Query(alias="schema", max_length=1000)]


@router.get("/connections/{connectionId}/schemas", permission="schema:read")
def list_schemas(places: Places, connection_id: ConnectionId, window: Window) -> Page[SchemaShown]:
    """List the schemas of a connection."""
    return places.schemas(connection_id, window)


@router.get("/connections/{connectionId}/schemas/{schema:path}", permission="schema:read")
def get_schema(places: Places, connection_id: ConnectionId, schema: Name) -> SchemaShown:
    """Return one schema of a connection."""
    return places.schema(connection_id, schema)


@router.get("/connections/{connectionId}/tables", permission="schema:read")
def list_tables(
    places: Places, connection_id: ConnectionId, window: Window, in_schema: InSchema = None
) -> Page[TableShown]:
    """List the tables and views of a connection."""
    return places.tables(connection_id, _narrowed(in_schema), window)


@router.get("/connections/{connectionId}/tables/{table:path}", permission="schema:read")
def get_table(places: Places, connection_id: ConnectionId, table: Name, in_schema: InSchema = None) -> TableDetail:
    """Return a table by its name, or by schema.name."""
    return places.table(connection_id, table, _narrowed(in_schema))


def _narrowed(schema: str | None) -> dict[str, str]:
    return {} if schema is None else {"schema": schema}
