"""Connections made and read over HTTP, with Airflow's real database beside the store."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, Rest
from tests.support.connections import CANARY, DESIGN, airflow_log, airflow_row, body_of, error_of, register, url

from crosswind.contexts.connections.schemas import EXAMPLE

SERVER_OWNED = {"created", "updated", "status", "version"}
MASK = "********"


@pytest.fixture(autouse=True)
def _airflow(airflow_db: Airflow) -> None:
    """Every test here has Airflow beside it."""


def test_the_designs_example_comes_back_as_it_stands(rest: Rest) -> None:
    client = rest.client()
    answer = client.post(f"{CONNECTIONS}/connections", json=DESIGN)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"].endswith("/v1/connections/conn-001")
    theirs = {key: value for key, value in DESIGN.items() if key not in SERVER_OWNED}
    for shown in (answer.json(), client.get(url("conn-001")).json()):
        assert {key: value for key, value in shown.items() if key not in SERVER_OWNED} == theirs
        assert (shown["status"], shown["version"]) == ("active", 1)
        assert shown["created"] != DESIGN["created"]


def test_the_documents_show_the_designs_example() -> None:
    assert {key: value for key, value in DESIGN.items() if key not in SERVER_OWNED} == EXAMPLE


def test_airflow_alone_holds_address_and_secrets(rest: Rest) -> None:
    register(rest.client(), name="Shop")
    found = airflow_row("shop")
    assert found is not None
    assert (found["conn_type"], found["host"], found["port"], found["schema"]) == (
        "postgres", "db.example.com", 5432, "shop",
    )  # fmt: skip
    assert (found["login"], found["password"]) == ("reader", CANARY)
    ours, audit = rest.stored("connections"), rest.stored("audit")
    assert "Shop" in ours
    assert CANARY not in ours
    assert "db.example.com" not in ours
    assert "reader" not in ours
    assert CANARY not in audit


def test_secrets_are_masked_in_every_answer(rest: Rest) -> None:
    client = rest.client()
    register(client)
    for path in ("", "credentials", "health"):
        answer = client.get(url(verb=path))
        assert answer.status_code == 200
        assert CANARY not in answer.text
    assert client.get(url()).json()["credentials"] == {"username": "reader", "password": MASK}
    assert client.get(url(verb="credentials")).json()["credentials"] == {"username": "reader", "password": MASK}


def test_secrets_that_no_field_takes_are_kept_beside_the_airflow_connection(rest: Rest) -> None:
    client = rest.client()
    given = {"username": "reader", "password": CANARY, "apiToken": "t0ken-value", "kerberos": {"realm": "r-value"}}
    shown = register(client, credentials=given)
    assert shown["credentials"] == {
        "username": "reader", "password": MASK, "apiToken": MASK, "kerberos": {"realm": MASK},
    }  # fmt: skip
    found, beside = airflow_row("shop"), airflow_row("shop.secrets")
    assert found is not None
    assert beside is not None
    assert "apiToken" not in found["extra"]
    assert beside["extra"] == {"apiToken": "t0ken-value", "kerberos": {"realm": "r-value"}}
    assert client.delete(url()).status_code == 204
    assert airflow_row("shop.secrets") is None


def test_references_are_shown_only_with_credential_read(rest: Rest) -> None:
    rest.client().post(f"{CONNECTIONS}/connections", json=DESIGN)
    shown = rest.client("data_engineer").get(url("conn-001")).json()["credentials"]
    assert shown == {"username": "rdsuser", "passwordRef": MASK, "iam": "my_ec2_rds_readonly_role"}
    assert rest.client("data_engineer").get(url("conn-001", "credentials")).status_code == 403
    seen = rest.client("security_admin").get(url("conn-001", "credentials")).json()
    assert seen["credentials"]["passwordRef"] == "vault://secrets/rds/conn-001"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metadata": {"dbPassword": "x1y2z3"}}, "metadata.dbPassword"),
        ({"tags": {"token": "x1y2z3"}}, "tags.token"),
        ({"tags": [{"key": "password", "value": "x1y2z3"}]}, "tags[0].value"),
        ({"description": "see postgres://me:x1y2z3@db.example.com/shop"}, "description"),
        ({"custom": {"deep": ["jdbc:postgresql://h/d?user=a&password=x1y2z3"]}}, "custom.deep[0]"),
        ({"configuration": {"host": "h.example.com", "database": "d", "password": "x1y2z3"}}, "configuration.password"),
        ({"credentials": {"password": MASK}}, "credentials.password"),
        ({"credentials": {"passwordRef": "x1y2z3"}}, "credentials.passwordRef"),
        ({"credentials": {"password": 12345}}, "credentials.password"),
        ({"configuration": {"host": "/var/run/postgresql", "database": "d"}}, "configuration.host"),
        ({"configuration": {"host": "a.example.com,b.example.com", "database": "d"}}, "configuration.host"),
        ({"configuration": {"host": "@abstract", "database": "d"}}, "configuration.host"),
        ({"configuration": {"host": "", "database": "d"}}, "configuration.host"),
        ({"configuration": {"host": "h.example.com", "database": "d", "port": 70000}}, "configuration.port"),
        ({"configuration": {"database": "d"}}, "configuration.host"),
        ({"configuration": {"host": "h", "database": "d", "_given": []}}, "configuration._given"),
        (
            {"configuration": {"host": "h", "database": "d", "discovery": {"schedule": "often"}}},
            "configuration.discovery.schedule",
        ),
        (
            {"configuration": {"host": "h", "database": "d", "discovery": {"include": ["a.b.c"]}}},
            "configuration.discovery.include[0]",
        ),
        ({"id": "templates"}, "id"),
        ({"id": "a/b"}, "id"),
        ({"type": "teradata"}, "type"),
        ({"type": "database"}, "subType"),
        ({"type": "storage", "subType": "postgres"}, "type"),
        ({"network": {"region": 5}}, "network.region"),
        ({"name": 5}, "name"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_field_and_changes_nothing(
    rest: Rest, change: dict[str, Any], field: str
) -> None:
    answer = rest.client().post(f"{CONNECTIONS}/connections", json=body_of(id="bad") | change)
    assert answer.status_code == 400, answer.text
    error = error_of(answer)
    assert (error["code"], error["details"]["field"]) == ("GEN_400", field)
    assert "x1y2z3" not in answer.text
    assert airflow_row("bad") is None
    assert airflow_log() == []
    assert rest.client().get(f"{CONNECTIONS}/connections").json()["pagination"]["totalCount"] == 0


def test_an_unknown_system_is_told_which_are_known(rest: Rest) -> None:
    answer = rest.client().post(f"{CONNECTIONS}/connections", json=body_of(type="storage", subType="gcs"))
    assert "postgres" in error_of(answer)["message"]
    assert error_of(answer)["details"]["known"] == ["postgres", "s3"]


def test_a_typed_path_takes_kind_system_or_neither(rest: Rest) -> None:
    client = rest.client()
    for index, words in enumerate([{}, {"type": "database"}, {"type": "postgres"}, {"subType": "aurora-postgres"}]):
        body = {**body_of(id=f"typed-{index}"), **words}
        if not words:
            del body["type"]
        answer = client.post(f"{CONNECTIONS}/connections/database/postgres", json=body)
        assert answer.status_code == 201, answer.text
        assert (answer.json()["type"], answer.json()["subType"]) == ("database", words.get("subType", "postgres"))
    wrong = client.post(f"{CONNECTIONS}/connections/database/postgres", json=body_of(subType="mysql"))
    assert wrong.status_code == 400


def test_an_id_is_made_when_none_is_given(rest: Rest) -> None:
    shown = rest.client().post(f"{CONNECTIONS}/connections", json=body_of()).json()
    assert re.fullmatch(r"conn-[0-9a-f]{12}", shown["id"])
    assert airflow_row(shown["id"]) is not None


def test_a_taken_id_or_name_is_409(rest: Rest) -> None:
    client = rest.client()
    register(client, name="Shop")
    same_id = client.post(f"{CONNECTIONS}/connections", json=body_of(id="shop"))
    same_name = client.post(f"{CONNECTIONS}/connections", json=body_of(id="other", name="Shop"))
    assert (same_id.status_code, error_of(same_id)["details"]["field"]) == (409, "id")
    assert (same_name.status_code, error_of(same_name)["details"]["field"]) == (409, "name")
    assert airflow_row("other") is None
    register(client, "nameless-1")
    register(client, "nameless-2")


def test_an_airflow_connection_cannot_be_captured_by_its_id(rest: Rest, airflow_db: Airflow) -> None:
    airflow_db.connection("lake", conn_type="postgres", host="theirs.example.com", password="theirs")
    answer = rest.client().post(f"{CONNECTIONS}/connections", json=body_of(id="lake"))
    assert answer.status_code == 409
    found = airflow_row("lake")
    assert found is not None
    assert (found["host"], found["password"]) == ("theirs.example.com", "theirs")
    assert rest.client().get(url("lake")).status_code == 404


def test_other_tenants_use_a_name_of_their_own_in_airflow(rest: Rest) -> None:
    register(rest.client())
    other = rest.client(tenant="acme")
    register(other)
    assert airflow_row("shop") is not None
    assert airflow_row("acme:shop") is not None
    assert other.get(f"{CONNECTIONS}/connections").json()["pagination"]["totalCount"] == 1
    assert rest.client(tenant="globex").get(url()).status_code == 404
