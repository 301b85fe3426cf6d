"""How the removal of a domain, term or data product is answered."""

from __future__ import annotations

from typing import Any

from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.reply import Reply

LATER: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "It has very many assets, which are taken out of it in the background first; until then "
        "`Location` shows it with `pending`: `delete`",
        "headers": {"Location": {"schema": {"type": "string"}}},
    }
}


def removed(done: bool, place: str) -> Reply[None]:
    """204 where it is gone, 202 with where to look where its assets are still taken out."""
    return Reply(None) if done else Reply(None, 202, {"Location": f"{PLATFORM.mount}{PLATFORM.prefix}{place}"})
