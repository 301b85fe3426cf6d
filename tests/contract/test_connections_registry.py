"""The registry rows of the connections-platform design over HTTP, with Airflow's real database beside the store."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, METASTORE, Rest
from tests.support.connections import (
    CANARY,
    airflow_log,
    airflow_row,
    body_of,
    delete_in_airflow,
    edit_in_airflow,
    error_of,
    register,
    url,
)

from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.connections.schemas import EXAMPLE

SERVER_OWNED = {"created", "updated", "status", "version"}
MASK = "********"


@pytest.fixture(autouse=True)
def _airflow(airflow_db: Airflow) -> None:
    """Every test here has Airflow beside it."""


def test_the_designs_example_comes_back_as_it_stands(rest: Rest) -> None:
    client = rest.client()
    sent = EXAMPLE | {"status": "active", "created": "2025-04-15T10:00:00Z", "updated": "2025-06-01T14:30:00Z"}
    answer = client.post(f"{CONNECTIONS}/connections", json=sent)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"].endswith("/v1/connections/conn-001")
    for shown in (answer.json(), client.get(url("conn-001")).json()):
        assert {key: value for key, value in shown.items() if key not in SERVER_OWNED} == EXAMPLE
        assert shown["status"] == "active"
        assert shown["version"] == 1
        assert shown["created"] != sent["created"]


def test_airflow_alone_holds_address_and_secrets(rest: Rest) -> None:
    register(rest.client(), name="Shop")
    found = airflow_row("shop")
    assert found is not None
    assert (found["conn_type"], found["host"], found["port"], found["schema"]) == (
        "postgres", "db.example.com", 5432, "shop",
    )  # fmt: skip
    assert (found["login"], found["password"]) == ("reader", CANARY)
    with rest.platform.session() as session:
        ours = str(session.execute(text("select to_jsonb(c) from crosswind.connections c")).one())
        audit = str(session.execute(text("select to_jsonb(a) from crosswind.audit a")).all())
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
    rest.client().post(f"{CONNECTIONS}/connections", json=EXAMPLE)
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
    answer = rest.client().post(f"{CONNECTIONS}/connections", json=body_of(type="storage", subType="s3"))
    assert "postgres" in error_of(answer)["message"]
    assert error_of(answer)["details"]["known"] == ["postgres"]


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
        f"{CONNECTIONS}/connections", json=body_of(id="shop", credentials=EXAMPLE["credentials"] | {"password": CANARY})
    )
    before, log = airflow_row("shop"), airflow_log()
    answer = client.put(url(), json=client.get(url()).json())
    assert answer.status_code == 200, answer.text
    assert airflow_row("shop") == before
    assert airflow_log() == log
    assert answer.json()["credentials"] == client.get(url()).json()["credentials"]
    assert answer.json()["credentials"]["passwordRef"] == "vault://secrets/rds/conn-001"


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
    rest.client().post(f"{CONNECTIONS}/connections", json=EXAMPLE)
    engineer = rest.client("data_engineer")
    shown = engineer.get(url("conn-001")).json()
    changed = shown | {"description": "other", "configuration": shown["configuration"] | {"database": "other"}}
    assert engineer.put(url("conn-001"), json=changed).status_code == 200
    changed["credentials"] = {"username": "rdsuser", "passwordRef": "vault://secrets/of/others"}
    answer = engineer.put(url("conn-001"), json=changed)
    assert (answer.status_code, error_of(answer)["details"]["field"]) == (403, "credentials.passwordRef")
    moved = shown | {"configuration": shown["configuration"] | {"host": "evil.example.com"}}
    assert engineer.put(url("conn-001"), json=moved).status_code == 403
    guessed = moved | {"credentials": EXAMPLE["credentials"]}
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


def test_editing_in_airflow_shows_and_corrupts_nothing(rest: Rest) -> None:
    client = rest.client()
    client.post(f"{CONNECTIONS}/connections", json=EXAMPLE)
    edit_in_airflow(
        "conn-001", host="moved.example.com", port=6432, extra={"sslmode": "require", "cursor": "dictcursor"}
    )
    shown = client.get(url("conn-001")).json()
    assert shown["configuration"] == {
        "host": "moved.example.com", "port": 6432, "database": "public", "sslMode": "require",
        "rdbms": "postgres", "version": "14.2", "certificate": "aws-cm-452219",
    }  # fmt: skip
    assert shown["metadata"] == EXAMPLE["metadata"]
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
    assert client.get(f"{CONNECTIONS}/connections?sort=secret").status_code == 400
    assert client.get(f"{CONNECTIONS}/connections?colour=red").status_code == 400


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
