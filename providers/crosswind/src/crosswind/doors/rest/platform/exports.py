"""The catalog as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.types import Receive, Scope, Send

from crosswind.contexts.catalog.transfer.exports import Export
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Exports
from crosswind.doors.rest.streams import Stream
from crosswind.kit.actor import Actor
from crosswind.kit.lanes import Lane

router = Family(PLATFORM, tags=["Exports"])
NAME = "catalog.jsonl"


class ExportStream(Stream):
    """An export on its way; its snapshot is let go of however the sending ends."""

    def __init__(self, export: Export, lane: Lane, actor: Actor, *, zipped: bool) -> None:
        self._export = export
        media, name = ("application/gzip", f"{NAME}.gz") if zipped else ("application/x-ndjson", NAME)
        super().__init__(export.next() or b"", lambda: lane.run(export.next), media, name, PLATFORM, actor)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it all, or as much as is wanted."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._export.close()


@router.get(
    "/export",
    permission="asset:read",
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}, "application/gzip": {}}}},
)
def export_catalog(
    exports: Exports,
    request: Request,
    zipped: Annotated[bool, Query(alias="gzip", description="Compress the file")] = False,
) -> ExportStream:
    """Return everything that you may see of the catalog, as it is at this moment, in the format that imports take."""
    door = request.app.state.door
    return ExportStream(exports.open(zipped=zipped), door.lane, request.state.crosswind_actor, zipped=zipped)
