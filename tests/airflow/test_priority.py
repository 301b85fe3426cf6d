"""Which run goes first when a pool is full: asked of the scheduler's own query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.airflow.conftest import Served

CRAWL = "crosswind_crawl"


@pytest.fixture
def narrow_pool(served: Served) -> Iterator[None]:
    """One place in the pool that all of our tasks share."""
    from airflow.models.pool import Pool
    from airflow.utils.session import create_session

    with create_session() as session:
        Pool.get_default_pool(session=session).slots = 1
    yield
    with create_session() as session:
        Pool.get_default_pool(session=session).slots = 128


def queued() -> list[str]:
    """The runs whose task the scheduler would queue now."""
    from airflow.jobs.job import Job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
    from airflow.utils.session import create_session

    runner = SchedulerJobRunner(job=Job(), num_runs=1)
    with create_session() as session:
        found = runner._executable_task_instances_to_queued(max_tis=16, session=session)
        return [ti.run_id for ti in found]


def start(served: Served, client: Any, priority: int | None) -> str:
    body: dict[str, Any] = {"type": "CRAWL", "payload": {"connection_id": "shop"}}
    answer = client.post("/metastore/v1/tasks", json=body | ({"priority": priority} if priority else {}))
    assert answer.status_code == 201, answer.text
    identifier = str(answer.json()["id"])
    served.airflow.start(CRAWL, identifier)
    return identifier


def test_the_task_of_the_highest_priority_gets_the_only_place(served: Served, narrow_pool: None) -> None:
    served.register()
    admin = served.rest.client()
    runs = {priority: start(served, admin, priority) for priority in (2, None, 9, 1)}
    order = []
    for _ in runs:
        (first,) = queued()
        order.append(next(priority for priority, run in runs.items() if run == first))
        admin.delete(f"/metastore/v1/tasks/{first}")
    assert order == [9, None, 2, 1]


def test_the_rule_reads_the_run_also_when_it_is_cleared(served: Served) -> None:
    from airflow.models.dagbag import DBDagBag
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session

    served.register()
    identifier = start(served, served.rest.client(), 8)
    with create_session() as session:
        run = DagRun.find(dag_id=CRAWL, run_id=identifier, session=session)[0]
        ti = run.get_task_instances(session=session)[0]
        assert ti.priority_weight == 8
        task = DBDagBag().get_dag_for_run(run, session=session).get_task(ti.task_id)
        ti.priority_weight = 1
        ti.refresh_from_task(task, dag_run=run)
        assert ti.priority_weight == 8
