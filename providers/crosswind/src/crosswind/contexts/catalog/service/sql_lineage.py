"""Lineage of statements that somebody has, found in the catalog and kept if wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row

from crosswind.connectors.registry import ConnectorRegistry
from crosswind.connectors.sql.apart import SqlReader
from crosswind.connectors.sql.shapes import Ask, Source, TableName, Told
from crosswind.contexts.catalog.names import qualified
from crosswind.contexts.catalog.repository import sql_lineage as repository
from crosswind.contexts.catalog.schemas.sql import SqlEdge, SqlLineage, SqlRequest, SqlStatement, SqlTable
from crosswind.kit.errors import Forbidden, Invalid, NotFound
from crosswind.kit.unit_of_work import Event, UnitOfWork

DEFAULT_SCHEMAS: Mapping[str, str] = {"postgres": "public", "redshift": "public", "tsql": "dbo", "duckdb": "main"}
"""Where a name without a schema is looked for when nothing else is said."""
MOST_NAMED = 200
Edges = dict[tuple[UUID, UUID], dict[str, list[str]]]
Naming = Callable[[TableName], str]


class SqlLineageService:
    """Reads statements for one unit of work; the parser runs in a process apart."""

    def __init__(self, uow: UnitOfWork, reader: SqlReader, connectors: ConnectorRegistry) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor
        self._reader = reader
        self._connectors = connectors

    def read(self, request: SqlRequest) -> SqlLineage:
        """The tables and columns of each statement, with their assets; relationships are kept when `save` says so."""
        if request.save and not self._actor.may("relationship:create"):
            raise Forbidden("Keeping lineage makes relationships", permission="relationship:create")
        ask, naming = self._asked(request)
        found: dict[TableName, Row[Any]] = {}

        def columns(tables: list[TableName]) -> list[tuple[TableName, list[str]]]:
            names = {table: naming(table) for table in tables}
            rows = repository.assets(self._session, self._actor, names.values())
            found.update({table: rows[name] for table, name in names.items() if name in rows})
            known = repository.columns(self._session, [row.key for row in found.values()])
            return [(table, known[row.key]) for table, row in found.items() if row.key in known]

        told = self._reader.read(ask, columns)
        edges = _edges(told, found)
        saved = self._saved(edges) if request.save and edges else {}
        return {
            "dialect": ask.dialect,
            "statements": [_statement(each, found) for each in told],
            "relationships": [_edge(pair, mapping, saved.get(pair)) for pair, mapping in edges.items()],
            "created": sum(row.created for row in saved.values()),
        }

    def _asked(self, request: SqlRequest) -> tuple[Ask, Naming]:
        """What to read, and how a table's name is that of an asset."""
        if request.connection_id is None:
            if request.dialect is None:
                raise Invalid("dialect: give one, or a connection whose dialect it is", field="dialect")
            schema = request.default_schema or ""
            return Ask(request.sql, request.dialect, schema, request.database or ""), _dotted
        place = repository.place(self._session, self._actor, request.connection_id)
        if place is None:
            raise NotFound("Connection", request.connection_id)
        connector = self._connectors.find(place.sub_type)
        dialect = str(request.dialect or (connector.dialect if connector else None) or "")
        if not dialect:
            raise Invalid(f"Connections to {place.sub_type} have no dialect; give one", field="dialect")
        schema = request.default_schema or DEFAULT_SCHEMAS.get(dialect, "")
        ask = Ask(request.sql, dialect, schema, request.database or place.database or "")
        return ask, lambda table: qualified(place.connection_id, table.catalog, table.schema, table.name)

    def _saved(self, edges: Edges) -> dict[tuple[UUID, UUID], Row[Any]]:
        records = [
            {"source": source, "target": target, "metadata": {"column_mapping": mapping, "column_lineage": "parsed"}}
            for (source, target), mapping in edges.items()
        ]
        saved = repository.save(self._session, self._actor, records)
        pairs = [[str(row.source_id), str(row.target_id)] for row in saved.values()][:MOST_NAMED]
        created = sum(row.created for row in saved.values())
        after = {"relationships": len(saved), "created": created, "pairs": pairs}
        self._uow.record(Event("RELATIONSHIP", "sql", "CREATE", None, after, told=True))
        return saved


def _dotted(table: TableName) -> str:
    return ".".join(part for part in (table.catalog, table.schema, table.name) if part)


def _edges(told: list[Told], found: Mapping[TableName, Row[Any]]) -> Edges:
    """Each asset written with each it is made of; several statements about one pair are put together."""
    edges: Edges = {}
    for each in told:
        for written in each.writes if each.kind != "DELETE" else ():
            for read in each.reads:
                if written in found and read in found and found[written].id != found[read].id:
                    mapping = edges.setdefault((found[written].id, found[read].id), {})
                    _add(mapping, each.columns, read)
    return edges


def _add(mapping: dict[str, list[str]], columns: Mapping[str, list[Source]], read: TableName) -> None:
    for column, sources in columns.items():
        of_table = [source.column for source in sources if source.table == read]
        if of_table:
            mapping[column] = sorted({*mapping.get(column, ()), *of_table})


def _statement(told: Told, found: Mapping[TableName, Row[Any]]) -> SqlStatement:
    place = {table: number for number, table in enumerate(told.reads)}
    columns = {
        name: [{"table": place[source.table], "column": source.column} for source in sources if source.table in place]
        for name, sources in told.columns.items()
    }
    shown = {
        "kind": told.kind,
        "reads": [_table(each, found.get(each)) for each in told.reads],
        "writes": [_table(each, found.get(each)) for each in told.writes],
        "columns": columns,
        "is_complete": told.is_complete,
    }
    return cast("SqlStatement", shown)


def _table(table: TableName, row: Row[Any] | None) -> SqlTable:
    return {
        "database": table.catalog or None,
        "schema": table.schema or None,
        "name": table.name,
        "asset_id": row.id if row else None,
        "type": row.type if row else None,
    }


def _edge(pair: tuple[UUID, UUID], mapping: dict[str, list[str]], row: Row[Any] | None) -> SqlEdge:
    return {
        "id": row.id if row else None,
        "source_asset_id": pair[0],
        "target_asset_id": pair[1],
        "type": "DEPENDS_ON",
        "column_mapping": mapping,
    }
