"""What happens beside the routes: unknown paths, wrong methods, faults before a route was found."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from crosswind.doors.rest import reply
from crosswind.doors.rest.manners import Manners
from crosswind.doors.rest.request import request_id
from crosswind.kit.errors import CrosswindError, Invalid, NotFound


def install_edges(app: FastAPI, manners: Manners) -> None:
    """Answer what no route answers in the family's own envelope."""

    async def handle(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = reply.fail(_meaning(request, status), manners, request_id(request))
        response.status_code = status
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response

    app.add_exception_handler(HTTPException, handle)


def _meaning(request: Request, status: int) -> CrosswindError:
    path = str(request.scope.get("path", ""))[:200]
    if status == 404:
        return NotFound("Path", path)
    if status == 405:
        return Invalid(f"{request.method} is not a method of {path}", field="method")
    return Invalid(f"The request could not be read (status {status})")
