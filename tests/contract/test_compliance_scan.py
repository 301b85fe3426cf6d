"""Compliance scans started over HTTP, many at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, text
from tests.support.app import CONNECTIONS, METASTORE, Rest
from tests.support.catalog import ok
from tests.support.connections import error_of
from tests.support.runs import MadeUpRuns, govern

SCAN = f"{CONNECTIONS}/governance/compliance/scan"


@pytest.fixture
def runs(rest: Rest) -> MadeUpRuns:
    made = MadeUpRuns()
    rest.platform.__dict__["runs"] = made
    for name in ("a", "b"):
        govern(rest, name)
    return made


def started(rest: Rest, body: Any = None, role: str = "platform_admin", **who: Any) -> dict[str, Any]:
    answer = rest.client(role, **who).post(SCAN, json=body)
    assert answer.status_code == 202, answer.text
    return {**answer.json(), "location": answer.headers["Location"]}


def test_a_scan_is_a_task_and_a_run_for_each_connection(rest: Rest, runs: MadeUpRuns) -> None:
    answer = started(rest, {"connectionIds": ["b", "a", "b"], "standards": ["GDPR"]})
    assert [each["connectionId"] for each in answer["tasks"]] == ["b", "a"]
    first = answer["tasks"][0]["taskId"]
    assert answer["taskId"] == first
    assert answer["location"].endswith(f"{METASTORE}/tasks/{first}")
    task = ok(rest.client().get(f"{METASTORE}/tasks/{first}"))
    assert (task["type"], task["connection_id"]) == ("COMPLIANCE_SCAN", "b")
    assert task["payload"] == {"connection_id": "b", "standards": ["GDPR"]}
    assert {run.conf["conn_id"] for run in runs.runs.values()} == {"a", "b"}
    assert {dag for dag, _ in runs.runs} == {"crosswind_scan"}


def test_without_names_all_active_connections_that_the_caller_sees_are_scanned(rest: Rest, runs: MadeUpRuns) -> None:
    govern(rest, "off", environment="dev")
    govern(rest, "hidden", environment="prod")
    govern(rest, "theirs", tenant="acme")
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.connections SET status = 'inactive' WHERE id = 'off'"))
        session.commit()
    held = started(rest, attributes={"environment": ["dev"]})
    assert [each["connectionId"] for each in held["tasks"]] == ["a", "b"]


def test_a_scan_that_waits_already_is_answered_instead_of_another(rest: Rest, runs: MadeUpRuns) -> None:
    before = started(rest)
    assert started(rest) == before
    narrower = started(rest, {"standards": ["SOC2"]})
    assert not {each["taskId"] for each in narrower["tasks"]} & {each["taskId"] for each in before["tasks"]}
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.tasks SET status = 'RUNNING'"))
        session.commit()
    assert started(rest)["taskId"] != before["taskId"], "one that runs may have looked before the last change"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"connectionIds": []}, 400, "connectionIds"),
        ({"connectionIds": ["a"] * 101}, 400, "connectionIds"),
        ({"standards": ["ISO9001"]}, 400, "standards"),
        ({"connectionIds": ["a", "nowhere"]}, 404, None),
        ({"connections": ["a"]}, 400, "connections"),
    ],
)
def test_what_cannot_be_scanned_is_refused_whole(
    rest: Rest, runs: MadeUpRuns, body: Any, status: int, field: str | None
) -> None:
    answer = rest.client().post(SCAN, json=body)
    assert answer.status_code == status, answer.text
    if field:
        assert field in str(error_of(answer))
    assert runs.runs == {}


def test_one_that_is_off_and_one_too_many_are_refused(rest: Rest, runs: MadeUpRuns) -> None:
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.connections SET status = 'inactive' WHERE id = 'b'"))
        session.commit()
    assert rest.client().post(SCAN, json={"connectionIds": ["a", "b"]}).status_code == 409
    for number in range(100):
        govern(rest, f"more-{number}")
    answer = rest.client().post(SCAN)
    assert (answer.status_code, "More than 100" in answer.text) == (400, True)
    assert runs.runs == {}


def test_a_dag_that_could_not_run_is_said(rest: Rest, runs: MadeUpRuns) -> None:
    runs.not_ready = "The DAG is paused"
    assert rest.client().post(SCAN).status_code == 503


def test_who_may_not_scan_cannot(rest: Rest, runs: MadeUpRuns) -> None:
    assert rest.client("viewer").post(SCAN).status_code == 403


def test_nothing_to_scan_is_said(rest: Rest) -> None:
    rest.platform.__dict__["runs"] = MadeUpRuns()
    assert rest.client().post(SCAN).status_code == 409


def test_standards_are_for_scans_only(rest: Rest, runs: MadeUpRuns) -> None:
    body = {"type": "CRAWL", "payload": {"connection_id": "a", "standards": ["GDPR"]}}
    assert rest.client().post(f"{METASTORE}/tasks", json=body).status_code == 400


def test_reading_takes_the_same_number_of_statements_for_many(rest: Rest, runs: MadeUpRuns) -> None:
    counted: list[str] = []
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    client = rest.client()
    for number in range(20):
        govern(rest, f"more-{number}")

    def reads(names: list[str]) -> int:
        client.post(SCAN, json={"connectionIds": names})
        counted.clear()
        assert client.post(SCAN, json={"connectionIds": names}).status_code == 202
        return len(counted)

    assert reads(["a"]) == reads([f"more-{number}" for number in range(20)])
