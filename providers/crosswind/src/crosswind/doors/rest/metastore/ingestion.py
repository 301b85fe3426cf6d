"""Batches and events of the metastore design."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from fastapi import Header

from crosswind.contexts.catalog.schemas.ingestion import Accepted, IngestionResult
from crosswind.contexts.catalog.service.ingestion import MOST_ITEMS, EventType
from crosswind.contexts.catalog.transfer.lines import BareAsset
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family, RawBody
from crosswind.doors.rest.request import MEGABYTE
from crosswind.doors.rest.services import Ingestion

router = Family(METASTORE, tags=["Ingestion"])


def _inlined(schema: Any, components: Mapping[str, Any]) -> Any:
    """The schema with what it refers to in its place: a document has no room of its own for these names."""
    if isinstance(schema, list):
        return [_inlined(each, components) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(components[schema["$ref"].rpartition("/")[2]], components)
    return {name: _inlined(value, components) for name, value in schema.items() if name != "title"}


(_ASSET,), _COMPONENTS = msgspec.json.schema_components([BareAsset], ref_template="{name}")
_ITEM = _inlined(_ASSET, _COMPONENTS)
_TOLD = "The asset as in a batch, or as it is shown; an update may leave out type and name, a deletion all but the name"
_EVENT: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["asset"],
                "additionalProperties": False,
                "properties": {"asset": {"type": "object", "description": _TOLD}},
            },
        }
    },
}
_OPTIONS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"upsert": {"type": "boolean", "default": True}, "validate": {"type": "boolean", "default": True}},
}
_EXAMPLE = {
    "assets": [{"type": "TABLE", "name": "users", "qualified_name": "prod.public.users", "metadata": {}}],
    "options": {"upsert": True, "validate": True},
}
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["assets"],
                "additionalProperties": False,
                "properties": {
                    "assets": {"type": "array", "maxItems": MOST_ITEMS, "items": _ITEM},
                    "options": _OPTIONS,
                },
            },
            "example": _EXAMPLE,
        }
    },
}


@router.post(
    "/ingestion/batch", permission="asset:create", body_limit=64 * MEGABYTE, openapi_extra={"requestBody": _BODY}
)
def ingest_batch(ingestion: Ingestion, body: Annotated[bytes, RawBody]) -> IngestionResult:
    """Store many assets at once: all of them, or with `validate: false` those that are right."""
    return ingestion.batch(body)


@router.post("/ingestion/stream", permission="asset:create", status=202, openapi_extra={"requestBody": _EVENT})
def stream_event(
    ingestion: Ingestion,
    body: Annotated[bytes, RawBody],
    kind: Annotated[EventType, Header(alias="X-Event-Type", description="What happened to the asset")],
) -> Accepted:
    """Take in what happened to one asset; it is stored, and found, when this is answered."""
    return ingestion.stream(kind, body)
