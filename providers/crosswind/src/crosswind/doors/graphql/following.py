"""Subscriptions followed: where events come from, and how each is shown in a unit of work of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from uuid import UUID

from graphql import ExecutionResult, GraphQLError, create_source_event_stream

from crosswind.doors.graphql import execution
from crosswind.doors.graphql.context import Context
from crosswind.doors.graphql.documents import Operation, Refused
from crosswind.doors.graphql.execution import Asked
from crosswind.doors.graphql.schema import GRAPH, SCHEMA
from crosswind.doors.graphql.shown import Shown
from crosswind.doors.graphql.types.assets import Asset
from crosswind.doors.graphql.types.tasks import TaskProgress
from crosswind.gate.denied import Attempt
from crosswind.gate.events import ASSETS, TASKS, EventMessage, Follower
from crosswind.gate.gate import Gate
from crosswind.gate.hub import Hub
from crosswind.gate.subscription import Subscription
from crosswind.kit.errors import CrosswindError, Invalid, NotFound

ARGUMENTS = {"asset_id": "assetId", "last_event_id": "after"}
OVER = frozenset({"COMPLETED", "FAILED", "CANCELLED"})


class Following:
    """One operation of one follower; its resolvers ask it for events."""

    def __init__(self, gate: Gate, hub: Hub, follower: Follower, attempt: Attempt) -> None:
        self._gate = gate
        self._hub = hub
        self._follower = follower
        self._attempt = attempt
        self._subscription: Subscription | None = None

    async def follow(self, channel: str, entity_id: str, after: object) -> AsyncGenerator[EventMessage, None]:
        """The events of one entity; those of a task end with it."""
        place = _place(after) if channel == ASSETS.name else None
        async with await self._subscribed(channel, entity_id.lower(), place) as subscription:
            self._subscription = subscription
            async for event in subscription:
                yield event
                if channel == TASKS.name and event.action in OVER:
                    return

    async def _subscribed(self, channel: str, entity_id: str, place: int | None) -> Subscription:
        """A subscription to the hub; Invalid names the field's argument."""
        try:
            return await self._hub.subscribe(self._follower, channel, entity_id, place)
        except Invalid as error:
            field = ARGUMENTS.get(error.field or "", error.field)
            raise Invalid(error.message, **{**error.details, "field": field}) from error

    async def answers(self, asked: Asked, chosen: Operation) -> AsyncGenerator[dict[str, Any], None]:
        """What is sent for each event; raises what ended it."""
        stream = await self._stream(asked, chosen)
        try:
            async with aclosing(stream):
                async for event in stream:
                    yield await self._shown(asked, chosen, event)
        except GraphQLError as error:
            raise _cause(error) from error

    async def _stream(self, asked: Asked, chosen: Operation) -> Any:
        executor = SCHEMA.execution_context_class.build(
            GRAPH, chosen.document, None, self, asked.variables, chosen.name
        )
        if isinstance(executor, list):
            raise Refused(executor)
        made: Any = create_source_event_stream(executor)
        stream = await made if hasattr(made, "__await__") else made
        if isinstance(stream, ExecutionResult):
            raise _cause((stream.errors or [GraphQLError("There is nothing to follow")])[0])
        return stream

    async def _shown(self, asked: Asked, chosen: Operation, event: EventMessage) -> dict[str, Any]:
        """The event as the operation selects it; a store that is away for a moment is waited for."""
        assert self._subscription is not None
        actor = self._subscription.actor
        contexts: list[Context] = []

        def work(services: Any) -> dict[str, Any]:
            context = Context(services, actor.request_id)
            contexts.append(context)
            return execution.answer(asked, chosen, context, _present(context, event))

        def perform() -> dict[str, Any]:
            try:
                return self._gate.perform_as(actor, self._attempt, work)
            finally:
                for context in contexts:
                    execution.tell_denials(self._gate.platform, context, self._attempt.address)

        body = await self._hub.lane.run(perform)
        return body if event.event_id is None else {**body, "extensions": {"eventId": str(event.event_id)}}


def _present(context: Context, event: EventMessage) -> Shown | None:
    """The thing that an event is about, as it stands now: at least as new as the event."""
    if event.entity_type == "task":
        return TaskProgress.of(context, vars(context.services.tasks.get(event.entity_id)) | _progress(event))
    with context.reading():
        try:
            return Asset.of(context, context.services.catalog.get(UUID(event.entity_id)))
        except NotFound:
            return None


def _progress(event: EventMessage) -> dict[str, Any]:
    return {name: event.data[name] for name in ("status", "progress") if name in event.data}


def _place(after: object) -> int | None:
    if not isinstance(after, str) or not after:
        return None
    if not after.isdecimal() or len(after) > 18:
        raise Invalid("after is the eventId of an event", field="after")
    return int(after)


def _cause(error: GraphQLError) -> Exception:
    """What a resolver raised, else what graphql-core says of the request."""
    original = error.original_error
    if isinstance(original, CrosswindError):
        return original
    return Refused([error]) if original is None or isinstance(original, GraphQLError) else original
