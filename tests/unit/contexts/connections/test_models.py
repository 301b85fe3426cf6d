from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.kit.store import Base, as_psycopg


def _only(name: str) -> MetaData:
    metadata = MetaData(schema=Base.metadata.schema, naming_convention=Base.metadata.naming_convention)
    Base.metadata.tables[f"crosswind.{name}"].to_metadata(metadata)
    return metadata


def test_the_migration_makes_what_the_model_says(store: str) -> None:
    table = ConnectionRow.__tablename__

    def ours(name: str | None, kind: str, parents: Any) -> bool:
        if kind == "schema":
            return name == "crosswind"
        return kind != "table" or name == table

    engine = create_engine(as_psycopg(store), connect_args={"options": "-c search_path=public"})
    with engine.connect() as connection:
        options = {"include_schemas": True, "include_name": ours, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, _only(table))
    engine.dispose()
    assert found == []
