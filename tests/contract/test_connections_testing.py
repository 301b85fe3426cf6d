"""Connections tried over HTTP against a real source, and against what only looks like one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import event, text
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, Rest
from tests.support.connections import allowed, body_of, error_of, register, url
from tests.support.proxies import BlackHole

from crosswind.contexts.connections.schemas import EXAMPLE


@pytest.fixture(autouse=True)
def _airflow(airflow_db: Airflow) -> None:
    """Every test here has Airflow beside it."""


@pytest.fixture
def hole() -> Iterator[BlackHole]:
    """A server that accepts and says nothing."""
    with BlackHole() as server:
        yield server


@pytest.fixture
def door(store: str, source: str, hole: BlackHole) -> Iterator[Rest]:
    """The door that may dial the source and the black hole, for three seconds."""
    permitted = allowed(source) | {f"127.0.0.1:{hole.port}"}
    with Rest(store, allowed_addresses=permitted, dial_deadline=3.0, dial_threads=4, dial_queue=8) as rest:
        yield rest


@pytest.fixture
def patient(store: str, source: str, hole: BlackHole) -> Iterator[Rest]:
    """The same door, but for a minute: what it dials lasts until the test ends it."""
    permitted = allowed(source) | {f"127.0.0.1:{hole.port}"}
    with Rest(store, allowed_addresses=permitted, dial_deadline=60.0, dial_threads=4, dial_queue=8) as rest:
        yield rest


def silent(hole: BlackHole, identifier: str = "hole") -> dict[str, Any]:
    """A body whose source never answers, with a limit of its own beyond the door's."""
    configuration = {"host": "127.0.0.1", "port": hole.port, "database": "d", "connectionTimeout": 300}
    return body_of(id=identifier, configuration=configuration)


def test_a_test_tells_its_steps_and_becomes_the_health(door: Rest, source: str) -> None:
    client = door.client()
    made = client.post(f"{CONNECTIONS}/connections", json=body_of(source, id="shop"))
    assert made.status_code == 201, made.text
    before = client.get(url(verb="health")).json()
    assert (before["status"], before["timestamp"], before["ageSeconds"]) == ("unknown", None, None)
    answer = client.post(url(verb="test"))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["success"] is True
    assert {step["name"] for step in found["steps"]} >= {"address", "login"}
    assert all(step["status"] in {"passed", "warning", "skipped"} for step in found["steps"])
    health = client.get(url(verb="health")).json()
    assert health["status"] == found["status"]
    assert health["ageSeconds"] >= 0
    assert health["checks"]["login"]["status"] == "healthy"
    assert client.get(url()).json()["version"] == 1
    assert client.get(f"{CONNECTIONS}/health/connections/shop").json() | {"ageSeconds": 0} == health | {"ageSeconds": 0}


def test_a_refused_login_is_conn_003_with_a_remedy_and_no_password(door: Rest, source: str) -> None:
    client = door.client()
    wrong = body_of(source, id="shop") | {"credentials": {"username": "postgres", "password": "wr0ng-pass"}}
    client.post(f"{CONNECTIONS}/connections", json=wrong)
    answer = client.post(url(verb="test"))
    assert answer.status_code == 200
    failed = [step for step in answer.json()["steps"] if step["status"] == "failed"]
    assert (answer.json()["success"], failed[0]["code"]) == (False, "CONN_003")
    assert failed[0]["remedy"]
    assert "wr0ng-pass" not in answer.text
    assert client.get(f"{CONNECTIONS}/health/connections?status=unhealthy").json()["pagination"]["totalCount"] == 1
    refreshed = client.post(url(verb="refresh"))
    assert (refreshed.status_code, error_of(refreshed)["code"]) == (502, "CONN_003")


def test_refresh_pings_and_keeps_the_result(door: Rest, source: str) -> None:
    client = door.client()
    client.post(f"{CONNECTIONS}/connections", json=body_of(source, id="shop"))
    answer = client.post(url(verb="refresh"))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["ageSeconds"]) == ("healthy", 0)
    assert client.get(url(verb="health")).json()["checks"]["ping"]["status"] == "healthy"


def test_a_black_hole_ends_by_the_doors_deadline_and_its_result_is_kept(door: Rest, hole: BlackHole) -> None:
    client = door.client()
    client.post(f"{CONNECTIONS}/connections", json=silent(hole))
    began = time.monotonic()
    tested = client.post(url("hole", "test"))
    assert time.monotonic() - began < 60
    assert tested.status_code == 200
    assert [step["code"] for step in tested.json()["steps"] if step["status"] == "failed"] == ["CONN_002"]
    refreshed = client.post(url("hole", "refresh"))
    assert (refreshed.status_code, error_of(refreshed)["code"]) == (504, "CONN_002")
    assert int(refreshed.headers["Retry-After"]) > 0
    health = client.get(url("hole", "health")).json()
    assert health["status"] == "unhealthy"
    assert [each["code"] for each in health["checks"].values()] == ["CONN_002"]


