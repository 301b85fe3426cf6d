"""Imports of files: what tasks send with their lease, and what people look at."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Response

from crosswind.contexts.catalog.transfer.schemas import (
    BlockAnswer,
    ImportBegin,
    ImportPlace,
    ImportShown,
    LineProblem,
    Upload,
)
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, RawBody
from crosswind.doors.rest.platform.crawls import TaskId
from crosswind.doors.rest.request import MEGABYTE
from crosswind.doors.rest.services import Imports
from crosswind.kit.paging import Page, Window

router = Family(PLATFORM, tags=["Imports"])

_BLOCK: dict[str, Any] = {
    "required": True,
    "description": "A head, {sequence, first, refused}, and below it the lines of the block, each a JSON object.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


@router.post("/imports/{taskId}/begin", permission="import:ingest")
def begin_import(imports: Imports, task_id: TaskId, body: ImportBegin) -> ImportPlace:
    """Tell up to where the import of a file is stored."""
    return imports.begin(task_id, body)


@router.get("/imports/{taskId}/source", permission="import:ingest")
def get_import_source(imports: Imports, task_id: TaskId) -> Upload:
    """Return what is known of the uploaded file that an import is of."""
    return imports.source(task_id)


@router.get("/imports/{taskId}/parts/{number}", permission="import:ingest")
def get_import_part(imports: Imports, task_id: TaskId, number: Annotated[int, Path(ge=0, lt=100_000)]) -> Response:
    """Return a part of the uploaded file that an import is of; 204 after the last."""
    data = imports.part(task_id, number)
    return Response(data, 200, media_type="application/octet-stream") if data is not None else Response(status_code=204)


@router.post(
    "/imports/{taskId}/blocks",
    permission="import:ingest",
    body_limit=64 * MEGABYTE,
    openapi_extra={"requestBody": _BLOCK},
)
def send_block(imports: Imports, task_id: TaskId, body: Annotated[bytes, RawBody]) -> BlockAnswer:
    """Store the next block of lines."""
    return imports.block(task_id, body)


@router.post("/imports/{taskId}/complete", permission="import:ingest")
def complete_import(imports: Imports, task_id: TaskId) -> ImportShown:
    """End an import."""
    return imports.complete(task_id)


@router.get("/imports/{taskId}", permission="task:read")
def get_import(imports: Imports, task_id: TaskId) -> ImportShown:
    """Return an import with its counts."""
    return imports.get(task_id)


@router.get("/imports/{taskId}/errors", permission="task:read")
def list_import_errors(imports: Imports, task_id: TaskId, window: Window) -> Page[LineProblem]:
    """List the lines of a file that were not taken, the first thousand of them."""
    return imports.errors(task_id, window)
