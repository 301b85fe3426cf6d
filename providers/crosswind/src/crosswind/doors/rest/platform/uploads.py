"""Files that are sent to be taken in."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from crosswind.contexts.catalog.transfer.schemas import Upload
from crosswind.contexts.catalog.transfer.uploads import MOST
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, Received
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.services import Uploads
from crosswind.kit.text import Name

router = Family(PLATFORM, tags=["Imports"])

_FILE: dict[str, Any] = {
    "required": True,
    "description": "The file as it is, gzip or not; it is kept for a week, or until a bulk ingestion has taken it in.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


@router.post("/uploads", permission="asset:create", status=201, body_limit=MOST, openapi_extra={"requestBody": _FILE})
def upload_file(
    uploads: Uploads, upload_id: Annotated[UUID, Received], name: Annotated[Name | None, Query()] = None
) -> Reply[Upload]:
    """Send a file for a bulk ingestion."""
    found = uploads.complete(upload_id, name)
    return Reply(found, headers={"Location": f"{PLATFORM.mount}{PLATFORM.prefix}/uploads/{found['id']}"})


@router.get("/uploads/{upload_id}", permission="asset:create")
def get_upload(uploads: Uploads, upload_id: UUID) -> Upload:
    """Return what is known of a file."""
    return uploads.get(upload_id)


@router.delete("/uploads/{upload_id}", permission="asset:create", status=204)
def delete_upload(uploads: Uploads, upload_id: UUID) -> None:
    """Let go of a file."""
    uploads.delete(upload_id)
