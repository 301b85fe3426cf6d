"""Runs in Airflow: DAG runs, read and started in Airflow's own database from the API server."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crosswind.contexts.tasks.errors import NotRunnable
from crosswind.contexts.tasks.ports import RunFacts, RunKey, RunState
from crosswind.kit.priority import weight

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PROGRESS = "progress"
"""The key of the task state store under which our tasks keep their percentage."""
PERSONAL = frozenset({"rest_api", "ui", "operator"})


class AirflowRuns:
    """Each method is one short transaction of its own on Airflow's metadata database."""

    def require_ready(self, dag_id: str) -> None:
        """Raise NotRunnable with the remedy when the DAG is missing, stale, broken or paused."""
        from airflow.models.dag import DagModel
        from airflow.utils.session import create_session

        with create_session(scoped=False) as session:
            dag = session.get(DagModel, dag_id)
            if dag is None or dag.is_stale:
                raise NotRunnable(
                    f"Airflow does not know the DAG '{dag_id}'. Put Crosswind's dags folder into [core] dags_folder, "
                    "or its bundle into [dag_processor] dag_bundle_config_list, and wait for the DAG processor",
                    retry_after=30,
                    dag_id=dag_id,
                )
            if dag.has_import_errors:
                raise NotRunnable(
                    f"The DAG '{dag_id}' has import errors; `airflow dags list-import-errors` shows them",
                    retry_after=60,
                    dag_id=dag_id,
                )
            if dag.is_paused:
                raise NotRunnable(
                    f"The DAG '{dag_id}' is paused; unpause it in Airflow or with `airflow dags unpause {dag_id}`",
                    retry_after=60,
                    dag_id=dag_id,
                )

    def start(self, dag_id: str, run_id: str, conf: Mapping[str, Any], user: str | None) -> None:
        """Trigger a run; one that is there already is success."""
        from airflow.api.common.trigger_dag import trigger_dag
        from airflow.exceptions import DagRunAlreadyExists
        from airflow.utils.session import create_session
        from airflow.utils.types import DagRunTriggeredByType

        try:
            with create_session(scoped=False) as session:
                run = trigger_dag(
                    dag_id=dag_id,
                    run_id=run_id,
                    conf=dict(conf),
                    triggered_by=DagRunTriggeredByType.REST_API,
                    triggering_user_name=user,
                    session=session,
                )
                for task in run.get_task_instances(session=session) if run else ():
                    task.priority_weight = weight(conf)
        except DagRunAlreadyExists:
            return

    def states(self, runs: Collection[RunKey]) -> Mapping[RunKey, RunState]:
        """Return the state of each run that exists."""
        from airflow.models.dagrun import DagRun
        from airflow.utils.session import create_session
        from sqlalchemy import select

        dag_ids, run_ids = {dag_id for dag_id, _ in runs}, {run_id for _, run_id in runs}
        columns = (DagRun.dag_id, DagRun.run_id, DagRun.state, DagRun.start_date, DagRun.end_date)
        statement = select(*columns).where(DagRun.dag_id.in_(dag_ids), DagRun.run_id.in_(run_ids))
        with create_session(scoped=False) as session:
            return {(row[0], row[1]): RunState(str(row[2]), row[3], row[4]) for row in session.execute(statement)}

    def progress(self, runs: Sequence[RunKey]) -> Mapping[RunKey, int]:
        """Return the percentage that each run's task last put into its state store."""
        from airflow.models.task_state_store import TaskStateStoreModel as Store
        from airflow.utils.session import create_session
        from sqlalchemy import select

        dag_ids, run_ids = {dag_id for dag_id, _ in runs}, {run_id for _, run_id in runs}
        statement = select(Store.dag_id, Store.run_id, Store.value).where(
            Store.dag_id.in_(dag_ids), Store.run_id.in_(run_ids), Store.key == PROGRESS
        )
        with create_session(scoped=False) as session:
            return {(row[0], row[1]): _percent(row[2]) for row in session.execute(statement)}

    def facts(self, dag_id: str, run_id: str) -> RunFacts | None:
        """Return what Airflow knows of a run and of the try that is running in it."""
        from airflow.models.dagrun import DagRun
        from airflow.models.taskinstance import TaskInstance
        from airflow.utils.session import create_session
        from sqlalchemy import func, select

        trying = (
            select(func.max(TaskInstance.try_number))
            .where(TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id, TaskInstance.state == "running")
            .scalar_subquery()
        )
        columns = (DagRun.state, DagRun.conf, DagRun.triggered_by, DagRun.triggering_user_name, trying)
        with create_session(scoped=False) as session:
            row = session.execute(
                select(*columns).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
            ).one_or_none()
        if row is None:
            return None
        state, conf, triggered_by, name, try_number = row
        person = name if triggered_by is not None and triggered_by.value in PERSONAL else None
        return RunFacts(dag_id, run_id, str(state), try_number or 0, person, conf or {})

    def end(self, dag_id: str, run_id: str) -> None:
        """Set a run and its tasks failed, as Airflow's own "mark failed" does: a running process is ended by it."""
        from airflow.api.common.mark_tasks import set_dag_run_state_to_failed
        from airflow.models.dagrun import DagRun
        from airflow.utils.session import create_session
        from airflow.utils.state import DagRunState

        with create_session(scoped=False) as session:
            run = DagRun.find(dag_id=dag_id, run_id=run_id, session=session)
            if run and run[0].state not in {DagRunState.SUCCESS, DagRunState.FAILED}:
                dag = _dag_of(run[0], session)
                set_dag_run_state_to_failed(dag=dag, run_id=run_id, commit=True, session=session)


def _dag_of(run: Any, session: Session) -> Any:
    from airflow.models.dagbag import DBDagBag

    return DBDagBag().get_dag_for_run(run, session=session)


def _percent(value: str) -> int:
    """Read the percentage out of what a task stored: JSON, a number or an object with `percent`."""
    try:
        told = json.loads(value)
    except ValueError:
        return 0
    percent = told.get("percent", 0) if isinstance(told, dict) else told
    return max(0, min(99, int(percent))) if isinstance(percent, int | float) else 0
