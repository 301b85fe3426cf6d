"""From what services answer to messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crosswind.contexts.tasks.schemas import BackgroundTask
from crosswind.doors.grpc.structs import to_struct
from crosswind_client.metastore.v1 import metadata_pb2 as v1

LARGEST = 2**31 - 1
Tags = Mapping[str, Any]
"""Tags by name."""


def milliseconds(moment: datetime | None) -> int:
    """A time as the messages tell it, 0 for none."""
    if moment is None:
        return 0
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def asset(value: Mapping[str, Any], tags: Tags, into: v1.Asset | None = None) -> v1.Asset:
    """An asset as lists and details show it."""
    shown = v1.Asset() if into is None else into
    _named(shown, value)
    shown.created_at = milliseconds(value["created_at"])
    shown.updated_at = milliseconds(value["updated_at"])
    shown.crawled_at = milliseconds(value["crawled_at"])
    shown.version, shown.source_version = value["version"], value.get("source_version", 0)
    to_struct(value["metadata"], shown.metadata)
    shown.tags.extend(_tag(name, tags) for name in value["tags"])
    shown.schema.extend(_column(column) for column in value.get("schema", ()))
    _governed(shown, value)
    _made(shown, value)
    return shown


def _made(shown: v1.Asset | v1.Relationship, value: Mapping[str, Any]) -> None:
    if by := value.get("created_by"):
        shown.created_by.id, shown.created_by.name = by["id"], by["name"] or ""


def _governed(shown: v1.Asset, value: Mapping[str, Any]) -> None:
    shown.domain = value.get("domain") or ""
    shown.terms.extend(value.get("terms", ()))
    shown.products.extend(value.get("products", ()))
    for owner in value.get("owners", ()):
        shown.owners.add(kind=owner["kind"], name=owner["name"], role=owner["role"])
    for tag in value.get("propagated_tags", ()):
        origin, name = str(tag["from_asset"]), tag["from_name"] or ""
        shown.propagated_tags.add(tag=tag["tag"], from_asset_id=origin, from_name=name, depth=tag["depth"])


def brief(value: Mapping[str, Any], into: v1.Asset) -> None:
    """An asset as others refer to it: its tags by name alone, and where it is in its metadata."""
    _named(into, value)
    into.tags.extend(v1.Tag(name=name) for name in value["tags"])
    places = {name: value[name] for name in ("database", "schema") if value[name] is not None}
    to_struct(places, into.metadata)


def _named(shown: v1.Asset, value: Mapping[str, Any]) -> None:
    shown.id, shown.type = str(value["id"]), value["type"]
    shown.name, shown.qualified_name = value["name"], value["qualified_name"]
    shown.description = value["description"] or ""
    shown.classification = value["classification"] or ""
    shown.connection_id = value["connection_id"] or ""
    shown.removed_at = milliseconds(value["removed_at"])


def _tag(name: str, tags: Tags) -> v1.Tag:
    """A tag in full where the vocabulary has it."""
    found = tags.get(name)
    if found is None:
        return v1.Tag(name=name)
    told: dict[str, Any] = {key: found[key] or "" for key in ("category", "description", "propagates")}
    shown = v1.Tag(id=str(found["id"]), name=name, propagation_depth=found["propagation_depth"] or 0, **told)
    shown.created_at = milliseconds(found["created_at"])
    return shown


def _column(value: Mapping[str, Any]) -> v1.SchemaColumn:
    shown = v1.SchemaColumn(
        id=str(value["id"]),
        name=value["name"],
        type=value["type"] or "",
        nullable=value["nullable"],
        position=value["position"],
        description=value["description"] or "",
        tags=value["tags"],
        classification=value["classification"] or "",
        primary_key=value["primary_key"],
        unique=value["unique"],
        references=value["references"],
        default_value=value["default"],
        identity=value["identity"] or "",
        generated=value["generated"] or "",
        comment=value["comment"] or "",
    )
    for tag in value["propagated_tags"]:
        origin = {"from_asset_id": str(tag["from_asset"]), "from_name": tag["from_name"] or ""}
        shown.propagated_tags.add(tag=tag["tag"], depth=tag["depth"], from_column=tag["from_column"] or "", **origin)
    return shown


def lineage(value: Mapping[str, Any]) -> v1.LineageGraph:
    """A graph with its assets in brief."""
    graph = v1.LineageGraph(is_partial=value["is_partial"])
    brief(value["asset"], graph.asset)
    for side in ("upstream", "downstream"):
        for entry in value[side]:
            edge = getattr(graph, side).add()
            brief(entry["asset"], edge.asset)
            relationship(entry["relationship"], edge.relationship)
    return graph


def relationship(value: Mapping[str, Any], into: v1.Relationship | None = None) -> v1.Relationship:
    """An edge."""
    shown = v1.Relationship() if into is None else into
    shown.id, shown.type = str(value["id"]), value["type"]
    shown.source_asset_id, shown.target_asset_id = str(value["source_asset_id"]), str(value["target_asset_id"])
    shown.created_at = milliseconds(value.get("created_at"))
    shown.depth = value.get("depth", 0)
    shown.origin = value.get("origin", "")
    for pair in value.get("columns", ()):
        shown.columns.add(upstream=pair["upstream"], downstream=pair["downstream"])
    _made(shown, value)
    to_struct(value["metadata"] or {}, shown.metadata)
    return shown


def found(value: Mapping[str, Any]) -> v1.SearchResponse:
    """Hits with their assets in brief, and what the query was read as."""
    told = ("total_is_capped", "ranked_among", "words", "widened", "hints")
    shown = v1.SearchResponse(total=min(value["total"], LARGEST), **{name: value[name] for name in told})
    for name, values in value["filters"].items():
        shown.filters[name].values.extend(values)
    for hit in value["results"]:
        result = shown.results.add(score=hit["score"])
        brief(hit["asset"], result.asset)
        for field, fragments in hit["highlights"].items():
            result.highlights[field].fragments.extend(fragments)
    return shown


def task(value: BackgroundTask) -> v1.BackgroundTask:
    """A task."""
    shown = v1.BackgroundTask(
        id=value.id,
        type=value.type,
        status=value.status,
        progress=value.progress,
        created_at=milliseconds(value.created_at),
        started_at=milliseconds(value.started_at),
        finished_at=milliseconds(value.finished_at),
        priority=value.priority,
        connection_id=value.connection_id or "",
        version=value.version,
    )
    to_struct(value.payload, shown.payload)
    for name in ("result", "error"):
        if (told := getattr(value, name)) is not None:
            to_struct(told, getattr(shown, name))
    return shown
