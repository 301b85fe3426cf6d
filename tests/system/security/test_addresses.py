"""Tricks with addresses, ids, masks and what drivers take as settings."""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx
import pytest
from tests.support.app import CONNECTIONS, PLATFORM
from tests.support.stack import Stack

pytestmark = pytest.mark.system
HOSTS = [
    "", " ", "/tmp", "/var/run/postgresql", "@abstract", "a.example,b.example", "127.0.0.1,127.0.0.2", "[::1", "h/d",
    "h:5432", "u@h", "postgresql://h/d", "host=other", "h\nother", "0x7f000001", "2130706433", "127.1",
    "h?sslmode=disable",
]  # fmt: skip
FORBIDDEN = [
    ("127.0.0.1", 5432), ("localhost", 5432), ("::1", 5432), ("::ffff:127.0.0.1", 5432), ("0.0.0.0", 5432),
    ("169.254.169.254", 80), ("fd00:ec2::254", 80), ("64:ff9b::7f00:1", 5432), ("127.0.0.2", 5432),
]  # fmt: skip


@pytest.fixture(scope="module")
def database(stack: Stack) -> str:
    return stack.database("create table t (id int)")


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_is_a_name_or_an_address(stack: Stack, database: str, host: str) -> None:
    answer = stack.admin.post(f"{CONNECTIONS}/connections", json=stack.body(database, configuration={"host": host}))
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["details"]["field"] == "configuration.host"


@pytest.mark.parametrize(("host", "port"), FORBIDDEN)
def test_addresses_that_are_never_dialled(stack: Stack, host: str, port: int) -> None:
    connection = stack.register("postgres", configuration={"host": host, "port": port, "connectionTimeout": 3})
    result = stack.ok(stack.admin.post(f"{CONNECTIONS}/connections/{connection}/test"))
    assert result["success"] is False
    failed = next(step for step in result["steps"] if step["status"] == "failed")
    assert failed["name"] == "address"
    assert failed["remedy"]
    refreshed = stack.admin.post(f"{CONNECTIONS}/connections/{connection}/refresh")
    assert refreshed.status_code == 502, refreshed.text


def test_an_address_that_airflow_was_told_is_guarded_too(stack: Stack, database: str) -> None:
    """Somebody edits the row in Airflow: a socket folder, a list and the store's neighbours stay closed."""
    connection = stack.register(database)
    api = stack.airflow()
    for host in ("/tmp", "127.0.0.1,127.0.0.1", "", None, "169.254.169.254"):
        row = {"connection_id": connection, "conn_type": "postgres", "host": host, "schema": database}
        changed = api.patch(f"/api/v2/connections/{connection}?update_mask=host", json=row)
        assert changed.status_code == 200, changed.text
        result = stack.ok(stack.admin.post(f"{CONNECTIONS}/connections/{connection}/test"))
        assert result["success"] is False, (host, result)
        assert not any(step["name"] == "login" and step["status"] == "passed" for step in result["steps"])


DANGEROUS = {
    "service": "evil", "passfile": "/etc/passwd", "sslkey": "/etc/shadow", "sslcert": "/etc/passwd", "host": "/tmp",
    "hostaddr": "127.0.0.9", "options": "-c search_path=evil -c session_authorization=postgres", "krbsrvname": "x",
    "sslrootcert": "/etc/hostname", "replication": "database", "target_session_attrs": "standby",
    "load_balance_hosts": "random", "channel_binding": "disable", "requirepeer": "nobody", "gssdelegation": "1",
    "sslpassword": "x",
}  # fmt: skip


def test_libpq_parameters_in_a_configuration_have_no_effect(stack: Stack, database: str) -> None:
    """Kept as words that nothing interprets, or refused; never in what a driver gets."""
    taken: dict[str, set[str]] = {}
    for name, value in DANGEROUS.items():
        if name == "host":
            continue
        body = stack.body(database, configuration={name: value})
        answer = stack.admin.post(f"{CONNECTIONS}/connections", json=body)
        assert answer.status_code in {201, 400}, answer.text
        if answer.status_code == 201:
            assert stack.ok(stack.admin.post(f"{CONNECTIONS}/connections/{body['id']}/test"))["success"], name
            row = stack.ok(stack.airflow().get(f"/api/v2/connections/{body['id']}"))
            taken[name] = set(json.loads(row["extra"]))
    assert taken
    assert set().union(*taken.values()) <= {"sslmode", "connect_timeout"}


def test_an_adopted_connection_with_dangerous_extras(stack: Stack, database: str) -> None:
    """Its extras stay in Airflow for upstream's hooks, but nothing of ours takes them."""
    conn_id = f"adopted-{secrets.token_hex(4)}"
    extra = {name: value for name, value in DANGEROUS.items() if name != "sslrootcert"}
    row = {
        "connection_id": conn_id, "conn_type": "postgres", "host": "127.0.0.1", "port": stack.source.port,
        "schema": database, "login": stack.source.user, "password": stack.source.password, "extra": json.dumps(extra),
    }  # fmt: skip
    stack.ok(stack.airflow().post("/api/v2/connections", json=row), 201)
    adopted = stack.ok(stack.admin.post(f"{PLATFORM}/airflow-connections/{conn_id}/adopt", json={}), 201)
    result = stack.ok(stack.admin.post(f"{CONNECTIONS}/connections/{adopted['id']}/test"))
    assert result["success"], result
    assert stack.crawl(adopted["id"])["status"] == "COMPLETED"
    findings = stack.ok(stack.admin.post(f"{CONNECTIONS}/connections/{adopted['id']}/validate"))["findings"]
    assert {"extra.service", "extra.passfile", "extra.hostaddr"} <= {each["field"] for each in findings}
    stack.ok(stack.admin.delete(f"{CONNECTIONS}/connections/{adopted['id']}"), 204)
    assert stack.airflow().get(f"/api/v2/connections/{conn_id}").status_code == 200


