"""Leases: what a task's key is worth, whom it lets act, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import Rest
from tests.support.runs import MadeUpRuns, govern

from crosswind.contexts.tasks import leases
from crosswind.contexts.tasks.ports import RunFacts

LEASES = "/platform/v1/leases"
CRAWL = "crosswind_crawl"


@pytest.fixture
def tasks_key(rest: Rest, runs: MadeUpRuns) -> httpx.Client:
    return rest.anonymous({"X-API-Key": rest.platform_key("lease:create", "due:start")})


def running(runs: MadeUpRuns, run_id: str = "manual__1", *, trying: int = 1, user: str | None = None) -> None:
    runs.runs[CRAWL, run_id] = RunFacts(CRAWL, run_id, "running", trying, user, {"conn_id": "shop"})


def ask(client: httpx.Client, run_id: str = "manual__1", trying: int = 1, dag_id: str = CRAWL) -> httpx.Response:
    return client.post(LEASES, json={"dagId": dag_id, "runId": run_id, "tryNumber": trying})


def leased(rest: Rest, lease: dict[str, Any]) -> httpx.Client:
    return rest.anonymous({"Authorization": f"Bearer {lease['lease']}"})


def outcome(rest: Rest, lease: dict[str, Any]) -> httpx.Response:
    path = f"/platform/v1/runs/{lease['taskId']}/outcome"
    return leased(rest, lease).put(path, json={"result": {"tables": 1}})


def test_a_run_that_airflow_started_gets_its_task(rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client) -> None:
    running(runs)
    answer = ask(tasks_key)
    assert answer.status_code == 201, answer.text
    lease = answer.json()
    assert lease["connection"] == {"id": "shop", "airflowConnId": "shop", "type": "database", "subType": "postgres"}
    assert lease["discovery"] == {"include": [], "exclude": [], "depth": "full"}
    task = rest.client().get(f"/metastore/v1/tasks/{lease['taskId']}").json()
    assert (task["status"], task["type"]) == ("RUNNING", "CRAWL")
    assert ask(tasks_key).json()["taskId"] == lease["taskId"]


def test_the_patterns_are_the_tasks_else_the_connections(rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client) -> None:
    document = {"configuration": {"discovery": {"include": ["sales"], "exclude": ["sales.tmp_*"]}}}
    govern(rest, "sales", document=document)
    runs.runs[CRAWL, "a"] = RunFacts(CRAWL, "a", "running", 1, None, {"conn_id": "sales"})
    assert ask(tasks_key, "a").json()["discovery"] == {
        "include": ["sales"],
        "exclude": ["sales.tmp_*"],
        "depth": "full",
    }
    outcome(rest, ask(tasks_key, "a").json())
    runs.runs[CRAWL, "b"] = RunFacts(CRAWL, "b", "running", 1, None, {"conn_id": "sales", "include": ["hr"]})
    assert ask(tasks_key, "b").json()["discovery"]["include"] == ["hr"]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"dag_id": "my_own_dag"}, 403),
        ({"run_id": "nowhere"}, 404),
        ({"state": "failed"}, 409),
        ({"state": "queued"}, 409),
        ({"trying": 0}, 409),
        ({"trying": 3}, 409),
        ({"conf": {"conn_id": "unknown"}}, 400),
        ({"conf": {}}, 400),
    ],
)
def test_no_lease_without_a_running_try_of_a_dag_of_ours(
    rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client, facts: dict[str, Any], status: int
) -> None:
    found: dict[str, Any] = {
        "dag_id": CRAWL,
        "run_id": "r",
        "state": "running",
        "trying": 1,
        "conf": {"conn_id": "shop"},
    }
    found |= facts
    runs.runs[CRAWL, "r"] = RunFacts(**{**found, "dag_id": CRAWL, "run_id": "r"})
    assert ask(tasks_key, found["run_id"], dag_id=found["dag_id"]).status_code == status
    assert rest.client().get("/platform/v1/runs").json()["data"] == []


def test_whoever_started_the_run_must_be_allowed_to_crawl_there(
    rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client
) -> None:
    rest.people.add("vera", "viewer")
    rest.people.add("eve", "data_engineer")
    running(runs, "by-vera", user="vera")
    running(runs, "by-nobody", user="ghost")
    running(runs, "by-eve", user="eve")
    assert ask(tasks_key, "by-vera").status_code == 403
    assert ask(tasks_key, "by-nobody").status_code == 403
    answer = ask(tasks_key, "by-eve")
    assert answer.status_code == 201
    assert rest.client().get("/platform/v1/runs").json()["data"][0]["requestedBy"] == "eve"


def test_somebody_of_another_tenant_may_not(rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client) -> None:
    govern(rest, "secret", tenant="acme")
    rest.people.add("eve", "platform_admin")
    runs.runs[CRAWL, "r"] = RunFacts(CRAWL, "r", "running", 1, "eve", {"conn_id": "acme:secret"})
    assert ask(tasks_key, "r").status_code == 403


def test_a_newer_try_fences_the_older_one(rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client) -> None:
    running(runs)
    first = ask(tasks_key).json()
    running(runs, trying=2)
    second = ask(tasks_key, trying=2).json()
    assert outcome(rest, first).status_code == 409
    assert ask(tasks_key, trying=1).status_code == 409
    assert outcome(rest, second).status_code == 204
    assert rest.client().get(f"/metastore/v1/tasks/{second['taskId']}").json()["result"] == {"tables": 1}


def test_a_cancelled_task_has_no_lease_left(rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client) -> None:
    running(runs)
    lease = ask(tasks_key).json()
    assert rest.client().delete(f"/metastore/v1/tasks/{lease['taskId']}").status_code == 200
    assert outcome(rest, lease).status_code == 409
    assert ask(tasks_key).status_code == 409


def test_a_cancelled_task_stays_cancelled_while_airflow_still_ends_its_run(
    rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client
) -> None:
    running(runs)
    task = f"/metastore/v1/tasks/{ask(tasks_key).json()['taskId']}"
    assert rest.client().delete(task).status_code == 200
    runs.becomes(CRAWL, "manual__1", "running", trying=1)
    assert ask(tasks_key).status_code == 409
    assert rest.client().get(task).json()["status"] == "CANCELLED"


def test_one_connection_is_worked_on_by_one_run_at_a_time(
    rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client
) -> None:
    running(runs, "one")
    running(runs, "two")
    first = ask(tasks_key, "one").json()
    busy = ask(tasks_key, "two")
    assert (busy.status_code, busy.headers["Retry-After"]) == (409, "5")
    assert outcome(rest, first).status_code == 204
    assert ask(tasks_key, "two").status_code == 201


def test_a_lease_expires_unless_it_is_used(
    rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(runs)
    monkeypatch.setattr(leases, "LIFE", timedelta(seconds=60))
    lease = ask(tasks_key).json()
    with rest.platform.session() as session:
        session.execute(text("update crosswind.leases set expires_at = now() + interval '9 s'"))
        session.commit()
        assert leases.identify(lease["lease"], session) is not None
        renewed = session.execute(text("select expires_at > now() + interval '50 s' from crosswind.leases")).scalar()
        assert renewed
        session.execute(text("update crosswind.leases set expires_at = now() - interval '1 s'"))
        session.commit()
        assert leases.identify(lease["lease"], session) is None
    assert outcome(rest, lease).status_code == 401
    assert outcome(rest, ask(tasks_key).json()).status_code == 204


def test_only_a_hash_of_the_token_is_stored(rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client) -> None:
    running(runs)
    lease = ask(tasks_key).json()
    with rest.platform.session() as session:
        kept = session.execute(text("select leases::text from crosswind.leases")).scalars().all()
    assert kept
    assert not any(lease["lease"].removeprefix(leases.PREFIX) in row for row in kept)


ELSEWHERE = [
    ("GET", "/metastore/v1/tasks/x", None),
    ("POST", "/metastore/v1/tasks", {"type": "CRAWL", "payload": {"connection_id": "shop"}}),
    ("DELETE", "/metastore/v1/tasks/x", None),
    ("GET", "/platform/v1/runs", None),
    ("GET", "/platform/v1/keys", None),
    ("GET", "/connections-platform/v1/connections", None),
    ("GET", "/connections-platform/v1/governance/audit", None),
    ("POST", "/connections-platform/v1/connections/shop/discover", {}),
    ("GET", "/metastore/v1/assets", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ELSEWHERE)
def test_neither_the_key_nor_a_lease_opens_anything_else(
    rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client, method: str, path: str, body: Any
) -> None:
    running(runs)
    lease = ask(tasks_key).json()
    assert tasks_key.request(method, path, json=body).status_code == 403
    assert leased(rest, lease).request(method, path, json=body).status_code == 403


def test_a_lease_is_for_its_own_task_only(rest: Rest, runs: MadeUpRuns, tasks_key: httpx.Client) -> None:
    govern(rest, "other")
    running(runs, "one")
    runs.runs[CRAWL, "two"] = RunFacts(CRAWL, "two", "running", 1, None, {"conn_id": "other"})
    first, second = ask(tasks_key, "one").json(), ask(tasks_key, "two").json()
    wrong = {**first, "taskId": second["taskId"]}
    assert outcome(rest, wrong).status_code == 404
    assert leased(rest, first).post(LEASES, json={"dagId": CRAWL, "runId": "two", "tryNumber": 1}).status_code == 403
    assert leased(rest, first).post("/platform/v1/due").status_code == 403


def test_people_get_no_lease(rest: Rest, runs: MadeUpRuns) -> None:
    running(runs)
    assert ask(rest.client("platform_admin")).status_code == 403
