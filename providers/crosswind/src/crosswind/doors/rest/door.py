"""The door: who may come in, in which thread, in which transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import Response
from sqlalchemy.orm import Session

from crosswind.contexts.access.answers import Asked
from crosswind.doors.rest import once, receiving, reply
from crosswind.doors.rest.conditional import HEADER, conditional
from crosswind.doors.rest.guard import Guard
from crosswind.doors.rest.joint import Joiner
from crosswind.doors.rest.request import StrictRequest, base_path, request_id
from crosswind.gate import denied
from crosswind.gate.denied import Attempt
from crosswind.kit.actor import Actor
from crosswind.kit.errors import CrosswindError, Forbidden, Unauthenticated
from crosswind.kit.lanes import Lane

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform, Services
    from crosswind.doors.rest.family import RouteSpec

T = TypeVar("T")


class Door:
    """Runs a route's endpoint: one thread, one session, one transaction, committed before the answer is sent."""

    def __init__(self, platform: Platform, lane: Lane, dialling: Lane, straight: Lane) -> None:
        self.platform = platform
        self.guard = Guard(platform)
        self.lane = lane
        self._dialling = dialling
        self._straight = straight
        self.joiners: dict[Callable[..., Any], Joiner] = {}

    async def admit(self, request: StrictRequest, spec: RouteSpec) -> Actor:
        """Identify and permit before a body is read; raises `Unauthenticated` or `Forbidden`."""

        def call() -> Actor:
            with self.platform.session() as session:
                return self.guard.permit(request, spec, session)

        return await self.lane.run(self._telling(request, spec, call))

    async def perform(
        self, request: StrictRequest, spec: RouteSpec, actor: Actor | None, values: dict[str, Any]
    ) -> Response:
        """Run the endpoint with its values in the lane that the route belongs to."""
        if spec.raw_body:
            values[spec.raw_body] = await request.body()
        if spec.received and actor is not None:
            values[spec.received] = await receiving.receive(self.platform, self.lane, request, actor)
        asked = await once.asked(request, spec, actor)
        lane = self._dialling if spec.dials else self.lane
        return await lane.run(self._telling(request, spec, self._unit(request, spec, actor, values, asked)))

    async def straight(self, request: StrictRequest, spec: RouteSpec, values: Callable[[], dict[str, Any]]) -> Response:
        """Permit and run an endpoint whose work is one statement, on a link where each statement is a transaction.

        In a lane of its own: such a statement may wait for a crawl, and nothing else has to wait with it.
        """

        def call() -> Response:
            with self.platform.straight_session() as session:
                actor = self.guard.permit(request, spec, session)
                response = self._in_transaction(session, actor, request, spec, values())
                assert response is not None
                return response

        return await self._straight.run(self._telling(request, spec, call))

    async def joined(self, request: StrictRequest, spec: RouteSpec, body: bytes) -> Response | None:
        """Permit and run an endpoint together with what comes at the same time; None where it is done on its own."""
        joiner = self.joiners.get(spec.call)
        if joiner is None:
            joiner = self.joiners[spec.call] = Joiner(self.platform, self.guard, spec, self._straight.queue)
        try:
            return await joiner.answer(request, body)
        except (Unauthenticated, Forbidden) as error:
            refused = error
        await self.lane.run(partial(self._tell, request, spec, refused))
        raise refused

    async def go_on(self, actor: Actor, call: Callable[[Services], T]) -> T:
        """Read more for an answer that is under way: a short call in the lane, in a session of its own."""

        def reading() -> T:
            with self.platform.session() as session:
                return call(self.platform.services(session, actor))

        return await self.lane.run(reading)

    def _unit(
        self, request: StrictRequest, spec: RouteSpec, actor: Actor | None, values: dict[str, Any], asked: Asked | None
    ) -> Callable[[], Response]:
        def call() -> Response:
            with self.platform.session() as session:
                who = actor or self.guard.permit(request, spec, session)
                work = partial(self._in_transaction, session, who, request, spec, values)
                if asked is not None:
                    return once.Once(session, request, spec, asked).answer(work)
                response = work()
                assert response is not None
                return response

        return call

    def _in_transaction(
        self,
        session: Session,
        actor: Actor,
        request: StrictRequest,
        spec: RouteSpec,
        values: dict[str, Any],
        keep: Callable[[Response], bool] = lambda _: True,
    ) -> Response | None:
        """The endpoint's answer, committed; None, and nothing done, where `keep` says that the answer is known."""
        services = self.platform.services(session, actor)
        provided = {name: getattr(services, service) for name, service in spec.provided.items()}
        result = spec.call(**values, **provided)
        base = base_path(request, spec.manners.mount)
        response = reply.respond(result, spec.manners, spec.status, request_id(request), base)
        if request.method == "GET":
            response = conditional(response, request.headers.getlist(HEADER))
        if not keep(response):
            session.rollback()
            return None
        services.uow.commit()
        return response

    def _telling(self, request: StrictRequest, spec: RouteSpec, call: Callable[[], T]) -> Callable[[], T]:
        """The same call, which writes a denied attempt to the audit once its own transaction is gone."""

        def told() -> T:
            try:
                return call()
            except (Unauthenticated, Forbidden) as error:
                self._tell(request, spec, error)
                raise

        return told

    def _tell(self, request: StrictRequest, spec: RouteSpec, error: CrosswindError) -> None:
        known: Actor | None = getattr(request.state, "crosswind_actor", None)
        identifier = str(request.path_params.get("connectionId", ""))[:128] or None
        route = request.scope.get("route")
        path = f"{spec.manners.mount}{getattr(route, 'path', request.scope['path'])}"
        address = request.client.host if request.client else None
        attempt = Attempt(spec.permission, f"{request.method} {path}", address, identifier)
        denied.tell(self.platform, known, attempt, error, request_id(request))
