"""Schema discovery of the connections-platform design."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Request
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from crosswind.contexts.tasks.schemas import PatternList, SourcePayload, TaskRequest
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM, METASTORE
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.request import base_path
from crosswind.doors.rest.services import Tasks

router = Family(CONNECTIONS_PLATFORM, tags=["Schema discovery"])


class DiscoverRequest(BaseModel):
    """What is to be looked at; patterns left out are those of the connection's own configuration."""

    model_config = ConfigDict(extra="forbid")
    include: PatternList | None = None
    exclude: PatternList | None = None


class Started(BaseModel):
    """The task that was started, and where to follow it."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    task_id: str
    status: str
    location: str


@router.post("/connections/{connectionId}/discover", permission="schema:discover", status=202)
def discover(
    tasks: Tasks,
    request: Request,
    connection_id: Annotated[str, Path(alias="connectionId", max_length=128)],
    body: Annotated[DiscoverRequest | None, Body()] = None,
) -> Reply[Started]:
    """Start the discovery of a connection's schemas and tables."""
    patterns = body.model_dump(exclude_none=True) if body else {}
    payload = SourcePayload(connection_id=connection_id, **patterns)
    task = tasks.create(TaskRequest(type="DISCOVERY", payload=payload))
    place = f"{METASTORE.mount}{METASTORE.prefix}/tasks/{task.id}"
    followed = base_path(request, CONNECTIONS_PLATFORM.mount) + place
    return Reply(Started(task_id=task.id, status=task.status, location=followed), headers={"Location": place})
