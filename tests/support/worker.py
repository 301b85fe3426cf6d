"""One try of a run's task in a process of its own, which a test can kill: `python -m tests.support.worker DAG RUN`.

A number after them is how many lines the blocks of an import have.
"""

from __future__ import annotations

import sys
from importlib import import_module


def main(dag_id: str, run_id: str, lines: str = "") -> None:
    """Work on the run's only task, in the Airflow that the environment names."""
    if lines:
        import_module("crosswind.doors.airflow.importing").LINES = int(lines)  # type: ignore[attr-defined]
    from airflow.models.dagrun import DagRun
    from airflow.sdk.definitions.dag import _run_task
    from airflow.utils.session import create_session

    module = import_module(f"crosswind.dags.{dag_id}")
    dag = next(each for name, each in vars(module).items() if name.endswith("_dag"))
    with create_session() as session:
        ti = DagRun.find(dag_id=dag_id, run_id=run_id, session=session)[0].get_task_instances(session=session)[0]
        session.expunge_all()
    _run_task(ti=ti, task=dag.task_dict[ti.task_id])


if __name__ == "__main__":
    main(*sys.argv[1:])
