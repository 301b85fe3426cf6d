"""`Idempotency-Key`: a POST that comes again is answered as before, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import Response
from sqlalchemy.orm import Session

from crosswind.contexts.access import answers
from crosswind.contexts.access.answers import Asked, Kept
from crosswind.contexts.access.errors import AnswerNotKept
from crosswind.doors.rest.reply import PRIVATE
from crosswind.doors.rest.request import StrictRequest, base_path, request_id
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Invalid

if TYPE_CHECKING:
    from crosswind.doors.rest.family import RouteSpec

REPLAYED = "Idempotency-Replayed"
TOLD = ("content-type", "etag", "location")
"""Headers that belong to an answer rather than to the request it was given to."""


async def asked(request: StrictRequest, spec: RouteSpec, actor: Actor | None) -> Asked | None:
    """What a POST with an `Idempotency-Key` is known by, None for one without; raises `Invalid`."""
    values = request.headers.getlist(answers.HEADER)
    if request.method != "POST" or not values:
        return None
    key = answers.parse_key(values)
    if actor is None or spec.keeps == "nothing":
        raise Invalid(f"{answers.HEADER} is not taken here: this answer cannot be kept", field=answers.HEADER)
    if spec.keeps == "read":
        return None
    content = request.scope.get("query_string", b"") + b"\n" + await request.body()
    path = str(request.scope["path"]).removeprefix(base_path(request, spec.manners.mount))
    return Asked.by(actor, key, request.method, path, content)


class Once:
    """One request that may come again, within one session."""

    def __init__(self, session: Session, request: StrictRequest, spec: RouteSpec, asked: Asked) -> None:
        self._session = session
        self._request = request
        self._spec = spec
        self._asked = asked
        self._base = base_path(request, spec.manners.mount)

    def answer(self, work: Callable[[Callable[[Response], bool]], Response | None]) -> Response:
        """The answer given before, else that of `work`, which commits it with what it did.

        `work` gets what keeps its answer; it undoes everything and returns None where that says another was first.
        """
        kept = answers.recall(self._session, self._asked)
        if kept is None:
            response = work(self._keep)
            if response is not None:
                return response
            kept = answers.find(self._session, self._asked)
        return self._replay(kept or Kept(409, {}, None))

    def _keep(self, response: Response) -> bool:
        if response.status_code >= 400:
            return True
        headers = {name: response.headers[name] for name in TOLD if name in response.headers}
        if "location" in headers:
            headers["location"] = headers["location"].removeprefix(self._base)
        body = getattr(response, "body", None) if self._spec.keeps == "answer" else None
        kept = Kept(response.status_code, headers, bytes(body) if body is not None else None)
        return answers.keep(self._session, self._asked, kept)

    def _replay(self, kept: Kept) -> Response:
        if kept.body is None:
            raise AnswerNotKept(
                "This request was done before under the same Idempotency-Key; its answer is not kept because it is "
                "secret or too large. Look at what it made, or ask anew under another key",
                status=kept.status,
            )
        headers = {**kept.headers, **PRIVATE, "X-Request-Id": request_id(self._request), REPLAYED: "true"}
        if "location" in headers:
            headers["location"] = self._base + headers["location"]
        return Response(kept.body, kept.status, headers)
