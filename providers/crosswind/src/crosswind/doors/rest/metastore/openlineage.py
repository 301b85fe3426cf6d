"""Events of running jobs, at the path that OpenLineage's HTTP transport posts to below its URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from crosswind.contexts.catalog.openlineage.service import BatchAnswer, OpenLineageService
from crosswind.contexts.catalog.openlineage.wire import MOST_EVENTS
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family, RawBody
from crosswind.doors.rest.joint import Joint
from crosswind.doors.rest.request import MEGABYTE
from crosswind.doors.rest.services import OpenLineage

router = Family(METASTORE, tags=["OpenLineage"])

_NAME = {"type": "string", "minLength": 1, "maxLength": 1_900}
_FACETS = {"type": ["object", "null"]}
_THING = {
    "type": "object",
    "required": ["namespace", "name"],
    "properties": {"namespace": _NAME, "name": _NAME, "facets": _FACETS},
}
_RUN = {
    "type": "object",
    "required": ["runId"],
    "properties": {"runId": {"type": "string", "format": "uuid"}, "facets": _FACETS},
}
_STATES = ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]
_EVENT = {
    "type": "object",
    "required": ["eventTime"],
    "properties": {
        "eventTime": {"type": "string", "format": "date-time"},
        "eventType": {"type": "string", "enum": _STATES},
        "run": _RUN,
        "job": _THING,
        "dataset": _THING,
        "inputs": {"type": "array", "maxItems": 1_000, "items": _THING},
        "outputs": {"type": "array", "maxItems": 1_000, "items": _THING},
        "producer": {"type": "string"},
        "schemaURL": {"type": "string"},
    },
}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def take_together(openlineage: OpenLineageService, tellings: list[Any]) -> Mapping[int, None]:
    """Store the events of several callers, or none of them."""
    return dict.fromkeys(range(len(tellings))) if openlineage.take_together(tellings) else {}


@router.post(
    "/lineage",
    permission="lineage:ingest",
    status=201,
    body_limit=4 * MEGABYTE,
    straight=True,
    joint=Joint("openlineage", OpenLineageService.read, take_together),
    openapi_extra=_body(_EVENT),
)
def take_event(openlineage: OpenLineage, body: Annotated[bytes, RawBody]) -> None:
    """Take in an OpenLineage event; once answered, it is stored and seen in lineage."""
    openlineage.take(body)


@router.post(
    "/lineage/batch",
    permission="lineage:ingest",
    body_limit=64 * MEGABYTE,
    straight=True,
    openapi_extra=_body({"type": "array", "maxItems": MOST_EVENTS, "items": _EVENT}),
)
def take_events(openlineage: OpenLineage, body: Annotated[bytes, RawBody]) -> BatchAnswer:
    """Take in many OpenLineage events; those that are wrong are told, the others stored."""
    return openlineage.take_many(body)
