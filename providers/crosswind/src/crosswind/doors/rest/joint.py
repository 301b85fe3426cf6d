"""Requests that are done together: those that came while others were under way, in one statement for all of them.

Only what is plain is done so. What has to wait or fails is left to the route's ordinary way, each request on its own;
nothing of a group that failed was stored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi import Response
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from crosswind.doors.rest import reply
from crosswind.doors.rest.guard import Guard
from crosswind.doors.rest.request import StrictRequest, base_path, check_address, request_id
from crosswind.gate.credentials import Credentials
from crosswind.kit.actor import Actor
from crosswind.kit.errors import CrosswindError, Unavailable
from crosswind.kit.together import Together

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform, Services
    from crosswind.doors.rest.family import RouteSpec

log = logging.getLogger(__name__)
_LOST = "The store was lost before it said whether this is stored; look for it before you ask for it again"


class _Unknown(Unavailable):
    """Nobody can say whether it is done."""


@dataclass(frozen=True, slots=True)
class Joint:
    """How requests of a route are done together.

    `read` takes the service and a body and gives what is asked, or None for what is to be done on its own; `do` takes
    the service of one of them and what all of them ask, and gives the answers of those that it did by their places.
    What is to be done `once` is not done again where the store was lost before it said whether it is done.
    """

    service: str
    read: Callable[[Any, bytes], Any]
    do: Callable[[Any, list[Any]], Mapping[int, Any]]
    once: bool = False


class Asked(NamedTuple):
    """A request of a group and its body."""

    request: StrictRequest
    body: bytes


class Joiner:
    """Does the requests of one route together; None for what is to be done on its own."""

    def __init__(self, platform: Platform, guard: Guard, spec: RouteSpec, queue: int) -> None:
        assert spec.joint is not None, "only such routes are done together"
        self._platform = platform
        self._guard = guard
        self._spec = spec
        self._joint = spec.joint
        self.together = Together[Asked, Response | None](spec.call.__name__, self._answers, queue)

    async def answer(self, request: StrictRequest, body: bytes) -> Response | None:
        """The answer to a request, once it is stored with those that came at the same time."""
        return await self.together.run(Asked(request, body))

    def _answers(self, group: list[Asked]) -> Sequence[Response | Exception | None]:
        outcomes: list[Response | Exception | None] = [None] * len(group)
        try:
            with self._platform.straight_session() as session:
                self._do(session, group, outcomes)
        except Exception as error:
            log.info("%d requests are done one by one: together they met %s", len(group), type(error).__name__)
        return outcomes

    def _do(self, session: Session, group: list[Asked], outcomes: list[Response | Exception | None]) -> None:
        known: dict[Credentials, Actor] = {}
        services: Services | None = None
        things: dict[int, Any] = {}
        for index, asked in enumerate(group):
            try:
                actor = self._guard.permit(asked.request, self._spec, session, known)
                check_address(asked.request, {})
                services = self._platform.services(session, actor)
                thing = self._joint.read(getattr(services, self._joint.service), asked.body)
                if thing is not None:
                    things[index] = thing
            except SQLAlchemyError:
                raise
            except Exception as error:
                if isinstance(error, CrosswindError):
                    outcomes[index] = error
        if services is None or not things:
            return
        try:
            done = self._done(services, list(things.values()))
        except _Unknown as error:
            outcomes[:] = [error if index in things else outcome for index, outcome in enumerate(outcomes)]
            return
        for place, index in enumerate(things):
            if place in done:
                outcomes[index] = self._response(group[index].request, done[place])

    def _done(self, services: Services, things: list[Any]) -> Mapping[int, Any]:
        """The answers by place; _Unknown where nobody can say whether it is done, and it must not be done twice."""
        try:
            done = self._joint.do(getattr(services, self._joint.service), things)
            services.uow.commit()
        except DBAPIError as error:
            if self._joint.once and error.connection_invalidated:
                log.warning("The store was lost under %d requests that are done once", len(things))
                raise _Unknown(_LOST) from None
            raise
        return done

    def _response(self, request: StrictRequest, result: Any) -> Response:
        base = base_path(request, self._spec.manners.mount)
        return reply.respond(result, self._spec.manners, self._spec.status, request_id(request), base)