@pytest.mark.parametrize(
    "conn_id", ["crosswind_default", "templates", "database", "from-template", "a:b", "a/b", "..", "a.secrets"]
)
def test_ids_that_are_taken_reserved_or_none(stack: Stack, database: str, conn_id: str) -> None:
    answer = stack.admin.post(f"{CONNECTIONS}/connections", json=stack.body(database, id=conn_id))
    assert answer.status_code in {400, 409}, answer.text


def test_another_tenants_airflow_row_cannot_be_captured(stack: Stack, database: str) -> None:
    """Neither by an id that spells it nor by adopting it."""
    red = stack.person("platform_admin", "red")
    mine = stack.register(database, by=red)
    spelled = stack.admin.post(f"{CONNECTIONS}/connections", json=stack.body(database, id=f"red:{mine}"))
    assert spelled.status_code == 400
    for conn_id in (f"red:{mine}", "crosswind_default", f"red:{mine}.secrets"):
        answer = stack.admin.post(f"{PLATFORM}/airflow-connections/{conn_id}/adopt", json={})
        assert answer.status_code in {400, 403, 404, 409}, answer.text
    listed = stack.ok(stack.admin.get(f"{PLATFORM}/airflow-connections", params={"search": mine}))["data"]
    assert listed == []
    assert stack.ok(red.post(f"{CONNECTIONS}/connections/{mine}/test"))["success"]


def test_an_airflow_row_that_was_there_is_not_overwritten(stack: Stack, database: str) -> None:
    conn_id = f"theirs-{secrets.token_hex(4)}"
    row = {"connection_id": conn_id, "conn_type": "postgres", "host": "theirs.example", "password": "their secret"}
    stack.ok(stack.airflow().post("/api/v2/connections", json=row), 201)
    assert stack.admin.post(f"{CONNECTIONS}/connections", json=stack.body(database, id=conn_id)).status_code == 409
    assert stack.ok(stack.airflow().get(f"/api/v2/connections/{conn_id}"))["host"] == "theirs.example"


def test_the_mask_is_no_secret(stack: Stack, database: str) -> None:
    """Refused in POST; in PUT it keeps what is stored, and over nothing it is refused."""
    masked = {"username": stack.source.user, "password": "********"}
    refused = stack.admin.post(f"{CONNECTIONS}/connections", json=stack.body(database, credentials=masked))
    assert refused.status_code == 400
    body = stack.body(database)
    path = f"{CONNECTIONS}/connections/{body['id']}"
    stack.ok(stack.admin.post(f"{CONNECTIONS}/connections", json=body), 201)
    shown = stack.ok(stack.admin.get(path))
    assert shown["credentials"]["password"] == "********"
    stack.ok(stack.admin.put(path, json={**body, "credentials": shown["credentials"], "description": "again"}))
    assert stack.ok(stack.admin.post(f"{path}/test"))["success"]
    without = {key: value for key, value in body.items() if key != "credentials"}
    stack.ok(stack.admin.put(path, json=without))
    assert stack.ok(stack.admin.post(f"{path}/test"))["success"]
    over_nothing = {"credentials": {**masked, "token": "********"}}
    assert stack.admin.put(f"{path}/credentials", json=over_nothing).status_code == 400


@pytest.fixture(scope="module")
def engineer(stack: Stack) -> httpx.Client:
    """May change connections, not credentials."""
    return stack.person("data_engineer")


@pytest.mark.parametrize(
    "change",
    [
        {"host": "attacker.example"}, {"port": 6543}, {"host": "127.0.0.2"}, {"ssl": False}, {"sslMode": "require"},
    ],
)  # fmt: skip
def test_a_kept_secret_is_not_sent_elsewhere(
    stack: Stack, database: str, engineer: httpx.Client, change: dict[str, Any]
) -> None:
    """Repointing, or lowering TLS, needs credential:update or the secret anew."""
    configuration = {"ssl": True, "sslMode": "verify-full"}
    body = stack.body(database, configuration=configuration)
    stack.ok(stack.admin.post(f"{CONNECTIONS}/connections", json=body), 201)
    path = f"{CONNECTIONS}/connections/{body['id']}"
    moved = {**body, "configuration": {**body["configuration"], **change}}
    if change == {"ssl": False}:
        moved["configuration"].pop("sslMode")
    for credentials in (None, {"username": stack.source.user, "password": "********"}):
        sent = {key: value for key, value in moved.items() if key != "credentials"}
        sent |= {"credentials": credentials} if credentials else {}
        answer = engineer.put(path, json=sent)
        assert answer.status_code == 403, f"{change}: {answer.text}"
    fresh = {**moved, "credentials": {"username": "u", "password": "the secret anew"}}
    assert engineer.put(path, json=fresh).status_code == 200
    assert engineer.get(f"{path}/credentials").status_code == 403
