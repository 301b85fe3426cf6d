"""The login link that works once, from this machine."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated

from fastapi import Path, Request, Response
from fastapi.responses import RedirectResponse

from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Logins
from crosswind.kit.errors import Forbidden

router = Family(PLATFORM, tags=["Access"])


@router.get("/login/{ticket}", public=True, status=303, response_class=Response)
def sign_in(logins: Logins, request: Request, ticket: Annotated[str, Path(max_length=64)]) -> Response:
    """Sign this browser in with a link that works once, and go on to its page."""
    if not _is_local(request.client.host if request.client else ""):
        raise Forbidden("The login link works only from the machine that made it")
    cookie, next_path = logins.by_ticket(ticket)
    response = RedirectResponse(next_path, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    response.set_cookie(**cookie)  # type: ignore[arg-type]
    return response


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
