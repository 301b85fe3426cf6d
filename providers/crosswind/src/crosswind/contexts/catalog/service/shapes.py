"""From rows to what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, cast

import msgspec
from sqlalchemy import Row

from crosswind.contexts.catalog.schemas.assets import AssetDetail, AssetListed, SchemaColumn

_UPPER = re.compile("[A-Z]")
_SHOWN_FACTS = (
    "primary_key", "unique_keys", "foreign_keys", "indexes", "definition", "partition_key", "partitions",
    "dependencies", "owner", "job_type", "integration", "lifecycle",
)  # fmt: skip


def asset(row: Row[Any]) -> AssetListed:
    """An asset in a list."""
    return cast("AssetListed", _asset(row, _metadata(row)))


def with_columns(row: Row[Any], columns: str) -> AssetListed:
    """An asset in a list that shows columns, which are JSON already."""
    shown = _asset(row, _metadata(row))
    shown["schema"] = msgspec.Raw(columns)
    return cast("AssetListed", shown)


def detail(row: Row[Any], columns: Iterable[Row[Any]]) -> AssetDetail:
    """An asset with its columns and all of its facts."""
    facts = row.source_facts or {}
    metadata = {
        **_metadata(row),
        **_of_dataset(row),
        **{name: facts[name] for name in _SHOWN_FACTS if name in facts},
        **row.curated_metadata,
    }
    by = None if row.created_by is None else {"id": row.created_by, "name": row.created_by_name}
    schema = schema_columns(facts, columns)
    shown = {**_asset(row, metadata), "schema": schema, "created_by": by, "source_version": row.source_version}
    return cast("AssetDetail", shown)


def _of_dataset(row: Row[Any]) -> dict[str, Any]:
    """What a dataset says beside what tables say: where it is, its facts and its statistics."""
    if row.type != "DATASET":
        return {}
    told = {**((row.source_facts or {}).get("facts") or {}), **(row.source_statistics or {})}
    path = f"{row.namespace}/{row.dataset.lstrip('/')}" if row.namespace and row.dataset else None
    return ({"path": path} if path else {}) | {snake(name): value for name, value in told.items()}


def snake(name: str) -> str:
    """A camelCase name in snake_case."""
    return _UPPER.sub(lambda found: f"_{found[0].lower()}", name)


class Keys(msgspec.Struct, frozen=True):
    """Which columns keys are made of: of the primary one, those that are unique alone, and what each points to."""

    primary: set[str]
    unique: set[str]
    references: dict[str, list[str]]

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Keys:
        """The keys that a source tells."""
        primary = set((facts.get("primary_key") or {}).get("columns", ()))
        unique = {key["columns"][0] for key in facts.get("unique_keys", ()) if len(key["columns"]) == 1}
        references: dict[str, list[str]] = {}
        for key in facts.get("foreign_keys", ()):
            for name, target in zip(key["columns"], key["target_columns"], strict=False):
                references.setdefault(name, []).append(f"{key['target_schema']}.{key['target_name']}.{target}")
        return cls(primary, unique | primary if len(primary) == 1 else unique, references)


def keys_as_json(facts: dict[str, Any] | None) -> str | None:
    """The keys for the store, or None where a source tells none."""
    if not facts:
        return None
    keys = Keys.of(facts)
    return msgspec.json.encode(keys).decode() if keys.primary or keys.unique or keys.references else None


def schema_columns(facts: dict[str, Any], columns: Iterable[Row[Any]]) -> list[SchemaColumn]:
    """Columns with the keys they are part of."""
    keys = Keys.of(facts)
    return [
        {
            "id": column.id,
            "name": column.name,
            "type": column.data_type,
            "nullable": column.nullable,
            "position": column.position,
            "default": column.default_value,
            "identity": column.identity,
            "generated": column.generated,
            "comment": column.comment,
            "description": column.description or column.comment,
            "tags": column.tags,
            "propagated_tags": column.propagated or [],
            "classification": column.classification,
            "primary_key": column.name in keys.primary,
            "unique": column.name in keys.unique,
            "references": keys.references.get(column.name, []),
        }
        for column in columns
    ]


def _asset(row: Row[Any], metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "type": row.type,
        "name": row.name,
        "qualified_name": row.qualified_name,
        "description": row.source_comment if row.description is None else row.description,
        "metadata": metadata,
        "tags": row.tags,
        "classification": row.classification,
        "connection_id": row.connection_id,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "crawled_at": row.crawled_at,
        "removed_at": row.removed_at,
        "version": row.version,
        "owners": row.owners or [],
        "domain": row.domain,
        "terms": row.terms or [],
        "products": row.products or [],
        "propagated_tags": row.propagated or [],
    }


def _metadata(row: Row[Any]) -> dict[str, Any]:
    source = {
        "database": row.database,
        "schema": row.schema,
        "type_detail": row.type_detail,
        "row_count": row.row_estimate,
        "size_bytes": row.size_bytes,
        "comment": row.source_comment,
    }
    return {**{name: value for name, value in source.items() if value is not None}, **row.curated_metadata}
