"""Keeps both sides in step where a request died between them; every step can be repeated."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from crosswind.contexts.connections import repository
from crosswind.contexts.connections.ports import AirflowConnections, Note, Stored
from crosswind.contexts.connections.views import MISSING

Sessions = Callable[[], AbstractContextManager[Session]]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a round did: orphans swept from Airflow, connections found missing there, and found again."""

    swept: int
    missing: int
    returned: int


def reconcile(sessions: Sessions, airflow: AirflowConnections) -> Reconciled:
    """Sweep Airflow connections that we made and no record of ours stands on, and note which of ours are missing."""
    with sessions() as session:
        ours = repository.live_ids(session)
    bases = {conn_id.removesuffix(".secrets") for conn_id in airflow.marked()}
    swept = sum(sweep(sessions, airflow, conn_id) for conn_id in sorted(bases - ours.keys()))
    present = airflow.present()
    lost = [conn_id for conn_id, status in ours.items() if status == "active" and conn_id not in present]
    back = [conn_id for conn_id, status in ours.items() if status == MISSING and conn_id in present]
    with sessions() as session:
        missing = repository.set_status(session, lost, "active", MISSING)
        returned = repository.set_status(session, back, MISSING, "active")
        session.commit()
    return Reconciled(swept, missing, returned)


def sweep(sessions: Sessions, airflow: AirflowConnections, conn_id: str) -> bool:
    """Remove an Airflow connection that bears our mark unless a record of ours stands on it or is being made."""
    with sessions() as session:
        if not repository.try_lock(session, conn_id) or repository.is_live(session, conn_id):
            return False
        facts: dict[str, Any] = {"conn_id": conn_id, "reason": "no connection of Crosswind stands on it"}
        return airflow.delete(conn_id, Note("crosswind.connection.sweep", "crosswind", "Crosswind", facts))


def put_back(sessions: Sessions, key: int, version: int, restore: Callable[[], object]) -> None:
    """Run `restore` if our record is still at the version from before a change that was not stored."""
    with sessions() as session:
        if repository.version_of(session, key) == version:
            restore()


def quietly(step: Callable[[], object], conn_id: str) -> None:
    """Run a step that mends what a failed request left; what fails is logged and left to the next round."""
    try:
        step()
    except Exception:
        log.exception("Airflow's connection %s could not be brought back in step", conn_id)


def restorer(airflow: AirflowConnections, conn_id: str, before: Stored, note: Note) -> Callable[[], object]:
    """A step that writes an Airflow connection back as it was."""
    return partial(airflow.update, conn_id, before, note)
