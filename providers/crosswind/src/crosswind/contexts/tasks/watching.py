"""Tasks that somebody follows: where they stand, for all of them at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from crosswind.contexts.tasks.followup import FollowUp
from crosswind.contexts.tasks.ports import Runs
from crosswind.contexts.tasks.repository import TaskRepository
from crosswind.contexts.tasks.standing import standing
from crosswind.kit.actor import Actor

MOST = 1000


def look(session: Session, runs: Runs, identifiers: Collection[str]) -> dict[str, dict[str, Any]]:
    """The state of each task, by id; what turned out to have changed is stored and committed."""
    tasks = TaskRepository(session)
    follow_up = FollowUp(tasks, runs)
    wanted = sorted(identifiers)[:MOST]
    changed, _ = follow_up.settle(tasks.many(wanted))
    session.commit()
    if changed:
        session.expire_all()
    rows = tasks.many(wanted)
    progress = follow_up.progress(rows)
    return {row.id: standing(row, progress) for row in rows}


def seen(session: Session, actor: Actor, identifiers: Collection[str]) -> frozenset[str]:
    """Those of the tasks that the actor may see."""
    return TaskRepository(session).seen(actor, sorted(identifiers))
