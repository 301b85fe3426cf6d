"""Which connections somebody sees: filters, pages, attributes, roles."""

from __future__ import annotations

import pytest
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, Rest
from tests.support.connections import airflow_row, body_of, error_of, register, url


@pytest.fixture(autouse=True)
def _airflow(airflow_db: Airflow) -> None:
    """Every test here has Airflow beside it."""


def test_filters_sort_and_pages(rest: Rest) -> None:
    client = rest.client()
    for index in range(5):
        register(
            client, f"c{index}", name=f"Name {index}", owner="ann" if index % 2 else "bob",
            environment="dev" if index < 2 else "prod", provider="aws", aiZone=f"zone-{index}",
            network={"region": "eu-west-1"}, compliance={"dataClassification": "internal"},
            tags={"team": f"t{index}"}, description=f"holds 100%_{index}",
            **({"type": "database", "subType": "rds-postgres"} if index == 0 else {}),
        )  # fmt: skip

    def ids(query: str) -> list[str]:
        answer = client.get(f"{CONNECTIONS}/connections?{query}")
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["data"]]

    assert ids("environment=dev&owner=ann") == ["c1"]
    assert ids("type=database&sort=-name&pageSize=2&page=2") == ["c2", "c1"]
    assert ids("type=postgres&pageSize=100") == ["c0", "c1", "c2", "c3", "c4"]
    assert ids("subType=rds-postgres") == ["c0"]
    assert ids("type=mysql") == []
    assert ids("tag=team:t3") == ["c3"]
    assert len(ids("tag=team")) == 5
    assert ids("search=100%25_4") == ["c4"]
    assert ids("search=0%25%25") == []
    assert ids("aiZone=zone-2&region=eu-west-1&dataClassification=internal&provider=aws&status=active") == ["c2"]
    page = client.get(f"{CONNECTIONS}/connections?pageSize=2").json()["pagination"]
    assert page == {"page": 1, "pageSize": 2, "totalCount": 5, "hasNext": True}
    for name in ("sort", "colour", "status"):
        refused = client.get(f"{CONNECTIONS}/connections?{name}=bogus")
        assert (refused.status_code, error_of(refused)["details"]["field"]) == (400, name)


def test_a_page_costs_a_constant_number_of_statements(rest: Rest) -> None:
    from sqlalchemy import event

    client = rest.client()
    for index in range(6):
        register(client, f"c{index}")
    counts: list[int] = []
    statements: list[str] = []
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    for size in (1, 6):
        statements.clear()
        assert len(client.get(f"{CONNECTIONS}/connections?pageSize={size}").json()["data"]) == size
        counts.append(len([each for each in statements if "connections" in each]))
    assert counts == [2, 2]


def test_attributes_narrow_what_is_seen_and_what_can_be_made(rest: Rest) -> None:
    admin = rest.client()
    register(admin, "dev", environment="dev", compliance={"dataClassification": "internal"})
    register(admin, "prod", environment="prod", compliance={"dataClassification": "internal"})
    register(admin, "plain")
    held = rest.client("connection_admin", attributes={"environment": ["dev"]})
    assert [each["id"] for each in held.get(f"{CONNECTIONS}/connections").json()["data"]] == ["dev"]
    for verb, path in [
        ("get", ""),
        ("put", ""),
        ("delete", ""),
        ("post", "test"),
        ("get", "health"),
        ("get", "credentials"),
    ]:
        body = {"json": body_of(environment="dev")} if verb == "put" else {}
        assert held.request(verb.upper(), url("prod", path), **body).status_code == 404
    refused = held.post(f"{CONNECTIONS}/connections", json=body_of(id="mine", environment="prod"))
    assert (refused.status_code, error_of(refused)["details"]["field"]) == (403, "environment")
    assert airflow_row("mine") is None
    assert held.put(url("dev"), json=body_of(environment="prod")).status_code == 403
    assert held.post(f"{CONNECTIONS}/connections", json=body_of(id="mine", environment="dev")).status_code == 201
    assert admin.delete(url("prod")).status_code == 204
    assert held.post(f"{CONNECTIONS}/connections", json=body_of(id="prod", environment="dev")).status_code == 409


PERMITTED = {
    ("GET", "/connections"): "viewer",
    ("GET", "/connections/shop"): "viewer",
    ("GET", "/connections/shop/health"): "viewer",
    ("GET", "/health/connections"): "viewer",
    ("GET", "/health/connections/shop"): "viewer",
    ("POST", "/connections/shop/validate"): "viewer",
    ("POST", "/connections"): "data_engineer",
    ("POST", "/connections/database/postgres"): "data_engineer",
    ("PUT", "/connections/shop"): "data_engineer",
    ("PATCH", "/connections/shop/status"): "data_engineer",
    ("POST", "/connections/shop/test"): "data_engineer",
    ("POST", "/connections/shop/refresh"): "data_engineer",
    ("DELETE", "/connections/shop"): "connection_admin",
    ("GET", "/connections/shop/credentials"): "security_admin",
    ("PUT", "/connections/shop/credentials"): "security_admin",
}


@pytest.mark.parametrize(("route", "least"), PERMITTED.items())
def test_roles(rest: Rest, route: tuple[str, str], least: str) -> None:
    below = {
        "viewer": "security_admin",
        "data_engineer": "viewer",
        "connection_admin": "data_engineer",
        "security_admin": "viewer",
    }
    denied = rest.client(below[least]).request(route[0], CONNECTIONS + route[1], json={} if route[0] != "GET" else None)
    assert (denied.status_code, error_of(denied)["code"]) == (403, "SEC_002")
    permitted = rest.client(least).request(route[0], CONNECTIONS + route[1], json={} if route[0] != "GET" else None)
    assert permitted.status_code not in {401, 403}
