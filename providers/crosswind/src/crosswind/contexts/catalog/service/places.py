"""Schemas and tables of a connection, from the catalog: what is known by name only serves too."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Row

from crosswind.contexts.catalog.names import split
from crosswind.contexts.catalog.repository import columns
from crosswind.contexts.catalog.repository import places as repository
from crosswind.contexts.catalog.schemas.places import SchemaShown, TableDetail, TableShown
from crosswind.contexts.catalog.service.shapes import schema_columns
from crosswind.kit.errors import Conflict, NotFound
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import UnitOfWork


class PlaceService:
    """Schemas and tables of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._actor = uow.actor

    def schemas(self, connection_id: str, window: Window) -> Page[SchemaShown]:
        """The schemas of a connection by name."""
        rows, total = repository.schemas(self._session, self._connection(connection_id), window)
        return Page([_schema(row) for row in rows], total, window)

    def schema(self, connection_id: str, name: str) -> SchemaShown:
        """One schema of a connection."""
        row = repository.schema(self._session, self._connection(connection_id), name)
        if row is None:
            raise NotFound("Schema", name, parameter="schema")
        return _schema(row)

    def tables(self, connection_id: str, narrowed: dict[str, str], window: Window) -> Page[TableShown]:
        """The tables, views and datasets of a connection, by schema and name."""
        rows, total = repository.tables(self._session, self._connection(connection_id), narrowed, window)
        return Page([cast("TableShown", _table(row)) for row in rows], total, window)

    def table(self, connection_id: str, name: str, narrowed: dict[str, str]) -> TableDetail:
        """One table by `name`, `schema.name` or `database.schema.name`; Conflict where a name alone means several."""
        key = self._connection(connection_id)
        for parts in _readings(name):
            rows = repository.table(self._session, key, {**narrowed, **parts})
            if len(rows) > 1:
                raise Conflict(f"Several schemas have a table '{name}'; write schema.name", field="table")
            if rows:
                return _detail(rows[0], columns.of_asset(self._session, self._actor, rows[0]))
        raise NotFound("Table", name, parameter="table")

    def _connection(self, identifier: str) -> int:
        key = repository.connection_key(self._session, self._actor, identifier)
        if key is None:
            raise NotFound("Connection", identifier)
        return key


def _readings(name: str) -> list[dict[str, str]]:
    """The name as it stands, then as a qualified one."""
    readings = [{"name": name}]
    try:
        parts = split(name)
    except ValueError:
        return readings
    if len(parts) <= 3 and parts != [name]:
        readings.append(dict(zip(("name", "schema", "database"), reversed(parts), strict=False)))
    return readings


def _schema(row: Row[Any]) -> SchemaShown:
    return {
        "name": row.name,
        "database": row.database,
        "tables": row.tables,
        "views": row.views,
        "datasets": row.datasets,
        "crawledAt": row.crawled_at,
    }


def _table(row: Row[Any]) -> dict[str, Any]:
    return {
        "assetId": row.id,
        "name": row.name,
        "schema": row.schema,
        "database": row.database,
        "type": row.type,
        "typeDetail": row.type_detail,
        "qualifiedName": row.qualified_name,
        "description": row.source_comment if row.description is None else row.description,
        "rowCount": row.row_estimate,
        "sizeBytes": row.size_bytes,
        "crawledAt": row.crawled_at,
    }


def _detail(row: Row[Any], found: Any) -> TableDetail:
    facts = row.source_facts or {}
    shown = {
        **_table(row),
        "columns": _camel([dict(column) for column in schema_columns(facts, found)]),
        "primaryKey": _camel(facts.get("primary_key")),
        "uniqueKeys": _camel(facts.get("unique_keys", [])),
        "foreignKeys": _camel(facts.get("foreign_keys", [])),
        "indexes": _camel(facts.get("indexes", [])),
        "partitions": _camel(facts.get("partitions", [])),
        "definition": facts.get("definition"),
        "facts": facts.get("facts", {}),
        "statistics": row.source_statistics or {},
        "tags": row.tags,
        "classification": row.classification,
    }
    return cast("TableDetail", shown)


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {_key(name): _camel(item) for name, item in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value


def _key(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)
