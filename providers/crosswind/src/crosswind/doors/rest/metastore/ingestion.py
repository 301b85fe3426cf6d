"""Batches and events of the metastore design."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header

from crosswind.contexts.catalog.schemas.ingestion import Accepted, IngestionResult
from crosswind.contexts.catalog.service.ingestion import MOST_ITEMS, EventType
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family, RawBody
from crosswind.doors.rest.request import MEGABYTE
from crosswind.doors.rest.services import Ingestion

router = Family(METASTORE, tags=["Ingestion"])

_ITEM = {
    "type": "object",
    "required": ["type", "name", "qualified_name"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "enum": ["TABLE", "VIEW", "DASHBOARD", "PIPELINE", "DATASET", "CHART"]},
        "name": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"\S"},
        "qualified_name": {"type": "string", "minLength": 1, "maxLength": 2_000, "pattern": r"\S"},
        "description": {"type": ["string", "null"], "maxLength": 20_000},
        "metadata": {"type": "object"},
        "tags": {"type": "array", "maxItems": 100, "items": {"type": "string", "minLength": 1, "maxLength": 100}},
        "classification": {"type": ["string", "null"], "minLength": 1, "maxLength": 100},
        "source": {"type": "object", "description": "What its system says of it, as in a file of the catalog"},
        "columns": {
            "type": "array",
            "maxItems": 10_000,
            "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        },
    },
}
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
