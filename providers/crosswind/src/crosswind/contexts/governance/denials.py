"""Denied attempts in the audit: each one, until somebody floods; then one row tells how many there were."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from crosswind.contexts.governance.models import AuditRow
from crosswind.kit.actor import DEFAULT_TENANT, Actor

EACH = 20
"""Attempts of one actor at one thing that are written one by one in a window."""
SOURCES = 1000
"""Actors and things told apart in a window; more are counted together."""
WINDOW = 60.0

Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Denial:
    """An attempt that was refused: by whom, at what, and why."""

    actor: Actor
    action: str
    target: str
    reason: str
    connection_id: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Count:
    since: float
    seen: int = 0
    last: Denial | None = None


class Denials:
    """Writes denied attempts, each in a transaction of its own because the request's own is rolled back."""

    def __init__(self, sessions: Sessions, clock: Callable[[], float] = monotonic) -> None:
        self._sessions = sessions
        self._clock = clock
        self._lock = Lock()
        self._counts: dict[tuple[str, str, str], _Count] = {}

    def note(self, denial: Denial) -> None:
        """Write the attempt, or count it when its source floods."""
        rows = [*self._overdue(), *self._counted(denial)]
        if rows:
            self._write(rows)

    def flush_overdue(self) -> None:
        """Write what was counted in windows that are over."""
        if rows := self._overdue():
            self._write(rows)

    def flush(self) -> None:
        """Write all that was counted and not yet told: the process ends."""
        if rows := self._overdue(everything=True):
            self._write(rows)

    def _counted(self, denial: Denial) -> list[dict[str, Any]]:
        key = (denial.actor.subject, denial.action, denial.target)
        with self._lock:
            if key not in self._counts and len(self._counts) >= SOURCES:
                key = ("*", "*", "*")
            count = self._counts.setdefault(key, _Count(self._clock()))
            count.seen += 1
            count.last = denial
            return [_row(denial, 1)] if count.seen <= EACH else []

    def _overdue(self, *, everything: bool = False) -> list[dict[str, Any]]:
        now = self._clock()
        with self._lock:
            over = [key for key, count in self._counts.items() if everything or now - count.since > WINDOW]
            counts = [self._counts.pop(key) for key in over]
        return [_row(count.last, count.seen - EACH) for count in counts if count.last and count.seen > EACH]

    def _write(self, rows: list[dict[str, Any]]) -> None:
        with self._sessions() as session:
            session.execute(insert(AuditRow.__table__), rows)  # type: ignore[arg-type]
            session.commit()


def _row(denial: Denial, attempts: int) -> dict[str, Any]:
    actor = denial.actor
    return {
        "tenant": actor.tenant or DEFAULT_TENANT,
        "actor": actor.subject,
        "actor_kind": actor.kind,
        "action": denial.action,
        "outcome": "denied",
        "entity_type": "ROUTE",
        "entity_id": denial.target,
        "connection_id": denial.connection_id,
        "before": None,
        "after": {"reason": denial.reason, "attempts": attempts, **denial.facts},
        "request_id": actor.request_id,
    }
