"""`/graphql` over HTTP: one request, one call in the lane, committed before the answer is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from crosswind.doors.graphql import asked as reading
from crosswind.doors.graphql import errors, execution, page
from crosswind.doors.graphql.calls import Body, Call
from crosswind.doors.graphql.documents import Operation, Refused
from crosswind.doors.graphql.execution import Asked
from crosswind.gate import faults, http
from crosswind.gate.codes import metastore_code
from crosswind.gate.denied import Attempt
from crosswind.gate.gate import Gate
from crosswind.kit.errors import CrosswindError, Invalid
from crosswind.kit.lanes import Lane

PATH = "/metastore/graphql"


class NotByGet(Invalid):
    """A GET only reads."""


@dataclass
class _Told:
    """One request on its way through."""

    request: Request
    request_id: str
    headers: dict[str, str] = field(default_factory=dict)


class Endpoint:
    """Answers GET and POST."""

    def __init__(self, gate: Gate, lane: Lane) -> None:
        self._gate = gate
        self._lane = lane

    async def __call__(self, request: Request) -> Response:
        """A page to a browser, else an answer in JSON."""
        if reading.wants_page(request):
            return page.page(request)
        told = _Told(request, http.named_request_id(request.headers.get("x-request-id", "")))
        kind = reading.media_type(request.headers.get("accept", ""))
        if kind is None:
            refused = Invalid(f"Answers are {reading.GRAPHQL} or {reading.PLAIN}", field="Accept")
            return _refusal(told, refused, reading.PLAIN, HTTPStatus.NOT_ACCEPTABLE)
        try:
            answer = await self._answer(told)
        except Exception as error:
            return _refusal(told, _meaning(error, told.request_id), kind)
        return _sent(told, answer, kind, HTTPStatus.OK)

    async def _answer(self, told: _Told) -> Body:
        request = told.request
        shown = http.credentials(request.headers, request.cookies)
        if request.method == "POST" and http.by_cookie(shown):
            http.check_page(request.headers, self._gate.platform.base_url)
        content = await reading.body(request) if request.method == "POST" else None
        attempt = Attempt(None, f"{request.method} {PATH}", request.client.host if request.client else None)
        call = Call(self._gate, shown, attempt, told.request_id)

        def read() -> Asked:
            return reading.fetched(_parameters(request)) if content is None else reading.posted(content)

        def perform() -> Body:
            return call.perform(read, lambda chosen: _check(request, chosen)) or {}

        try:
            return await self._lane.run(perform)
        finally:
            if call.quota is not None:
                told.headers.update(http.rate_headers(call.quota))


def _check(request: Request, chosen: Operation) -> None:
    """What HTTP takes: no subscription, and a mutation only by POST and without a key that we could not honour."""
    execution.check_kind(chosen, OperationType.QUERY, OperationType.MUTATION)
    if chosen.kind is not OperationType.MUTATION:
        return
    if request.method != "POST":
        raise NotByGet("A mutation is sent by POST; a GET only reads", field="method")
    if "idempotency-key" in request.headers:
        raise Invalid("GraphQL keeps no answers; an Idempotency-Key is not taken", field="Idempotency-Key")


def _parameters(request: Request) -> dict[str, str]:
    pairs = request.query_params.multi_items()
    if len({name for name, _ in pairs}) < len(pairs):
        raise Invalid("A query parameter stands twice", field="query")
    return dict(pairs)


def _meaning(error: Exception, request_id: str) -> CrosswindError:
    if isinstance(error, ClientDisconnect):
        return Invalid("The connection ended before the whole body was there", field="body")
    return faults.meaning(error, request_id)


def _refusal(told: _Told, error: CrosswindError, kind: str, status: int | None = None) -> Response:
    """A document that does not fit is told with 200 to whoever takes plain JSON only, as the specification has it."""
    _, meant = metastore_code(error)
    if isinstance(error, Refused) and kind == reading.PLAIN:
        meant = HTTPStatus.OK
    if isinstance(error, NotByGet):
        meant = HTTPStatus.METHOD_NOT_ALLOWED
        told.headers["Allow"] = "POST"
    if error.retry_after is not None:
        told.headers["Retry-After"] = str(error.retry_after)
    if meant == HTTPStatus.UNAUTHORIZED:
        told.headers["WWW-Authenticate"] = "Bearer"
    return _sent(told, {"errors": errors.whole(error, told.request_id)}, kind, status or meant)


def _sent(told: _Told, body: dict[str, Any], kind: str, status: int) -> Response:
    headers = {"X-Request-Id": told.request_id, "Cache-Control": "no-store", "Vary": "Accept", **told.headers}
    return Response(msgspec.json.encode(body), status, headers, f"{kind}; charset=utf-8")
