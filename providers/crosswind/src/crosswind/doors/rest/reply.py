"""From what an endpoint returns to bytes on the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec
from fastapi import Response
from pydantic import BaseModel

from crosswind.doors.rest.manners import Manners
from crosswind.kit.errors import CrosswindError
from crosswind.kit.paging import Page

T = TypeVar("T")
PRIVATE = {"Cache-Control": "no-store"}
"""Answers are for who asked, and of this moment: no cache between them may keep one."""


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A body with headers, or a status, that differ from the route's own."""

    body: T
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


def _builtin(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, Page):
        raise TypeError("a page inside a body")
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON")


_encoder = msgspec.json.Encoder(enc_hook=_builtin)


def respond(result: Any, manners: Manners, status: int, request_id: str, base: str = "") -> Response:
    """The response for an endpoint's result: envelope, ETag from its version, request id.

    `base` is where the families are mounted: a `Location` is given without it and sent with it.
    """
    reply = result if isinstance(result, Reply) else Reply(result)
    headers = {"X-Request-Id": request_id, **PRIVATE, **reply.headers}
    if "Location" in headers:
        headers["Location"] = base + headers["Location"]
    body = manners.page(reply.body) if isinstance(reply.body, Page) else reply.body
    if isinstance(body, Response):
        body.headers.update({name: value for name, value in headers.items() if name not in PRIVATE})
        return body
    version = body.get("version") if isinstance(body, dict) else getattr(body, "version", None)
    if isinstance(version, int):
        headers.setdefault("ETag", f'"{version}"')
    content = b"" if body is None else _encoder.encode(body)
    return Response(content, reply.status or status, headers, None if body is None else "application/json")


def fail(error: CrosswindError, manners: Manners, request_id: str, base: str = "/crosswind") -> Response:
    """The error envelope with the status of the design, and `Retry-After` where a retry can help."""
    _, status = manners.code(error)
    headers = {"X-Request-Id": request_id, **PRIVATE}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    content = _encoder.encode(manners.error_body(error, request_id, base))
    return Response(content, status, headers, "application/json")
