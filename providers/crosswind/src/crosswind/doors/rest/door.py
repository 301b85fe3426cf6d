"""The door: who may come in, in which thread, in which transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import Response
from sqlalchemy.orm import Session

from crosswind.doors.rest import reply
from crosswind.doors.rest.guard import Guard
from crosswind.doors.rest.request import StrictRequest, request_id
from crosswind.kit.actor import Actor
from crosswind.kit.lanes import Lane

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform
    from crosswind.doors.rest.family import RouteSpec


class Door:
    """Runs a route's endpoint: one thread, one session, one transaction, committed before the answer is sent."""

    def __init__(self, platform: Platform, lane: Lane, dialling: Lane) -> None:
        self.platform = platform
        self.guard = Guard(platform)
        self._lane = lane
        self._dialling = dialling

    async def admit(self, request: StrictRequest, spec: RouteSpec) -> Actor:
        """Identify and permit before a body is read; raises `Unauthenticated` or `Forbidden`."""

        def call() -> Actor:
            with self.platform.session() as session:
                return self.guard.permit(request, spec, session)

        return await self._lane.run(call)

    async def perform(
        self, request: StrictRequest, spec: RouteSpec, actor: Actor | None, values: dict[str, Any]
    ) -> Response:
        """Run the endpoint with its values in the lane that the route belongs to."""
        if spec.raw_body:
            values[spec.raw_body] = await request.body()
        lane = self._dialling if spec.dials else self._lane
        return await lane.run(self._unit(request, spec, actor, values))

    def _unit(
        self, request: StrictRequest, spec: RouteSpec, actor: Actor | None, values: dict[str, Any]
    ) -> Callable[[], Response]:
        def call() -> Response:
            with self.platform.session() as session:
                who = actor or self.guard.permit(request, spec, session)
                return self._in_transaction(session, who, request, spec, values)

        return call

    def _in_transaction(
        self, session: Session, actor: Actor, request: StrictRequest, spec: RouteSpec, values: dict[str, Any]
    ) -> Response:
        services = self.platform.services(session, actor)
        provided = {name: getattr(services, service) for name, service in spec.provided.items()}
        result = spec.call(**values, **provided)
        response = reply.respond(result, spec.manners, spec.status, request_id(request))
        services.uow.commit()
        return response
