"""Tasks over REST: made, followed, cancelled, listed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import event
from tests.support.app import Rest
from tests.support.runs import MadeUpRuns, govern

from crosswind.contexts.tasks.models import TaskRow

TASKS = "/metastore/v1/tasks"
RUNS = "/platform/v1/runs"


def crawl(client: httpx.Client, connection: str = "shop", *, priority: int = 5, **payload: Any) -> httpx.Response:
    asked = {"type": "CRAWL", "priority": priority, "payload": {"connection_id": connection, **payload}}
    return client.post(TASKS, json=asked)


def test_a_task_is_written_first_and_its_run_has_its_id(rest: Rest, runs: MadeUpRuns) -> None:
    answer = crawl(rest.client("data_engineer"), include=["public.*"])
    assert answer.status_code == 201
    task = answer.json()
    assert (task["status"], task["type"], task["progress"]) == ("PENDING", "CRAWL", 0)
    assert answer.headers["Location"].endswith(f"/metastore/v1/tasks/{task['id']}")
    run = runs.runs["crosswind_crawl", task["id"]]
    assert run.conf == {"conn_id": "shop", "priority": 5, "include": ["public.*"]}
    assert run.user is not None


def test_the_designs_spelling_of_the_connection_is_taken_too(rest: Rest, runs: MadeUpRuns) -> None:
    body = {"type": "DISCOVERY", "priority": 9, "payload": {"connectionId": "shop"}}
    answer = rest.client().post(TASKS, json=body)
    assert answer.status_code == 201
    assert ("crosswind_discover", answer.json()["id"]) in runs.runs


def test_discover_answers_202_with_the_task(rest: Rest, runs: MadeUpRuns) -> None:
    answer = rest.client().post("/connections-platform/v1/connections/shop/discover")
    assert answer.status_code == 202
    body = answer.json()
    assert answer.headers["Location"] == body["location"]
    assert ("crosswind_discover", body["taskId"]) in runs.runs
    assert rest.client().get(body["location"]).json()["id"] == body["taskId"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "BULK", "payload": {"connection_id": "shop"}}, "type"),
        ({"type": "CRAWL", "payload": {}}, "payload.connection_id"),
        ({"type": "CRAWL", "priority": 99, "payload": {"connection_id": "shop"}}, "priority"),
        ({"type": "CRAWL", "payload": {"connection_id": "shop", "include": ['"open']}}, "include[0]"),
        ({"type": "CRAWL", "payload": {"connection_id": "shop", "wrong": 1}}, "payload.wrong"),
    ],
)
def test_what_cannot_be_run_is_refused_with_its_field(
    rest: Rest, runs: MadeUpRuns, body: dict[str, Any], field: str
) -> None:
    answer = rest.client().post(TASKS, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["field"] == field
    assert runs.runs == {}


def test_a_dag_that_cannot_run_is_a_503_with_the_remedy_and_no_row(rest: Rest, runs: MadeUpRuns) -> None:
    runs.not_ready = "The DAG 'crosswind_crawl' is paused; unpause it"
    answer = crawl(rest.client())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "unpause" in answer.json()["error"]["message"]
    assert rest.client().get(RUNS).json()["pagination"]["totalCount"] == 0


def test_a_run_that_could_not_be_started_is_still_a_task(rest: Rest, runs: MadeUpRuns) -> None:
    runs.broken = True
    answer = crawl(rest.client())
    assert answer.status_code == 201
    assert rest.client().get(f"{TASKS}/{answer.json()['id']}").json()["status"] == "PENDING"


@pytest.mark.parametrize(
    ("state", "status"),
    [("queued", "PENDING"), ("running", "RUNNING"), ("success", "COMPLETED"), ("failed", "FAILED")],
)
def test_the_status_is_that_of_the_run(rest: Rest, runs: MadeUpRuns, state: str, status: str) -> None:
    client = rest.client()
    task = crawl(client).json()["id"]
    runs.becomes("crosswind_crawl", task, state)
    runs.percent["crosswind_crawl", task] = 45
    shown = client.get(f"{TASKS}/{task}").json()
    assert shown["status"] == status
    assert shown["progress"] == {"PENDING": 0, "RUNNING": 45, "COMPLETED": 100, "FAILED": 45}[status]
    assert (shown["error"] is not None) == (status == "FAILED")
    assert (shown["finished_at"] is not None) == (status in {"COMPLETED", "FAILED"})


def test_an_ended_task_is_not_asked_for_again(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    task = crawl(client).json()["id"]
    runs.becomes("crosswind_crawl", task, "success")
    assert client.get(f"{TASKS}/{task}").json()["status"] == "COMPLETED"
    runs.calls.clear()
    assert client.get(f"{TASKS}/{task}").json()["status"] == "COMPLETED"
    assert runs.calls == []


def test_cancelling_ends_the_run_and_stays_cancelled(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    task = crawl(client).json()["id"]
    runs.becomes("crosswind_crawl", task, "running")
    runs.percent["crosswind_crawl", task] = 45
    answer = client.delete(f"{TASKS}/{task}")
    assert (answer.status_code, answer.json()["status"], answer.json()["progress"]) == (200, "CANCELLED", 45)
    assert runs.runs["crosswind_crawl", task].state == "failed"
    runs.percent.clear()
    shown = client.get(f"{TASKS}/{task}").json()
    assert (shown["status"], shown["progress"]) == ("CANCELLED", 45)
    assert client.get(RUNS).json()["data"][0]["progress"] == 45
    assert client.delete(f"{TASKS}/{task}").status_code == 200


def test_an_ended_task_cannot_be_cancelled(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    task = crawl(client).json()["id"]
    runs.becomes("crosswind_crawl", task, "success")
    assert client.delete(f"{TASKS}/{task}").status_code == 409
    assert client.get(f"{TASKS}/{task}").json()["status"] == "COMPLETED"


def test_cancelling_takes_if_match(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    answer = crawl(client)
    task, etag = answer.json()["id"], answer.headers["ETag"]
    assert client.delete(f"{TASKS}/{task}", headers={"If-Match": '"41"'}).status_code == 409
    assert client.delete(f"{TASKS}/{task}", headers={"If-Match": etag}).status_code == 200


def test_another_tenants_connection_and_task_are_not_there(rest: Rest, runs: MadeUpRuns) -> None:
    task = crawl(rest.client()).json()["id"]
    stranger = rest.client(tenant="acme")
    assert crawl(stranger).status_code == 404
    assert stranger.get(f"{TASKS}/{task}").status_code == 404
    assert stranger.delete(f"{TASKS}/{task}").status_code == 404
    assert stranger.get(RUNS).json()["data"] == []


def test_attributes_narrow_tasks_as_they_narrow_connections(rest: Rest, runs: MadeUpRuns) -> None:
    task = crawl(rest.client()).json()["id"]
    narrow = rest.client(attributes={"environment": ["prod"]})
    assert crawl(narrow).status_code == 404
    assert narrow.get(f"{TASKS}/{task}").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("data_analyst", 403), ("connection_admin", 201)])
def test_who_may_crawl(rest: Rest, runs: MadeUpRuns, role: str, status: int) -> None:
    assert crawl(rest.client(role)).status_code == status
    assert rest.client("viewer").get(RUNS).status_code == 200


def test_runs_are_listed_newest_first_with_filters_in_a_constant_number_of_statements(
    rest: Rest, runs: MadeUpRuns
) -> None:
    client = rest.client()
    govern(rest, "other")
    tasks = [crawl(client, name).json()["id"] for name in ("shop", "other", "shop")]
    statements: list[str] = []
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    few = client.get(RUNS).json()
    counted = len(statements)
    assert [run["id"] for run in few["data"]] == tasks[::-1]
    for _ in range(20):
        runs.becomes("crosswind_crawl", crawl(client).json()["id"], "running")
    statements.clear()
    answer = client.get(RUNS, params={"pageSize": 100})
    many = answer.json()
    assert answer.status_code == 200, answer.text
    assert len(many["data"]) == 23
    assert len(statements) <= counted + 2  # the update of what changed
    assert client.get(RUNS, params={"connectionId": "other"}).json()["pagination"]["totalCount"] == 1
    assert client.get(RUNS, params={"status": "RUNNING"}).json()["pagination"]["totalCount"] == 20
    assert client.get(RUNS, params={"type": "DISCOVERY"}).json()["pagination"]["totalCount"] == 0


def test_runs_are_narrowed_by_their_priority_along_with_other_filters(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    govern(rest, "other")
    made = {
        (name, priority): crawl(client, name, priority=priority).json()["id"]
        for name in ("shop", "other")
        for priority in (2, 9)
    }

    def listed(**narrowed: Any) -> list[tuple[str, int]]:
        return [(run["id"], run["priority"]) for run in client.get(RUNS, params=narrowed).json()["data"]]

    assert listed(priority=9) == [(made["other", 9], 9), (made["shop", 9], 9)]
    assert listed(priority=2, connectionId="shop") == [(made["shop", 2], 2)]
    assert listed(priority=5) == []
    assert {run["source"] for run in client.get(RUNS).json()["data"]} == {None}
    for wrong in ("0", "11", "high", "2.5"):
        refused = client.get(RUNS, params={"priority": wrong})
        assert (refused.status_code, refused.json()["error"]["details"]["field"]) == (400, "priority")


def test_a_task_whose_run_was_deleted_has_failed(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    task = crawl(client).json()["id"]
    runs.becomes("crosswind_crawl", task, "running")
    assert client.get(f"{TASKS}/{task}").json()["status"] == "RUNNING"
    runs.runs.clear()
    assert client.get(f"{TASKS}/{task}").json()["status"] == "FAILED"


def test_creating_and_cancelling_are_audited(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    task = crawl(client).json()["id"]
    client.delete(f"{TASKS}/{task}")
    with rest.platform.session() as session:
        assert session.get(TaskRow, task) is not None
    found = client.get("/connections-platform/v1/governance/audit/shop")
    assert found.status_code == 200, found.text
    assert {"create", "cancel"} <= {entry["action"] for entry in found.json()["data"]}
