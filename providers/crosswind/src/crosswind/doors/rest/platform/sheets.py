"""Descriptions, tags and owners as CSV, for a spreadsheet and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Query, Request

from crosswind.contexts.catalog.transfer.schemas import SheetResult
from crosswind.contexts.catalog.transfer.sheets import COLUMNS, STRETCH
from crosswind.doors.rest import spreadsheets
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, RawBody
from crosswind.doors.rest.request import MEGABYTE
from crosswind.doors.rest.services import Sheets
from crosswind.doors.rest.streams import Stream
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Invalid

if TYPE_CHECKING:
    from crosswind.doors.rest.door import Door

router = Family(PLATFORM, tags=["Exports"])
MEDIA = "text/csv; charset=utf-8"
_BODY: dict[str, Any] = {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}


class Remaining:
    """The stretches of a sheet after its first."""

    def __init__(self, door: Door, actor: Actor, first: list[list[Any]]) -> None:
        self._door, self._actor, self._last = door, actor, first

    async def __call__(self) -> bytes | None:
        """The next stretch, None after the last."""
        if len(self._last) < STRETCH:
            return None
        after = str(self._last[-1][0])
        self._last = await self._door.go_on(self._actor, lambda services: services.sheets.stretch(after))
        return spreadsheets.lines(self._last).encode()


@router.get(
    "/descriptions.csv",
    permission="asset:read",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def export_descriptions(sheets: Sheets, request: Request) -> Stream:
    """Return descriptions, tags and owners of all assets that you may see, as CSV."""
    first, actor = sheets.stretch(""), request.state.crosswind_actor
    body = spreadsheets.lines([COLUMNS, *first]).encode()
    return Stream(body, Remaining(request.app.state.door, actor, first), MEDIA, "descriptions.csv", PLATFORM, actor)


@router.post(
    "/descriptions.csv",
    permission="asset:update",
    body_limit=16 * MEGABYTE,
    openapi_extra={"requestBody": _BODY},
)
def import_descriptions(
    sheets: Sheets,
    body: Annotated[bytes, RawBody],
    dry_run: Annotated[bool, Query(alias="dryRun", description="Tell what would change, and change nothing")] = False,
) -> SheetResult:
    """Write descriptions, tags and owners from CSV; rows that are wrong are told and hinder no other."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"The body is not UTF-8 (byte {error.start})", field="body") from None
    return sheets.take_in(text, dry=dry_run)
