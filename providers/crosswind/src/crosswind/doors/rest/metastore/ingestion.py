"""Batch ingestion of the metastore design."""

from __future__ import annotations

from typing import Annotated, Any

from crosswind.contexts.catalog.schemas import IngestionResult
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
        "qualified_name": {"type": "string", "minLength": 1, "maxLength": 500, "pattern": r"\S"},
        "description": {"type": ["string", "null"], "maxLength": 20_000},
        "metadata": {"type": "object"},
        "tags": {"type": "array", "maxItems": 100, "items": {"type": "string", "minLength": 1, "maxLength": 100}},
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
                "properties": {"assets": {"type": "array", "maxItems": 50_000, "items": _ITEM}, "options": _OPTIONS},
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
