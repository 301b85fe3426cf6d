"""Denied attempts: each one is written, a flood is counted."""

from __future__ import annotations

from sqlalchemy import text
from tests.support.app import Rest

from crosswind.contexts.governance.denials import EACH, SOURCES, Denial, Denials
from crosswind.kit.actor import Actor


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def attempts(rest: Rest) -> list[tuple[str, int]]:
    with rest.platform.session() as session:
        rows = session.execute(text("SELECT actor, after->>'attempts' FROM crosswind.audit ORDER BY id"))
        return [(actor, int(count)) for actor, count in rows]


def denial(subject: str, target: str = "GET /x") -> Denial:
    return Denial(Actor(subject, subject), "connection:read", target, "no")


def test_a_few_attempts_are_written_each(rest: Rest) -> None:
    denials = Denials(rest.platform.session)
    for _ in range(3):
        denials.note(denial("bob"))
    assert attempts(rest) == [("bob", 1)] * 3


def test_a_flood_is_one_row_that_counts(rest: Rest) -> None:
    clock = Clock()
    denials = Denials(rest.platform.session, clock)
    for _ in range(EACH + 80):
        denials.note(denial("bob"))
    clock.now = 61
    denials.flush_overdue()
    denials.note(denial("bob"))
    assert attempts(rest) == [("bob", 1)] * EACH + [("bob", 80), ("bob", 1)]


def test_many_sources_take_bounded_memory_and_none_is_lost(rest: Rest) -> None:
    denials = Denials(rest.platform.session)
    for number in range(SOURCES + 200):
        denials.note(denial(f"bob-{number}"))
    denials.flush()
    found = attempts(rest)
    assert len(found) == SOURCES + EACH + 1
    assert sum(count for _, count in found) == SOURCES + 200
