"""The scan end to end: made over REST, worked on by Airflow's own task runner, against a real source."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from tests.airflow.conftest import Served
from tests.support.scans import findings, review

SQL = Callable[[str], None]
CANARY = "canary"
PEOPLE = """
create table people (id int, c17 text, born_on date, note text, made timestamptz default now());
insert into people select n, 'canary' || n || '@example.org', date '1950-01-01' + n * 300,
    'call canary' || n || ' at +49 30 1234567' || n % 10 from generate_series(1, 60) n;
create table broken_source (n int);
insert into broken_source values (0);
create view broken as select 1 / n as quotient, 'x@example.org' as mail from broken_source;
create table empty (email text);
"""


def start(client: httpx.Client, kind: str) -> str:
    answer = client.post("/metastore/v1/tasks", json={"type": kind, "payload": {"connection_id": "shop"}})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture
def scanned(served: Served, shop: SQL) -> tuple[httpx.Client, dict[str, Any]]:
    """A crawled source with people in it, scanned; the client and the task."""
    served.register()
    shop(PEOPLE)
    admin = served.rest.client()
    served.airflow.work("crosswind_crawl", start(admin, "CRAWL"))
    return admin, _scan(served, admin)


def _scan(served: Served, admin: httpx.Client) -> dict[str, Any]:
    identifier = start(admin, "COMPLIANCE_SCAN")
    assert served.airflow.work("crosswind_scan", identifier) == "success"
    found: dict[str, Any] = admin.get(f"/metastore/v1/tasks/{identifier}").json()
    return found


def test_a_scan_finds_what_is_there_and_tells_what_it_could_not_read(
    served: Served, scanned: tuple[httpx.Client, dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    admin, done = scanned
    assert (done["status"], done["progress"], done["error"]) == ("COMPLETED", 100, None)
    assert done["result"]["failed"] == 1
    assert done["result"]["failures"][0]["code"] == "CONN_001"
    found = {(each["column"], each["kind"]): each for each in findings(admin)}
    assert ("c17", "EMAIL") in found, "by content alone"
    assert ("born_on", "DATE_OF_BIRTH") in found
    assert ("note", "PHONE") in found, "within text"
    assert not {column for column, _ in found} & {"id", "made", "quotient"}
    assert found["c17", "EMAIL"]["reason"] == "60 of 60 values are e-mail addresses"
    _nowhere(served, capfd.readouterr())


def test_a_rejected_finding_stays_rejected_through_a_real_scan(
    served: Served, scanned: tuple[httpx.Client, dict[str, Any]]
) -> None:
    admin, _ = scanned
    email = next(each for each in findings(admin, kind="EMAIL") if each["column"] == "c17")
    review(admin, [email["id"]], "reject")
    _scan(served, admin)
    assert {each["status"] for each in findings(admin, kind="EMAIL") if each["column"] == "c17"} == {"rejected"}


def test_a_scan_of_a_source_that_is_away_fails_and_removes_nothing(
    served: Served, scanned: tuple[httpx.Client, dict[str, Any]]
) -> None:
    admin, _ = scanned
    before = findings(admin)
    served.break_connection(password="not the password")
    identifier = start(admin, "COMPLIANCE_SCAN")
    assert served.airflow.work("crosswind_scan", identifier) == "failed"
    error = admin.get(f"/metastore/v1/tasks/{identifier}").json()["error"]
    assert error["code"] == "CONN_003"
    assert findings(admin) == before


def test_a_scan_of_a_real_source_judges_it_by_the_rules(
    served: Served, scanned: tuple[httpx.Client, dict[str, Any]]
) -> None:
    admin, done = scanned
    told = done["result"]["compliance"]
    found = violations(admin)
    assert told["opened"] == len(found) > 5
    by_place = {(each["rule"], each["resource"]["name"].rpartition("public.")[2]): each for each in found}
    assert by_place["personal-data-tagged", "people.c17"]["evidence"]["column.personalData"] == ["EMAIL"]
    assert ("personal-data-tagged", "people.id") not in by_place
    assert ("personal-data-classified", "people") in by_place
    [link] = [each for each in found if each["rule"] == "encrypted-in-transit"]
    assert (link["severity"], link["evidence"]["security.encryptedInTransit"]) == ("high", False)
    assert link["evidence"]["connection.tlsMode"] == "prefer"
    assert "password-hashing" not in {each["rule"] for each in found}, "the source keeps SCRAM verifiers"
    again = admin.post("/connections-platform/v1/governance/compliance/scan", json={"connectionIds": ["shop"]})
    assert again.status_code == 202, again.text
    identifier = again.json()["taskId"]
    assert served.airflow.work("crosswind_scan", identifier) == "success"
    told = admin.get(f"/metastore/v1/tasks/{identifier}").json()["result"]["compliance"]
    assert (told["opened"], told["closed"], told["reopened"]) == (0, 0, 0)
    assert {each["id"]: each["version"] for each in violations(admin)} == {each["id"]: 1 for each in found}


def violations(client: httpx.Client) -> list[dict[str, Any]]:
    answer = client.get("/connections-platform/v1/governance/compliance/violations", params={"pageSize": 100})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def test_somebody_who_may_not_scan_cannot(served: Served, shop: SQL) -> None:
    served.register()
    eve = served.rest.client("data_analyst")
    body = {"type": "COMPLIANCE_SCAN", "payload": {"connection_id": "shop"}}
    assert eve.post("/metastore/v1/tasks", json=body).status_code == 403
    served.rest.people.add("vera", "viewer")
    run_id = served.airflow.trigger("crosswind_scan", {"conn_id": "shop"}, user="vera")
    assert served.airflow.work("crosswind_scan", run_id) == "failed"


def _nowhere(served: Served, printed: Any) -> None:
    """No sampled value is in the store, in Airflow's database, in a log or in what was printed."""
    engine = create_engine(served.airflow.url, poolclass=NullPool)
    with engine.connect() as connection:
        tables = connection.execute(
            text("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not like 'pg_%' "
                 "and schemaname <> 'information_schema'")
        ).scalars().all()  # fmt: skip
        assert len(tables) > 50
        for table in tables:
            found = connection.execute(text(f"select count(*) from {table} t where t::text like :canary"),
                                       {"canary": f"%{CANARY}%"}).scalar_one()  # fmt: skip
            assert not found, table
    engine.dispose()
    assert CANARY not in printed.out + printed.err
    for log in Path(os.environ["AIRFLOW__LOGGING__BASE_LOG_FOLDER"]).rglob("*"):
        if log.is_file():
            assert CANARY.encode() not in log.read_bytes(), log
