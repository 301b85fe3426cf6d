"""One transaction around one verb: services record events, the edge commits and writes the audit from them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from crosswind.kit import outbox
from crosswind.kit.actor import Actor

EntityType = Literal[
    "ASSET", "AUDIT", "CLASSIFICATION", "COLUMN", "CRAWL", "DATA_PRODUCT", "DOMAIN", "GRANT", "KEY", "LOGIN_TICKET",
    "MEMBER", "REFRESH_TOKEN", "RELATIONSHIP", "TAG", "TERM", "USER", "WEBHOOK", "catalog", "compliance", "connection",
    "finding", "scan", "task", "upload", "violation",
]  # fmt: skip
"""All that a change can be of, in the letters that the audit keeps."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changed; `before` and `after` hold what the audit keeps, secrets already masked.

    `told` says that the writer filled the outbox itself, so that readers of events are not told twice.
    """

    entity_type: EntityType
    entity_id: str
    action: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    connection_id: str | None = None
    told: bool = False


Sink = Callable[[Session, Actor, Sequence[Event]], None]
log = logging.getLogger(__name__)


class UnitOfWork:
    """A session, the actor it works for, and the events to be audited with it."""

    def __init__(
        self, session: Session, actor: Actor, sink: Sink, published: Callable[[], object] = lambda: None
    ) -> None:
        """`published` is called after a commit with something for readers of events; it must neither block nor fail."""
        self.session = session
        self.actor = actor
        self.events: list[Event] = []
        self._sink = sink
        self._published = published
        self._afterwards: list[Callable[[], object]] = []

    def record(self, event: Event) -> None:
        """Note an event; it is written to the audit, and to the outbox, in the same transaction."""
        self.events.append(event)

    def after_commit(self, step: Callable[[], object]) -> None:
        """Run an idempotent step in another system once the change is stored; a reconciler repeats one that fails."""
        self._afterwards.append(step)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Keep all of what is done inside or, when that raises, nothing of it; what was done before stays."""
        events, steps = len(self.events), len(self._afterwards)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            del self.events[events:]
            del self._afterwards[steps:]
            raise

    def commit(self) -> None:
        """Write what the services changed and the audit of it, or nothing."""
        self.session.flush()
        if self.events:
            self._sink(self.session, self.actor, tuple(self.events))
            self.events.clear()
        self.session.commit()
        if outbox.take_touched(self.session):
            self._published()
        steps, self._afterwards = self._afterwards, []
        for step in steps:
            try:
                step()
            except Exception:
                log.exception("A step after the commit failed; the reconciler will repeat it")
