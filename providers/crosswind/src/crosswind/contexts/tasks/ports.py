"""What the tasks context needs of the system that runs things (Airflow)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.tasks.schemas import ImportPayload
from crosswind.kit.actor import Actor

RunKey = tuple[str, str]
"""DAG id and run id."""


@dataclass(frozen=True, slots=True)
class RunState:
    """Where a run stands: queued, running, success or failed."""

    state: str
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What Airflow knows of one run; `user` is the person who set it off, `trying` its running try (0 for none)."""

    dag_id: str
    run_id: str
    state: str
    trying: int
    user: str | None = None
    conf: Mapping[str, Any] = field(default_factory=dict)


class Runs(Protocol):
    """Starts, follows and ends runs; each method is one transaction of the other side."""

    def require_ready(self, dag_id: str) -> None:
        """Raise Unavailable with the remedy unless a run of the DAG would start now."""
        ...

    def start(self, dag_id: str, run_id: str, conf: Mapping[str, Any], user: str | None) -> None:
        """Start a run; one that is there already is success."""
        ...

    def states(self, runs: Collection[RunKey]) -> Mapping[RunKey, RunState]:
        """Return the state of each run that exists, in one statement."""
        ...

    def progress(self, runs: Sequence[RunKey]) -> Mapping[RunKey, int]:
        """Return the percentage that each run's task last reported, in one statement."""
        ...

    def facts(self, dag_id: str, run_id: str) -> RunFacts | None:
        """Return what is known of a run, None when there is none."""
        ...

    def end(self, dag_id: str, run_id: str) -> None:
        """End a run and its tasks; one that has ended already is success."""
        ...


class People(Protocol):
    """Tells what somebody whom Airflow names may do here now."""

    def actor(self, user: str, tenant: str) -> Actor | None:
        """Return a user, by the name Airflow has for it, with its present rights in a tenant; None for nobody."""
        ...


class Imports(Protocol):
    """Knows the files that imports take in."""

    def connection(self, actor: Actor, payload: ImportPayload) -> ConnectionRow | None:
        """Return the connection that the file is read through, None for an uploaded one; Invalid names the field."""
        ...

    def called(self, actor: Actor, payload: ImportPayload) -> str | None:
        """Return the name that an uploaded file was sent with, None for one that lies elsewhere or has none."""
        ...

    def begin(self, task_id: str, actor: Actor) -> None:
        """Note a new import and what whoever asked for it may see and change."""
        ...
