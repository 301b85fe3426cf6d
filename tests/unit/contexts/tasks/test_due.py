"""The tick: what is due is started once, and what was left behind is mended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import Rest
from tests.support.runs import MadeUpRuns, govern

DUE = "/platform/v1/due"


@pytest.fixture
def tick(rest: Rest, runs: MadeUpRuns) -> httpx.Client:
    return rest.anonymous({"X-API-Key": rest.platform_key("lease:create", "due:start")})


def scheduled(rest: Rest, name: str, schedule: str = "@hourly", **changed: Any) -> None:
    document = {"configuration": {"discovery": {"schedule": schedule, "include": ["sales"]}}}
    fields: dict[str, Any] = {"document": document, "discovery_next_at": datetime.now(UTC) - timedelta(minutes=1)}
    govern(rest, name, **fields | changed)


def next_at(rest: Rest, name: str) -> datetime | None:
    with rest.platform.session() as session:
        query = text("select discovery_next_at from crosswind.connections where id = :id")
        found: datetime | None = session.execute(query, {"id": name}).scalar_one()
        return found


def backdate(rest: Rest) -> None:
    with rest.platform.session() as session:
        session.execute(text("update crosswind.tasks set created_at = now() - interval '1 minute'"))
        session.commit()


def test_due_connections_are_started_once_and_planned_again(rest: Rest, runs: MadeUpRuns, tick: httpx.Client) -> None:
    scheduled(rest, "sales")
    scheduled(rest, "later", discovery_next_at=datetime.now(UTC) + timedelta(hours=1))
    scheduled(rest, "gone", deleted_at=datetime.now(UTC))
    answer = tick.post(DUE)
    assert answer.status_code == 200, answer.text
    assert answer.json()["due"] == ["sales"]
    (task,) = answer.json()["started"]
    assert runs.runs["crosswind_crawl", task].conf["conn_id"] == "sales"
    planned = next_at(rest, "sales")
    assert planned is not None
    assert datetime.now(UTC) < planned <= datetime.now(UTC) + timedelta(hours=1)
    assert tick.post(DUE).json()["due"] == []


def test_scans_are_due_by_a_schedule_of_their_own(rest: Rest, runs: MadeUpRuns, tick: httpx.Client) -> None:
    document = {"configuration": {"compliance": {"schedule": "P1D"}}}
    moment = datetime.now(UTC) - timedelta(minutes=1)
    govern(rest, "judged", document=document, compliance_next_at=moment)
    scheduled(rest, "both", document=document | {"configuration": {**document["configuration"], "discovery": {
        "schedule": "@daily"}}}, compliance_next_at=moment)  # fmt: skip
    rest.client().post("/metastore/v1/tasks", json={"type": "CRAWL", "payload": {"connection_id": "judged"}})
    answer = tick.post(DUE).json()
    assert sorted(answer["due"]) == ["both", "judged"]
    started = {(dag, run.conf["conn_id"]) for (dag, run_id), run in runs.runs.items() if run_id in answer["started"]}
    assert started == {("crosswind_crawl", "both"), ("crosswind_scan", "both"), ("crosswind_scan", "judged")}
    with rest.platform.session() as session:
        asked = text("select compliance_next_at from crosswind.connections where id = 'judged'")
        planned = session.execute(asked).scalar_one()
        assert planned > datetime.now(UTC) + timedelta(hours=23)
        session.execute(text("update crosswind.connections set compliance_next_at = now() - interval '1 minute'"))
        session.commit()
    assert tick.post(DUE).json()["started"] == [], "a scan of each is open already"


def test_a_connection_that_is_being_crawled_is_left_for_the_next_time(
    rest: Rest, runs: MadeUpRuns, tick: httpx.Client
) -> None:
    scheduled(rest, "sales")
    rest.client().post("/metastore/v1/tasks", json={"type": "CRAWL", "payload": {"connection_id": "sales"}})
    assert tick.post(DUE).json()["started"] == []


def test_a_schedule_that_cannot_be_read_is_left_out(rest: Rest, runs: MadeUpRuns, tick: httpx.Client) -> None:
    scheduled(rest, "broken", schedule="every now and then")
    scheduled(rest, "sales")
    assert len(tick.post(DUE).json()["started"]) == 1
    assert next_at(rest, "broken") is None


def test_while_the_dag_cannot_run_connections_stay_due(rest: Rest, runs: MadeUpRuns, tick: httpx.Client) -> None:
    scheduled(rest, "sales")
    runs.not_ready = "The DAG is paused"
    answer = tick.post(DUE).json()
    assert (answer["started"], answer["message"]) == ([], "The DAG is paused")
    runs.not_ready = None
    assert len(tick.post(DUE).json()["started"]) == 1


def test_a_lost_run_is_started_again_under_its_own_id(rest: Rest, runs: MadeUpRuns, tick: httpx.Client) -> None:
    runs.broken = True
    body = {"type": "CRAWL", "payload": {"connection_id": "shop", "include": ["a"]}}
    task = rest.client().post("/metastore/v1/tasks", json=body).json()["id"]
    runs.broken = False
    assert tick.post(DUE).json()["restarted"] == []
    backdate(rest)
    assert tick.post(DUE).json()["restarted"] == [task]
    assert runs.runs["crosswind_crawl", task].conf == {"conn_id": "shop", "priority": 5, "include": ["a"]}


def test_ends_are_stored_for_all_at_once(rest: Rest, runs: MadeUpRuns, tick: httpx.Client) -> None:
    client = rest.client()
    for _ in range(3):
        body = {"type": "CRAWL", "payload": {"connection_id": "shop"}}
        runs.becomes("crosswind_crawl", client.post("/metastore/v1/tasks", json=body).json()["id"], "success")
    runs.calls.clear()
    assert tick.post(DUE).json()["settled"] == 3
    assert runs.calls == ["states"]
    with rest.platform.session() as session:
        stored = session.execute(text("select distinct status from crosswind.tasks")).scalars().all()
    assert stored == ["COMPLETED"]


def test_a_cancelled_task_whose_run_still_runs_is_ended_again(rest: Rest, runs: MadeUpRuns, tick: httpx.Client) -> None:
    client = rest.client()
    body = {"type": "CRAWL", "payload": {"connection_id": "shop"}}
    task = client.post("/metastore/v1/tasks", json=body).json()["id"]
    client.delete(f"/metastore/v1/tasks/{task}")
    runs.becomes("crosswind_crawl", task, "running")
    tick.post(DUE)
    assert runs.runs["crosswind_crawl", task].state == "failed"


def test_people_do_not_tick(rest: Rest, runs: MadeUpRuns) -> None:
    assert rest.client("platform_admin").post(DUE).status_code == 403
    assert rest.client("platform_admin").get(DUE).status_code == 403
