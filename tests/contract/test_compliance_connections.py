"""What a connection's own record and Airflow's row say of compliance."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from tests.support.airflow import Airflow
from tests.support.app import Rest
from tests.support.compliance import evaluated, last_results, stored
from tests.support.connections import body_of, edit_in_airflow, register, url

pytestmark = pytest.mark.usefixtures("airflow_db")


@pytest.fixture
def key(rest: Rest, airflow_db: Airflow) -> int:
    register(rest.client())
    with rest.platform.session() as session:
        return int(session.execute(text("SELECT key FROM crosswind.connections")).scalar_one())


def rule(rest: Rest, key: int, name: str) -> Any:
    evaluated(rest, key)
    found = stored(rest, key).get((name, ""))
    return None if found is None else found.evidence


def test_the_tls_mode_in_force_is_judged(rest: Rest, key: int) -> None:
    assert rule(rest, key, "tls-required") == {"connection.tlsMode": "prefer"}
    body = body_of()
    body["configuration"]["sslMode"] = "require"
    assert rest.client().put(url(), json=body).status_code == 200
    assert rule(rest, key, "tls-required") is None


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        ({"extra": {"options": {"api_key": "s3cret-canary"}}}, ["airflow.extra.options.api_key"]),
        ({"extra": {"proxy": "http://ann:s3cret-canary@proxy"}}, ["airflow.extra.proxy"]),
        ({"description": "postgresql://ann:s3cret-canary@db/shop"}, ["airflow.description"]),
    ],
)
def test_secrets_that_somebody_left_in_plain_fields_are_named_and_not_shown(
    rest: Rest, key: int, fields: dict[str, Any], places: list[str]
) -> None:
    assert rule(rest, key, "no-plain-secrets") is None
    assert last_results(rest, key)["no-plain-secrets"]["passed"] == 1
    edit_in_airflow("shop", **fields)
    assert rule(rest, key, "no-plain-secrets") == {"connection.plainSecrets": places}
    with rest.platform.session() as session:
        told = session.execute(text("SELECT v::text FROM crosswind.violations v")).scalars().all()
    assert not any("s3cret-canary" in each for each in told)


def test_credentials_are_as_old_as_their_last_change(rest: Rest, key: int) -> None:
    assert rule(rest, key, "credentials-fresh") is None
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.connections SET credentials_updated_at = now() - interval '91 days'"))
        session.commit()
    assert list(rule(rest, key, "credentials-fresh")) == ["credentials.updatedAt"]
    admin = rest.client()
    admin.put(url(), json={**body_of(), "owner": "ana", "credentials": {"username": "reader", "password": "********"}})
    assert rule(rest, key, "credentials-fresh") is not None, "the same secret again is no fresh one"
    new = {"credentials": {"username": "reader", "password": "an0ther-S3cret"}}
    assert admin.put(url(verb="credentials"), json=new).status_code == 200
    assert rule(rest, key, "credentials-fresh") is None


def test_the_age_of_credentials_that_airflow_had_before_is_unknown(rest: Rest, airflow_db: Airflow) -> None:
    airflow_db.connection("old", conn_type="postgres", host="db.example.com", schema="shop", password="x")
    assert rest.client().post("/platform/v1/airflow-connections/old/adopt", json={}).status_code == 201
    with rest.platform.session() as session:
        key = int(session.execute(text("SELECT key FROM crosswind.connections")).scalar_one())
    evaluated(rest, key)
    assert last_results(rest, key)["credentials-fresh"]["unknown"] == 1


def test_a_deleted_connection_violates_nothing(rest: Rest, key: int) -> None:
    evaluated(rest, key)
    assert ("connection-owner", "") in stored(rest, key)
    assert rest.client().delete(url()).status_code == 204
    assert stored(rest, key) == {}
    assert {row.closed_why for row in stored(rest, key, "closed").values()} == {"connection-deleted"}
