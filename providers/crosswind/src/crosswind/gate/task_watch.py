"""Tasks that somebody follows, looked at together: their progress is in Airflow and sends no notification."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crosswind.contexts.tasks import watching
from crosswind.gate.events import EventMessage
from crosswind.gate.subscription import Subscription
from crosswind.kit.errors import NotFound, TooManyRequests

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

OVER = frozenset({"COMPLETED", "FAILED", "CANCELLED"})


class TaskWatch:
    """What each task was last seen at; one that is over is not asked for again."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._known: dict[str, dict[str, Any]] = {}

    def begin(self, subscription: Subscription) -> list[EventMessage]:
        """The present state of the task that is to be followed; raises `NotFound` for one that is not seen."""
        identifier = str(subscription.entity_id)
        with self._platform.session() as session:
            if identifier not in watching.seen(session, subscription.actor, [identifier]):
                raise NotFound("Task", identifier)
            if len(self._known) >= watching.MOST:
                raise TooManyRequests("Too many tasks are followed; try again later", retry_after=60)
            states = watching.look(session, self._platform.runs, [identifier])
        self._known.setdefault(identifier, states[identifier])
        return [_message(states[identifier])]

    def look(self, subscriptions: Sequence[Subscription]) -> dict[str, EventMessage]:
        """What changed of the tasks that these follow, by task."""
        followed = {str(each.entity_id) for each in subscriptions}
        self._known = {key: state for key, state in list(self._known.items()) if key in followed}
        going_on = [key for key in followed if self._known.get(key, {}).get("status") not in OVER]
        if not going_on:
            return {}
        with self._platform.session() as session:
            states = watching.look(session, self._platform.runs, going_on)
        changed = {key: state for key, state in states.items() if self._known.get(key) != state}
        self._known |= changed
        return {key: _message(state) for key, state in changed.items()}


def _message(state: dict[str, Any]) -> EventMessage:
    return EventMessage(None, "task.progress", "task", state["id"], state["status"], state, datetime.now(UTC))