def test_nothing_of_the_store_is_held_while_dialling(door: Rest, hole: BlackHole) -> None:
    client = door.client()
    client.post(f"{CONNECTIONS}/connections", json=silent(hole))
    with ThreadPoolExecutor(4) as pool:
        tests = [pool.submit(client.post, url("hole", "test")) for _ in range(4)]
        time.sleep(1.5)
        held = door.platform.engine.pool.checkedout()  # type: ignore[attr-defined]
        with door.platform.session() as session:
            idle = session.scalar(
                text(
                    "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"
                )
            )
        assert [test.result().status_code for test in tests] == [200] * 4
    assert held == 0
    assert idle == 0


def test_sixty_tests_against_a_black_hole_leave_the_rest_alone(patient: Rest, hole: BlackHole) -> None:
    client = patient.client()
    client.post(f"{CONNECTIONS}/connections", json=silent(hole))
    with ThreadPoolExecutor(60) as pool, hole:
        tests = [pool.submit(client.post, url("hole", "test")) for _ in range(60)]
        refused = [each.result() for each in islice(as_completed(tests, timeout=50), 60 - 12)]
        assert client.get(url("hole")).status_code == 200
        taken = [each for each in tests if not each.done()]
    tried = [each.result() for each in taken]
    assert {each.status_code for each in refused} == {503}
    assert all(int(each.headers["Retry-After"]) > 0 and error_of(each)["code"] == "GEN_503" for each in refused)
    assert [(each.status_code, each.json()["success"]) for each in tried] == [(200, False)] * 12


def test_an_address_that_nobody_allowed_is_not_dialled(rest: Rest, hole: BlackHole) -> None:
    client = rest.client()
    client.post(f"{CONNECTIONS}/connections", json=silent(hole))
    answer = client.post(url("hole", "test")).json()
    assert answer["success"] is False
    assert answer["steps"][0]["name"] == "address"
    assert hole.accepted == 0


def test_validate_says_what_cannot_be_resolved_and_dials_nothing(door: Rest, hole: BlackHole) -> None:
    client = door.client()
    client.post(f"{CONNECTIONS}/connections", json=EXAMPLE)
    found = client.post(url("conn-001", "validate")).json()
    assert (found["valid"], found["airflowConnId"]) == (False, "conn-001")
    assert [(each["field"], each["level"]) for each in found["findings"]] == [("credentials.passwordRef", "error")]
    assert "vault" in found["findings"][0]["message"]
    assert "secrets/rds" not in str(found)
    tested = client.post(url("conn-001", "test")).json()
    assert [(step["name"], step["code"]) for step in tested["steps"]] == [("credentials", "CONN_003")]
    client.post(f"{CONNECTIONS}/connections", json=silent(hole))
    assert client.post(url("hole", "validate")).json()["valid"] is True
    assert hole.accepted == 0


def test_a_test_stands_in_the_audit(door: Rest, source: str) -> None:
    client = door.client()
    client.post(f"{CONNECTIONS}/connections", json=body_of(source, id="shop"))
    client.post(url(verb="test"))
    entries = client.get(f"{CONNECTIONS}/governance/audit/shop").json()["data"]
    assert "test" in [each["action"] for each in entries]


def test_a_result_of_an_older_version_is_not_kept(door: Rest, hole: BlackHole) -> None:
    client = door.client()
    client.post(f"{CONNECTIONS}/connections", json=silent(hole))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.post, url("hole", "test"))
        time.sleep(1)
        assert client.put(url("hole"), json=silent(hole) | {"name": "New"}).status_code == 200
        assert running.result().status_code == 200
    assert client.get(url("hole", "health")).json()["status"] == "unknown"


def test_a_page_of_health_costs_a_constant_number_of_statements(door: Rest) -> None:
    client = door.client()
    for index in range(4):
        register(client, f"c{index}")
    statements: list[str] = []
    event.listen(door.platform.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    page = client.get(f"{CONNECTIONS}/health/connections").json()
    assert page["pagination"]["totalCount"] == 4
    assert len([each for each in statements if "connections" in each]) == 2


def test_upstreams_hook_reads_what_was_registered_over_rest(
    door: Rest, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    more = {"apiToken": "t0ken-value"}
    body = body_of(source, id="shop")
    body["credentials"] |= more
    assert door.client().post(f"{CONNECTIONS}/connections", json=body).status_code == 201
    hook = PostgresHook(postgres_conn_id="shop")
    assert hook.get_first("select current_database()")[0] == body["configuration"]["database"]
