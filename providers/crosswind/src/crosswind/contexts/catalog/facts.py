"""From what a connector reports to what the catalog keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from crosswind.connectors.types import CrawledObject, SourceColumn
from crosswind.contexts.catalog import words
from crosswind.contexts.catalog.names import qualified

_FACTS = (
    "primary_key", "unique_keys", "foreign_keys", "indexes", "definition", "partition_key", "partitions",
    "dependencies",
)  # fmt: skip


def plain(value: Any) -> Any:
    """A fact as JSON with snake_case keys, without what is empty."""
    if isinstance(value, msgspec.Struct):
        pairs = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return {name: plain(item) for name, item in pairs if item is not None and item != ()}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def facts(found: CrawledObject) -> dict[str, Any]:
    """The source facts of an object that are neither columns nor statistics."""
    pairs = ((name, getattr(found, name)) for name in (*_FACTS, "facts"))
    return {name: plain(value) for name, value in pairs if value}


def source_words(found: CrawledObject) -> str:
    """The words that find an object."""
    named = (found.schema, str(found.facts.get("format") or ""))
    return said_words(found.name, ((each.name, each.comment) for each in found.columns), found.comment, named)


def said_words(
    name: str, columns: Iterable[tuple[str, str | None]], comment: str | None, named: Iterable[str | None]
) -> str:
    """The words that find an asset by what is said of it: its name, its columns' names, its comment, then the rest."""
    listed = list(columns)
    comments = (said for _, said in listed if said)
    return words.vector(
        (
            ("A", words.of_name(name)),
            ("B", (word for column, _ in listed for word in words.of_name(column))),
            ("C", words.of_text(comment or "")),
            *(("D", words.of_name(each)) for each in named if each),
            ("D", (word for said in comments for word in words.of_text(said, 500))),
        )
    )


def curated_words(description: str | None, tags: list[str]) -> str:
    """The words of what people wrote."""
    tagged = (word for tag in tags for word in words.of_name(tag))
    return words.vector((("B", tagged), ("C", words.of_text(description or "", 20_000))))


def column_words(descriptions: list[str], tags: list[str]) -> str:
    """The words of what people wrote on an asset's columns."""
    tagged = (word for tag in tags for word in words.of_name(tag))
    described = (word for text in descriptions for word in words.of_text(text, 2_000))
    return words.vector((("B", tagged), ("D", described)), most=4_000)


def column(found: SourceColumn) -> dict[str, Any]:
    """A column as its row's source facts."""
    return {
        "name": found.name,
        "position": found.position,
        "data_type": found.data_type,
        "nullable": found.nullable,
        "default_value": found.default,
        "identity": found.identity,
        "generated": found.generated,
        "comment": found.comment,
    }


def edges(found: CrawledObject, connection_id: str, database: str) -> Iterator[dict[str, Any]]:
    """Foreign keys as RELATED_TO, what a view reads as DEPENDS_ON with its columns' origins."""
    for key in found.foreign_keys:
        columns = {"columns": key.columns, "target_columns": key.target_columns}
        actions = {"on_update": key.on_update, "on_delete": key.on_delete}
        target = qualified(connection_id, database, key.target_schema, key.target_name)
        yield {"type": "RELATED_TO", "name": key.name, "target_name": target, "metadata": {**columns, **actions}}
    for each in found.dependencies:
        target = qualified(connection_id, database, each.schema, each.name)
        mapping = _mapping(found, each.schema, each.name)
        metadata: dict[str, Any] = {"columns": each.columns, "column_mapping": mapping}
        level = "dependencies" if found.lineage is None else "parsed"
        edge = {"type": "DEPENDS_ON", "name": "", "target_name": target}
        yield {**edge, "metadata": {**metadata, "column_lineage": level}}


def _mapping(found: CrawledObject, schema: str, name: str) -> dict[str, list[str]]:
    """The view's columns and those of this one upstream that they are made of."""
    mapped = {
        column: [source.column for source in sources if (source.schema, source.name) == (schema, name)]
        for column, sources in (found.lineage or {}).items()
    }
    return {column: sources for column, sources in mapped.items() if sources}


def named_words(name: str) -> str:
    """The words of an asset of which only its name is known."""
    return words.vector((("A", words.of_name(name)),))
