"""Connections changed and deleted over HTTP: by whom, at which version, and what that leaves on both sides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, METASTORE, Rest
from tests.support.connections import (
    CANARY,
    DESIGN,
    airflow_log,
    airflow_row,
    body_of,
    delete_in_airflow,
    error_of,
    register,
    url,
)

from crosswind.contexts.catalog.models import AssetRow

MASK = "********"


@pytest.fixture(autouse=True)
def _airflow(airflow_db: Airflow) -> None:
    """Every test here has Airflow beside it."""


def test_put_replaces_all_but_the_credentials(rest: Rest) -> None:
    client = rest.client()
    register(client, name="Shop", metadata={"a": 1}, owner="me")
    body = body_of(name="Shop 2")
    del body["credentials"]
    answer = client.put(url(), json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert answer.headers["ETag"] == '"2"'
    assert (shown["name"], shown["version"], shown["credentials"]["password"]) == ("Shop 2", 2, MASK)
    assert "metadata" not in shown
    assert "owner" not in shown
    found = airflow_row("shop")
    assert found is not None
    assert found["password"] == CANARY


def test_put_of_what_get_showed_changes_nothing_in_airflow(rest: Rest) -> None:
    client = rest.client()
    client.post(
        f"{CONNECTIONS}/connections", json=body_of(id="shop", credentials=DESIGN["credentials"] | {"password": CANARY})
    )
    before, log = airflow_row("shop"), airflow_log()
    answer = client.put(url(), json=client.get(url()).json())
    assert answer.status_code == 200, answer.text
    assert airflow_row("shop") == before
    assert airflow_log() == log
    assert answer.json()["credentials"] == client.get(url()).json()["credentials"]
    assert answer.json()["credentials"]["passwordRef"] == "vault://secrets/rds/conn-001"


def test_a_change_to_what_is_stored_already_writes_nothing(rest: Rest) -> None:
    client = rest.client()
    schedule = body_of()["configuration"] | {"discovery": {"schedule": "@daily"}}
    client.post(f"{CONNECTIONS}/connections", json=DESIGN | {"id": "shop"})
    register(client, "timed", configuration=schedule)
    for identifier in ("shop", "timed"):
        shown = client.get(url(identifier)).json()
        log, trail = airflow_log(), audited(rest)
        credentials = client.get(url(identifier, "credentials")).json()["credentials"]
        answers = [
            client.put(url(identifier), json=shown, headers={"If-Match": '"1"'}),
            client.patch(url(identifier, "status"), json={"status": "active"}),
            client.put(url(identifier, "credentials"), json={"credentials": credentials}),
        ]
        assert [(answer.status_code, answer.headers["ETag"]) for answer in answers] == [(200, '"1"')] * 3
        assert client.get(url(identifier)).json() == shown
        assert (airflow_log(), audited(rest)) == (log, trail)
        changed = client.put(url(identifier), json=shown | {"description": "another"})
        assert (changed.json()["version"], audited(rest)) == (2, trail + 1)


def audited(rest: Rest) -> int:
    with rest.platform.session() as session:
        return int(session.scalar(text("SELECT count(*) FROM crosswind.audit")) or 0)


def test_a_mask_over_nothing_is_refused(rest: Rest) -> None:
    client = rest.client()
    register(client)
    answer = client.put(url(), json=body_of(credentials={"username": "reader", "sasToken": MASK}))
    assert (answer.status_code, error_of(answer)["details"]["field"]) == (400, "credentials.sasToken")


def test_a_connection_stays_with_its_id_and_system(rest: Rest) -> None:
    client = rest.client()
    register(client)
    assert client.put(url(), json=body_of(id="other")).status_code == 400
    assert client.put(url(), json=body_of(type="storage", subType="s3")).status_code == 400
    renamed = client.put(url(), json={**body_of(), "type": "database", "subType": "rds-postgres"})
    assert renamed.json()["subType"] == "rds-postgres"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_stale_version_is_409_and_changes_nothing(rest: Rest, method: str) -> None:
    client = rest.client()
    register(client)
    stale = {"If-Match": '"7"'}
    answer = {
        "put": lambda: client.put(url(), json=body_of(), headers=stale),
        "patch": lambda: client.patch(url(verb="status"), json={"status": "inactive"}, headers=stale),
        "delete": lambda: client.delete(url(), headers=stale),
    }[method]()
    assert (answer.status_code, error_of(answer)["code"]) == (409, "GEN_409")
    shown = client.get(url()).json()
    assert (shown["version"], shown["status"]) == (1, "active")


REPOINTED: list[dict[str, Any]] = [
    {"host": "evil.example.com", "port": 5432, "database": "shop", "ssl": True},
    {"host": "db.example.com", "port": 6543, "database": "shop", "ssl": True},
    {"host": "db.example.com", "port": 5432, "database": "shop", "sslMode": "require"},
    {"host": "db.example.com", "port": 5432, "database": "shop"},
]


@pytest.mark.parametrize("configuration", REPOINTED)
def test_a_stored_secret_cannot_be_sent_to_a_host_of_ones_own(rest: Rest, configuration: dict[str, Any]) -> None:
    start = {"host": "db.example.com", "port": 5432, "database": "shop", "ssl": True}
    register(rest.client(), configuration=start)
    engineer = rest.client("data_engineer")
    kept: list[dict[str, Any]] = [
        {"credentials": {"username": "reader", "password": MASK}},
        {},
    ]
    for credentials in kept:
        body = {key: value for key, value in body_of(configuration=configuration).items() if key != "credentials"}
        answer = engineer.put(url(), json=body | credentials)
        assert (answer.status_code, error_of(answer)["code"]) == (403, "SEC_002")
    found = airflow_row("shop")
    assert found is not None
    assert (found["host"], found["port"], found["extra"]["sslmode"]) == ("db.example.com", 5432, "verify-full")
    anew = engineer.put(
        url(), json=body_of(configuration=configuration, credentials={"username": "me", "password": "own"})
    )
    assert anew.status_code == 200, anew.text
    assert rest.client("connection_admin").put(url(), json=body_of(configuration=start)).status_code == 200


def test_an_engineer_changes_the_rest_and_not_references(rest: Rest) -> None:
    rest.client().post(f"{CONNECTIONS}/connections", json=DESIGN)
    engineer = rest.client("data_engineer")
    shown = engineer.get(url("conn-001")).json()
    changed = shown | {"description": "other", "configuration": shown["configuration"] | {"database": "other"}}
    assert engineer.put(url("conn-001"), json=changed).status_code == 200
    changed["credentials"] = {"username": "rdsuser", "passwordRef": "vault://secrets/of/others"}
    answer = engineer.put(url("conn-001"), json=changed)
    assert (answer.status_code, error_of(answer)["details"]["field"]) == (403, "credentials.passwordRef")
    moved = shown | {"configuration": shown["configuration"] | {"host": "evil.example.com"}}
    assert engineer.put(url("conn-001"), json=moved).status_code == 403
    guessed = moved | {"credentials": DESIGN["credentials"]}
    assert engineer.put(url("conn-001"), json=guessed).status_code == 403
    delete_in_airflow("conn-001")
    assert engineer.put(url("conn-001"), json=guessed).status_code == 403
    assert airflow_row("conn-001") is None


def test_credentials_are_replaced_by_who_may(rest: Rest) -> None:
    register(rest.client())
    assert rest.client("data_engineer").put(url(verb="credentials"), json={"credentials": {}}).status_code == 403
    security = rest.client("security_admin")
    answer = security.put(
        url(verb="credentials"), json={"credentials": {"username": "other", "password": MASK, "pin": 4711}}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "connectionId": "shop",
        "credentials": {"username": "other", "password": MASK, "pin": MASK},
        "version": 2,
    }
    found = airflow_row("shop")
    assert found is not None
    assert (found["login"], found["password"], found["host"]) == ("other", CANARY, "db.example.com")
    assert security.put(url(verb="credentials"), json={"credentials": {}}, headers={"If-Match": "1"}).status_code == 409
    assert security.put(url(verb="credentials"), json={"credentials": {}}).json()["credentials"] == {}
    emptied = airflow_row("shop")
    assert emptied is not None
    assert emptied["password"] is None


def test_status_is_changed_and_refuses_tests(rest: Rest) -> None:
    client = rest.client()
    register(client)
    answer = client.patch(url(verb="status"), json={"status": "inactive", "reason": "moved"}, headers={"If-Match": "1"})
    assert (answer.status_code, answer.json()["status"], answer.headers["ETag"]) == (200, "inactive", '"2"')
    for verb in ("test", "refresh"):
        refused = client.post(url(verb=verb))
        assert (refused.status_code, error_of(refused)["details"]["status"]) == (409, "inactive")
    assert client.patch(url(verb="status"), json={"status": "missing"}).status_code == 400
    assert client.patch(url(verb="status"), json={"status": "active"}).json()["status"] == "active"


def test_delete_removes_both_sides_and_frees_id_and_name(rest: Rest) -> None:
    client = rest.client()
    first = register(client, name="Shop", metadata={"old": True})
    assert client.delete(url()).status_code == 204
    assert airflow_row("shop") is None
    assert client.get(url()).status_code == 404
    assert client.delete(url()).status_code == 404
    again = register(client, name="Shop")
    assert again["version"] > first["version"]
    assert "metadata" not in again


def test_every_change_stands_in_the_audit_and_in_airflows_log(rest: Rest) -> None:
    client = rest.client()
    register(client, name="Shop")
    client.put(url(), json=body_of(name="Shop 2", configuration={"host": "new.example.com", "database": "shop"}))
    client.put(url(verb="credentials"), json={"credentials": {"username": "u", "password": "another-s3cret"}})
    client.patch(url(verb="status"), json={"status": "inactive"})
    client.delete(url())
    events = [event for event, _, facts in airflow_log() if facts["conn_id"] == "shop"]
    assert events == [
        f"crosswind.connection.{word}" for word in ("create", "update", "credentials", "status", "delete", "sweep")
    ]
    trail = client.get(f"{CONNECTIONS}/governance/audit/shop")
    assert trail.status_code == 200, trail.text
    assert "another-s3cret" not in trail.text
    assert CANARY not in trail.text
    actions = [each["action"] for each in trail.json()["data"]]
    assert sorted(actions) == sorted(["create", "update", "credentials", "status", "delete"])


def test_a_deleted_connection_takes_its_assets_along_and_one_of_its_id_starts_anew(rest: Rest) -> None:
    client = rest.client()
    register(client)
    with rest.platform.session() as session:
        key = session.scalar(text("select key from crosswind.connections where id = 'shop'"))
        asset = AssetRow(
            tenant="default", connection_key=key, type="TABLE", name="t", qualified_name="shop.d.s.t", database="d"
        )
        session.add(asset)
        session.commit()
    listed = f"{METASTORE}/assets"
    assert client.get(listed).json()["pagination"]["total"] == 1
    assert client.delete(url()).status_code == 204
    assert client.get(listed).json()["pagination"]["total"] == 0
    register(client)
    assert client.get(listed).json()["pagination"]["total"] == 0


def test_a_connection_that_is_off_is_neither_discovered_nor_crawled(rest: Rest) -> None:
    client = rest.client()
    register(client)
    client.patch(url(verb="status"), json={"status": "inactive"})
    discovered = client.post(url(verb="discover"))
    assert (discovered.status_code, error_of(discovered)["details"]["status"]) == (409, "inactive")
    task = client.post(f"{METASTORE}/tasks", json={"type": "CRAWL", "payload": {"connection_id": "shop"}})
    assert task.status_code == 409


def test_a_schedule_decides_when_discovery_is_due(rest: Rest) -> None:
    client = rest.client()
    daily = body_of()["configuration"] | {"discovery": {"schedule": "@daily", "include": ["sales.*"]}}
    shown = register(client, configuration=daily)
    assert shown["configuration"]["discovery"] == {"schedule": "@daily", "include": ["sales.*"]}

    def due() -> datetime | None:
        with rest.platform.session() as session:
            return session.scalar(text("select discovery_next_at from crosswind.connections"))

    first = due()
    assert first is not None
    assert (first.hour, first.minute) == (0, 0)
    assert first > datetime.now(UTC)
    client.put(url(), json=body_of(name="New", configuration=daily))
    assert due() == first
    client.put(url(), json=body_of(configuration=daily | {"discovery": {"schedule": "PT6H"}}))
    assert due() != first
    client.put(url(), json=body_of())
    assert due() is None


def test_a_schedule_decides_when_a_scan_is_due(rest: Rest) -> None:
    client = rest.client()
    daily = body_of()["configuration"] | {"compliance": {"schedule": "@daily"}}
    assert register(client, configuration=daily)["configuration"]["compliance"] == {"schedule": "@daily"}

    def due() -> datetime | None:
        with rest.platform.session() as session:
            return session.scalar(text("select compliance_next_at from crosswind.connections"))

    first = due()
    assert first is not None
    client.put(url(), json=body_of(name="New", configuration=daily))
    assert due() == first
    client.put(url(), json=body_of())
    assert due() is None
    refused = client.put(url(), json=body_of(configuration=daily | {"compliance": {"schedule": "now and then"}}))
    assert (refused.status_code, error_of(refused)["details"]["field"]) == (400, "configuration.compliance.schedule")
