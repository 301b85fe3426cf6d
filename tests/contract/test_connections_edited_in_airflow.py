"""Connections that somebody changed, broke or deleted in Airflow's own pages."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, Rest
from tests.support.connections import DESIGN, airflow_row, body_of, delete_in_airflow, edit_in_airflow, register, url


@pytest.fixture(autouse=True)
def _airflow(airflow_db: Airflow) -> None:
    """Every test here has Airflow beside it."""


def test_editing_in_airflow_shows_and_corrupts_nothing(rest: Rest) -> None:
    client = rest.client()
    client.post(f"{CONNECTIONS}/connections", json=DESIGN)
    edit_in_airflow(
        "conn-001", host="moved.example.com", port=6432, extra={"sslmode": "require", "cursor": "dictcursor"}
    )
    shown = client.get(url("conn-001")).json()
    assert shown["configuration"] == {
        "host": "moved.example.com", "port": 6432, "database": "public", "sslMode": "require",
        "rdbms": "postgres", "version": "14.2", "certificate": "aws-cm-452219",
    }  # fmt: skip
    assert shown["metadata"] == DESIGN["metadata"]
    shown["description"] = "changed here"
    assert client.put(url("conn-001"), json=shown).status_code == 200
    found = airflow_row("conn-001")
    assert found is not None
    assert found["extra"]["cursor"] == "dictcursor"


@pytest.mark.parametrize(
    "edit",
    [
        {"host": ""},
        {"conn_type": "mysql"},
        {"host": "/tmp"},
        {"_extra": "gAAAAAB-not-a-token", "is_extra_encrypted": True},
    ],
)
def test_a_connection_broken_in_airflow_can_be_read_validated_and_mended(rest: Rest, edit: dict[str, Any]) -> None:
    client = rest.client()
    register(client)
    from airflow.models import Connection
    from airflow.utils.session import create_session
    from sqlalchemy import update

    columns = {{"_extra": "extra"}.get(key, key): value for key, value in edit.items()}
    with create_session() as session:
        table: Any = Connection.__table__
        session.execute(update(table).where(table.c.conn_id == "shop").values(**columns))
    assert client.get(url()).status_code == 200
    assert client.get(f"{CONNECTIONS}/connections").status_code == 200
    found = client.post(url(verb="validate")).json()
    assert (found["valid"], found["findings"][0]["level"]) == (False, "error")
    test = client.post(url(verb="test")).json()
    assert (test["success"], test["steps"][0]["code"]) == (False, "CONN_001")
    mended = client.put(url(), json=body_of())
    assert mended.status_code == 200, mended.text
    assert client.post(url(verb="validate")).json()["valid"] is True


def test_deleted_in_airflow_means_missing(rest: Rest) -> None:
    client = rest.client()
    register(client)
    delete_in_airflow("shop")
    assert client.get(url()).json()["status"] == "missing"
    assert client.post(url(verb="test")).status_code == 409
    assert client.post(url(verb="refresh")).status_code == 409
    assert client.get(f"{CONNECTIONS}/connections?status=missing").json()["data"][0]["id"] == "shop"
    without = {key: value for key, value in body_of().items() if key != "credentials"}
    assert client.put(url(), json=without).status_code == 409
    assert client.put(url(), json=body_of()).json()["status"] == "active"
    assert airflow_row("shop") is not None
