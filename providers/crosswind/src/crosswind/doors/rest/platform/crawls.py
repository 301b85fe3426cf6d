"""Crawls: what tasks send with their lease, what people look at and release."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path

from crosswind.contexts.catalog.schemas.crawls import CrawlShown, CrawlSummary, ManifestAnswer, ObjectsAnswer
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, RawBody
from crosswind.doors.rest.request import MEGABYTE
from crosswind.doors.rest.services import Crawls

router = Family(PLATFORM, tags=["Crawls"])

TaskId = Annotated[str, Path(alias="taskId", min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
Body = Annotated[bytes, RawBody]

_NATURAL = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
_NAME = {"type": "string", "minLength": 1, "maxLength": 1000}
_PLACE = {"type": ["array", "null"], "minItems": 2, "maxItems": 2, "items": _NAME}
_ITEM = {"type": "array", "minItems": 5, "maxItems": 5, "description": "[schema, name, hash, rowEstimate, sizeBytes]"}


def _body(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "required": required, "additionalProperties": False, "properties": properties}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_MANIFEST = _body(
    ["sequence", "identity", "database", "items"],
    {
        "sequence": _NATURAL,
        "identity": _NAME,
        "database": _NAME,
        "namespace": {"type": ["string", "null"], "minLength": 1, "maxLength": 1000},
        "items": {"type": "array", "maxItems": 10_000, "items": _ITEM},
        "after": _PLACE,
        "upTo": _PLACE,
    },
)
_OBJECTS = _body(
    ["sequence", "objects"],
    {"sequence": _NATURAL, "objects": {"type": "array", "maxItems": 10_000, "items": {"type": "object"}}},
)
_COMPLETION = _body(
    ["identity", "database", "seen", "ranges"],
    {"identity": _NAME, "database": _NAME, "seen": _NATURAL, "ranges": _NATURAL},
)


@router.post("/crawls/{taskId}/manifests", permission="crawl:ingest", body_limit=16 * MEGABYTE, openapi_extra=_MANIFEST)
def send_manifest(crawls: Crawls, task_id: TaskId, body: Body) -> ManifestAnswer:
    """Compare one range of a source with the catalog."""
    return crawls.manifest(task_id, body)


@router.post("/crawls/{taskId}/objects", permission="crawl:ingest", body_limit=64 * MEGABYTE, openapi_extra=_OBJECTS)
def send_objects(crawls: Crawls, task_id: TaskId, body: Body) -> ObjectsAnswer:
    """Store objects that a manifest's answer wanted."""
    return crawls.objects(task_id, body)


@router.post("/crawls/{taskId}/complete", permission="crawl:ingest", openapi_extra=_COMPLETION)
def complete_crawl(crawls: Crawls, task_id: TaskId, body: Body) -> CrawlSummary:
    """End a complete run: what vanished is removed, or held when it is implausibly much."""
    return crawls.complete(task_id, body)


@router.get("/crawls/{taskId}", permission="crawl:read")
def get_crawl(crawls: Crawls, task_id: TaskId) -> CrawlShown:
    """Return a crawl with its diff."""
    return crawls.get(task_id)


@router.post("/crawls/{taskId}/release", permission="crawl:release")
def release_crawl(crawls: Crawls, task_id: TaskId) -> CrawlShown:
    """Remove what a crawl held back."""
    return crawls.release(task_id)
