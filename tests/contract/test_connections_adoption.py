"""Connections that Airflow had before us: listed, adopted, and left alone."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, PLATFORM, Rest
from tests.support.connections import airflow_log, airflow_row, body_of, edit_in_airflow, error_of, register, url

LIST = f"{PLATFORM}/airflow-connections"


@pytest.fixture(autouse=True)
def _theirs(airflow_db: Airflow) -> None:
    """What somebody made in Airflow: two of a type we know, one of which has a path for an id, and one we do not."""
    airflow_db.connection("team/pg-main", conn_type="postgres", host="pg.example.com", schema="d", password="theirs")
    airflow_db.connection("pg2", conn_type="postgres", host="pg2.example.com", port=6432, schema="d", login="u",
                          extra='{"sslmode": "require", "service": "x", "cursor": "dictcursor"}')  # fmt: skip
    airflow_db.connection("mail", conn_type="smtp", host="mail.example.com")


def test_the_list_holds_what_we_know_and_nobody_adopted(rest: Rest) -> None:
    client = rest.client()
    register(client)
    page = client.get(LIST)
    assert page.status_code == 200, page.text
    assert [each["connId"] for each in page.json()["data"]] == ["pg2", "team/pg-main"]
    assert page.json()["data"][0] == {
        "connId": "pg2", "connType": "postgres", "system": "postgres", "type": "database", "host": "pg2.example.com",
        "port": 6432, "database": "d", "description": None,
    }  # fmt: skip
    assert "theirs" not in page.text
    assert client.get(f"{LIST}?search=TEAM&pageSize=1").json()["pagination"]["totalCount"] == 1


def test_an_adopted_connection_stays_as_it_is_in_airflow(rest: Rest) -> None:
    client = rest.client()
    before = airflow_row("pg2")
    answer = client.post(f"{LIST}/pg2/adopt", json={"name": "Second", "environment": "prod", "tags": {"team": "x"}})
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["id"], shown["type"], shown["subType"], shown["environment"]) == (
        "pg2", "database", "postgres", "prod",
    )  # fmt: skip
    assert shown["configuration"]["host"] == "pg2.example.com"
    assert shown["configuration"]["sslMode"] == "require"
    assert shown["credentials"] == {"username": "u"}
    assert airflow_row("pg2") == before
    assert [event for event, _, _ in airflow_log()] == ["crosswind.connection.adopt"]
    assert [each["connId"] for each in client.get(LIST).json()["data"]] == ["team/pg-main"]
    again = client.post(f"{LIST}/pg2/adopt", json={"id": "other"})
    assert again.status_code == 409


def test_an_id_with_slashes_is_adopted_under_one_without(rest: Rest) -> None:
    client = rest.client()
    answer = client.post(f"{LIST}/team%2Fpg-main/adopt", json={})
    assert answer.status_code == 201, answer.text
    assert answer.json()["id"] == "team-pg-main"
    assert client.get(url("team-pg-main", "health")).json()["airflowConnId"] == "team/pg-main"
    assert answer.json()["credentials"] == {"password": "********"}


def test_what_the_connector_does_not_take_is_said_by_validate(rest: Rest) -> None:
    client = rest.client()
    client.post(f"{LIST}/pg2/adopt")
    found = client.post(url("pg2", "validate")).json()
    assert found["valid"] is True
    assert [each["field"] for each in found["findings"]] == ["extra.cursor", "extra.service"]


def test_a_change_keeps_the_extras_that_are_theirs(rest: Rest) -> None:
    client = rest.client()
    shown = client.post(f"{LIST}/pg2/adopt").json()
    shown["configuration"]["database"] = "other"
    assert client.put(url("pg2"), json=shown).status_code == 200
    found = airflow_row("pg2")
    assert found is not None
    assert (found["schema"], found["extra"]["service"], found["extra"]["cursor"]) == ("other", "x", "dictcursor")
    assert "Crosswind" not in (found["description"] or "")


def test_deleting_an_adopted_connection_leaves_airflows(rest: Rest) -> None:
    client = rest.client()
    client.post(f"{LIST}/pg2/adopt")
    client.put(url("pg2", "credentials"), json={"credentials": {"username": "u", "apiToken": "t0ken"}})
    assert airflow_row("pg2.secrets") is not None
    assert client.delete(url("pg2")).status_code == 204
    assert airflow_row("pg2") is not None
    assert airflow_row("pg2.secrets") is None
    assert rest.platform.reconcile_connections().swept == 0
    assert airflow_row("pg2") is not None
    assert client.post(f"{CONNECTIONS}/connections", json=body_of(id="pg2")).status_code == 409
    assert client.post(f"{LIST}/pg2/adopt").status_code == 201


def test_what_cannot_be_adopted(rest: Rest) -> None:
    client = rest.client()
    register(client, name="Shop")
    assert client.post(f"{LIST}/nothing/adopt").status_code == 404
    assert client.post(f"{LIST}/shop/adopt").status_code == 404
    unknown = client.post(f"{LIST}/mail/adopt")
    assert (unknown.status_code, error_of(unknown)["details"]["known"]) == (400, ["postgres", "s3"])
    assert client.post(f"{LIST}/pg2/adopt", json={"id": "shop"}).status_code == 409
    assert client.post(f"{LIST}/pg2/adopt", json={"name": "Shop"}).status_code == 409
    assert client.post(f"{LIST}/pg2/adopt", json={"id": "templates"}).status_code == 400
    assert client.post(f"{LIST}/pg2/adopt", json={"tags": {"password": "x"}}).status_code == 400
    assert client.post(f"{LIST}/pg2/adopt", json={"subType": "mysql"}).status_code == 400
    with rest.platform.session() as session:
        assert session.scalar(text("select count(*) from crosswind.connections")) == 1


def test_a_connection_that_cannot_be_read_is_adopted_and_judged(rest: Rest) -> None:
    edit_in_airflow("pg2", host="/var/run/postgresql")
    client = rest.client()
    shown = client.post(f"{LIST}/pg2/adopt")
    assert shown.status_code == 201, shown.text
    assert client.post(url("pg2", "validate")).json()["valid"] is False
    tested = client.post(url("pg2", "test")).json()
    assert (tested["success"], tested["steps"][0]["name"]) == (False, "configuration")


@pytest.mark.parametrize("role", ["connection_admin", "data_engineer", "security_admin", "viewer", "data_analyst"])
def test_only_who_administers_the_platform_adopts(rest: Rest, role: str) -> None:
    client = rest.client(role)
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}/pg2/adopt").status_code == 403
