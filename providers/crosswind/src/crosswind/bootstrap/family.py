"""What every family of services has: the platform, and one unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from crosswind.contexts.catalog.spreading import service as spreading
from crosswind.contexts.events import sink as outbox_sink
from crosswind.contexts.governance import sink as audit_sink
from crosswind.kit.actor import Actor
from crosswind.kit.unit_of_work import Event, UnitOfWork

if TYPE_CHECKING:
    from crosswind.bootstrap.platform import Platform


def _sinks(session: Session, actor: Actor, events: Sequence[Event]) -> None:
    spreading.after_changes(session, actor, events)
    audit_sink.write(session, actor, events)
    outbox_sink.write(session, actor, events)


class ServiceFamily:
    """Some of the services of one unit of work, each made when first asked for."""

    def __init__(self, platform: Platform, session: Session, actor: Actor) -> None:
        self.platform = platform
        self.uow = UnitOfWork(session, actor, _sinks, platform.relay.nudge)
