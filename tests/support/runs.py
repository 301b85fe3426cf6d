"""Airflow's side of runs, played by the test: real rows of ours, made-up runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.support.app import Rest

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.tasks.errors import NotRunnable
from crosswind.contexts.tasks.ports import RunFacts, RunKey, RunState


class MadeUpRuns:
    """Counts what it is asked, so that a test can see that the number of calls is constant."""

    def __init__(self) -> None:
        self.runs: dict[RunKey, RunFacts] = {}
        self.percent: dict[RunKey, int] = {}
        self.not_ready: str | None = None
        self.broken = False
        self.calls: list[str] = []

    def require_ready(self, dag_id: str) -> None:
        if self.not_ready:
            raise NotRunnable(self.not_ready, retry_after=60, dag_id=dag_id)

    def start(self, dag_id: str, run_id: str, conf: Mapping[str, Any], user: str | None) -> None:
        self.calls.append("start")
        if self.broken:
            raise RuntimeError("Airflow's database is away")
        self.runs.setdefault((dag_id, run_id), RunFacts(dag_id, run_id, "queued", 0, user, dict(conf)))

    def states(self, runs: Collection[RunKey]) -> Mapping[RunKey, RunState]:
        self.calls.append("states")
        now = datetime.now(UTC)
        return {key: RunState(self.runs[key].state, now, now) for key in runs if key in self.runs}

    def progress(self, runs: Sequence[RunKey]) -> Mapping[RunKey, int]:
        self.calls.append("progress")
        return {key: self.percent[key] for key in runs if key in self.percent}

    def facts(self, dag_id: str, run_id: str) -> RunFacts | None:
        return self.runs.get((dag_id, run_id))

    def end(self, dag_id: str, run_id: str) -> None:
        self.calls.append("end")
        if (dag_id, run_id) in self.runs:
            self.becomes(dag_id, run_id, "failed")

    def becomes(self, dag_id: str, run_id: str, state: str, trying: int = 0) -> None:
        self.runs[dag_id, run_id] = replace(self.runs[dag_id, run_id], state=state, trying=trying)


def govern(rest: Rest, identifier: str, tenant: str = "default", **changed: Any) -> None:
    """A connection's record alone; nobody dials it."""
    conn_id = identifier if tenant == "default" else f"{tenant}:{identifier}"
    fields: dict[str, Any] = {"environment": "dev", "document": {}, "version": 1, **changed}
    row = ConnectionRow(
        tenant=tenant, id=identifier, airflow_conn_id=conn_id, name=identifier,
        type="database", sub_type="postgres", status="active", **fields,
    )  # fmt: skip
    with rest.platform.session() as session:
        session.add(row)
        session.commit()
