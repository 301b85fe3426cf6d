"""Tasks that somebody follows, looked at together: their progress is in Airflow and sends no notification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from crosswind.contexts.tasks import watching
from crosswind.gate.events import TASKS, EventMessage
from crosswind.gate.subscription import Subscription
from crosswind.kit.errors import NotFound, TooManyRequests

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

OVER = frozenset({"COMPLETED", "FAILED", "CANCELLED"})


class TaskWatch:
    """What each task was last seen at; one that is over is not asked for again.

    One look at a time, so that a state is told once: as the first one of a subscription, or as a change.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._looking = Lock()
        self._known: dict[str, dict[str, Any]] = {}

    def begin(self, subscription: Subscription) -> list[EventMessage]:
        """The present state of the task that is to be followed; raises `NotFound` for one that is not seen."""
        identifier = str(subscription.entity_id)
        with self._looking, self._platform.session() as session:
            if identifier not in watching.seen(session, subscription.actor, [identifier]):
                raise NotFound("Task", identifier)
            if len(self._known) >= watching.MOST:
                raise TooManyRequests("Too many tasks are followed; try again later", retry_after=60)
            if identifier not in self._known:
                self._known |= watching.look(session, self._platform.runs, [identifier])
            return [_message(self._known[identifier])]

    def look(self, following: Callable[[], Sequence[Subscription]]) -> dict[str, EventMessage]:
        """What changed of the tasks that subscriptions follow, by task."""
        with self._looking:
            followed = {str(each.entity_id) for each in following() if each.channel is TASKS}
            self._known = {key: state for key, state in self._known.items() if key in followed}
            going_on = [key for key, state in self._known.items() if state["status"] not in OVER]
            if not going_on:
                return {}
            with self._platform.session() as session:
                states = watching.look(session, self._platform.runs, going_on)
            changed = {key: state for key, state in states.items() if self._known[key] != state}
            self._known |= changed
        return {key: _message(state) for key, state in changed.items()}


def _message(state: dict[str, Any]) -> EventMessage:
    return EventMessage(None, "task.progress", "task", state["id"], state["status"], state, datetime.now(UTC))
