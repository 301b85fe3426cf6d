"""S3 connections over HTTP: what Airflow's row holds of them, what stays secret, and what works on a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, PLATFORM, Rest
from tests.support.connections import CANARY, airflow_row, edit_in_airflow, error_of, url
from tests.support.s3 import READING, S3Server, moto

DESIGN: dict[str, Any] = json.loads(Path(__file__).with_name("design_connection_s3.json").read_text(encoding="utf-8"))
"""The S3 Connection entity word for word as the connections-platform design has it."""
SERVER_OWNED = {"created", "updated", "status", "version"}
MASK = "********"
S3 = f"{CONNECTIONS}/connections/storage/s3"
TOKEN = "t0ken-of-a-session"
ROLE = "arn:aws:iam::123456789012:role/Reader"
KEYS = {"accessKey": "AKIAEXAMPLE", "secretKey": CANARY}
WHOLE = {**KEYS, "sessionToken": TOKEN, "assumeRole": ROLE, "externalId": "partner-7"}
LAKE = {"bucket": "lake", "region": "eu-west-1", "endpoint": "https://s3.example.com:9000", "pathStyleAccess": True}


@pytest.fixture(autouse=True)
def _airflow(airflow_db: Airflow) -> None:
    """Every test here has Airflow beside it."""


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    """A server with a bucket of two files."""
    with moto() as running:
        client = running.client()
        client.create_bucket(Bucket="lake")
        client.put_object(Bucket="lake", Key="crm/people.jsonl", Body=b'{"email": "a@example.com"}\n')
        client.put_object(Bucket="lake", Key="raw/flights.csv", Body=b"carrier,delay\nUA,4\n")
        yield running


@pytest.fixture
def door(store: str, server: S3Server) -> Iterator[Rest]:
    """The door that may dial that server."""
    with Rest(store, allowed_addresses=frozenset({f"127.0.0.1:{server.port}"})) as rest:
        yield rest


def body(identifier: str = "lake", **more: Any) -> dict[str, Any]:
    """A body that registers a bucket."""
    return {"id": identifier, "type": "s3", "configuration": LAKE, "credentials": WHOLE, **more}


def register(rest: Rest, **more: Any) -> dict[str, Any]:
    """A bucket that was just registered."""
    answer = rest.client().post(S3, json=body(**more))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def row(conn_id: str = "lake") -> dict[str, Any]:
    """Airflow's row, which must be there."""
    found = airflow_row(conn_id)
    assert found is not None
    return found


@pytest.mark.parametrize("path", ["connections", "connections/storage/s3"])
def test_the_designs_example_comes_back_as_it_stands(rest: Rest, path: str) -> None:
    client = rest.client()
    answer = client.post(f"{CONNECTIONS}/{path}", json=DESIGN)
    assert answer.status_code == 201, answer.text
    theirs = {key: value for key, value in DESIGN.items() if key not in SERVER_OWNED}
    for shown in (answer.json(), client.get(url("s3-conn-001")).json()):
        assert {key: value for key, value in shown.items() if key not in SERVER_OWNED} == theirs
    again = client.put(url("s3-conn-001"), json=DESIGN)
    assert (again.status_code, again.json()["version"]) == (200, 1)
    found = client.post(url("s3-conn-001", "validate")).json()["findings"]
    assert [(each["field"], each["level"]) for each in found] == [
        ("credentials.accessKeyRef", "warning"), ("credentials.secretKeyRef", "error"),
    ]  # fmt: skip


def test_airflow_holds_it_all_as_the_amazon_provider_reads_it(rest: Rest) -> None:
    register(rest, configuration={**LAKE, "stsEndpoint": "https://sts.example.com", "note": "kept"})
    found = row()
    assert (found["conn_type"], found["login"], found["password"]) == ("aws", "AKIAEXAMPLE", CANARY)
    assert found["extra"] == {
        "region_name": "eu-west-1", "endpoint_url": "https://s3.example.com:9000", "aws_session_token": TOKEN,
        "role_arn": ROLE, "assume_role_kwargs": {"ExternalId": "partner-7"},
        "config_kwargs": {"connect_timeout": 30, "s3": {"addressing_style": "path"}},
        "service_config": {"s3": {"bucket_name": "lake", "path_style": True}, "sts": {"endpoint_url": "https://sts.example.com"}},
    }  # fmt: skip
    ours, audit = rest.stored("connections"), rest.stored("audit")
    assert "kept" in ours
    for text in (CANARY, TOKEN):
        assert text not in ours
        assert text not in audit
    for text in ("s3.example.com", ROLE, "AKIAEXAMPLE"):
        assert text not in ours


def test_secrets_are_masked_and_the_mask_keeps_what_is_stored(rest: Rest) -> None:
    client = rest.client()
    shown = register(rest)
    assert shown["credentials"] == {**WHOLE, "secretKey": MASK, "sessionToken": MASK}
    for path in ("", "credentials", "health"):
        answer = client.get(url("lake", path))
        assert CANARY not in answer.text
        assert TOKEN not in answer.text
    before = row()
    assert client.put(url("lake"), json=shown).json()["version"] == 1
    shown["description"] = "the lake"
    assert client.put(url("lake"), json=shown).json()["version"] == 2
    assert {**row(), "description": None} == {**before, "description": None}


def test_credentials_in_extra_are_replaced_and_removed(rest: Rest) -> None:
    client = rest.client()
    register(rest)
    edit_in_airflow("lake", extra={**row()["extra"], "cursor": "theirs", "verify": "/etc/ca.pem"})
    changed = {"accessKey": "AKIAOTHER", "secretKey": MASK, "sessionToken": "n3w-t0ken", "assumeRole": ROLE}
    answer = client.put(url("lake", "credentials"), json={"credentials": changed})
    assert answer.status_code == 200, answer.text
    found = row()
    assert (found["login"], found["password"], found["extra"]["aws_session_token"]) == (
        "AKIAOTHER", CANARY, "n3w-t0ken",
    )  # fmt: skip
    assert "assume_role_kwargs" not in found["extra"]
    assert (found["extra"]["cursor"], found["extra"]["verify"]) == ("theirs", "/etc/ca.pem")
    client.put(url("lake"), json=body(credentials=KEYS))
    assert not {"aws_session_token", "role_arn", "assume_role_kwargs"} & row()["extra"].keys()
    assert row()["extra"]["cursor"] == "theirs"
    client.put(url("lake", "credentials"), json={"credentials": {}})
    found = row()
    assert (found["login"], found["password"]) == (None, None)
    assert found["extra"]["config_kwargs"]["signature_version"] == "unsigned"


def test_a_new_session_token_is_a_change_of_the_secret(rest: Rest) -> None:
    register(rest)

    def changed_at() -> Any:
        with rest.platform.session() as session:
            from sqlalchemy import text

            return session.scalar(text("select credentials_updated_at from crosswind.connections"))

    first = changed_at()
    rest.client().put(url("lake"), json=body(description="same"))
    assert changed_at() == first
    rest.client().put(url("lake"), json=body(credentials={**WHOLE, "sessionToken": "another"}))
    assert changed_at() > first


@pytest.mark.parametrize(
    ("configuration", "credentials", "field"),
    [
        ({"endpoint": "https://evil.example.com"}, {}, "configuration.endpoint"),
        ({"endpoint": None}, {}, "configuration.endpoint"),
        ({"stsEndpoint": "https://evil.example.com"}, {}, "configuration.stsEndpoint"),
        ({"region": "us-east-1"}, {}, "configuration.region"),
        ({"bucket": "other"}, {}, "configuration.bucket"),
        ({"verifyCertificate": False}, {}, "configuration.verifyCertificate"),
        ({}, {"assumeRole": "arn:aws:iam::123456789012:role/Admin"}, "credentials.assumeRole"),
        ({}, {"assumeRole": None}, "credentials.assumeRole"),
    ],
)
def test_who_may_not_touch_secrets_cannot_turn_them_elsewhere(
    rest: Rest, configuration: dict[str, Any], credentials: dict[str, Any], field: str
) -> None:
    shown = register(rest)
    engineer = rest.client("data_engineer")
    meant = {key: value for key, value in {**LAKE, **configuration}.items() if value is not None}
    given = {key: value for key, value in {**shown["credentials"], **credentials}.items() if value is not None}
    answer = engineer.put(url("lake"), json=body(configuration=meant, credentials=given))
    assert (answer.status_code, error_of(answer)["details"]["field"]) == (403, field)
    assert row()["extra"]["role_arn"] == ROLE
    anew = {**given, "secretKey": "an0ther", "sessionToken": "an0ther"}
    assert engineer.put(url("lake"), json=body(configuration=meant, credentials=anew)).status_code == 200


def test_who_may_not_touch_secrets_can_change_the_rest(rest: Rest) -> None:
    register(rest)
    engineer = rest.client("data_engineer")
    changed = {**LAKE, "prefix": "raw/", "connectionTimeout": 5}
    answer = engineer.put(url("lake"), json=body(configuration=changed, credentials=None))
    assert answer.status_code == 200, answer.text
    assert (row()["password"], row()["extra"]["aws_session_token"]) == (CANARY, TOKEN)


def test_editing_in_airflow_shows_and_corrupts_nothing(rest: Rest) -> None:
    client = rest.client()
    register(rest, configuration={**LAKE, "storageClass": "STANDARD"})
    extra = row()["extra"]
    extra |= {"role_arn": f"{ROLE}2", "region_name": "eu-north-1", "botocore_config": {"a": 1}}
    extra["config_kwargs"]["retries"] = {"max_attempts": 9}
    edit_in_airflow("lake", extra=extra)
    shown = client.get(url("lake")).json()
    assert (shown["configuration"]["region"], shown["configuration"]["storageClass"]) == ("eu-north-1", "STANDARD")
    assert shown["credentials"]["assumeRole"] == f"{ROLE}2"
    found = client.post(url("lake", "validate")).json()["findings"]
    assert [each["field"] for each in found] == ["extra.botocore_config", "extra.config_kwargs.retries"]
    shown["configuration"] |= {"bucket": "lake2", "region": "eu-west-3"}
    assert client.put(url("lake"), json=shown).status_code == 200
    stored = row()["extra"]
    assert (stored["service_config"]["s3"]["bucket_name"], stored["region_name"]) == ("lake2", "eu-west-3")
    assert (stored["config_kwargs"]["retries"], stored["botocore_config"]) == ({"max_attempts": 9}, {"a": 1})
    assert (stored["role_arn"], row()["password"]) == (f"{ROLE}2", CANARY)


def test_what_was_added_in_airflow_does_not_win_over_what_is_put(rest: Rest) -> None:
    register(rest)
    extra = row()["extra"]
    extra["service_config"]["s3"]["endpoint_url"] = "https://older.example.com"
    edit_in_airflow("lake", extra=extra)
    client = rest.client()
    assert client.get(url("lake")).json()["configuration"]["endpoint"] == "https://older.example.com"
    client.put(url("lake"), json=body(configuration={**LAKE, "endpoint": "https://newer.example.com"}))
    assert client.get(url("lake")).json()["configuration"]["endpoint"] == "https://newer.example.com"
    assert "endpoint_url" not in row()["extra"]["service_config"]["s3"]


THEIRS = {
    "region_name": "eu-west-1",
    "role_arn": ROLE,
    "aws_access_key_id": "AKIATHEIRS",
    "aws_secret_access_key": CANARY,
}


def test_an_airflow_connection_of_type_aws_is_adopted_as_it_is(airflow_db: Airflow, rest: Rest) -> None:
    bucket = {"service_config": {"s3": {"bucket_name": "theirs"}}, "max_pool": 4}
    airflow_db.connection("aws_main", conn_type="aws", extra=json.dumps({**THEIRS, **bucket}))
    before, client = row("aws_main"), rest.client()
    (listed,) = client.get(f"{PLATFORM}/airflow-connections").json()["data"]
    assert (listed["connId"], listed["system"], listed["type"]) == ("aws_main", "s3", "storage")
    answer = client.post(f"{PLATFORM}/airflow-connections/aws_main/adopt", json={"environment": "prod"})
    assert answer.status_code == 201, answer.text
    assert CANARY not in answer.text
    shown = answer.json()
    assert (shown["configuration"]["bucket"], shown["configuration"]["region"]) == ("theirs", "eu-west-1")
    assert shown["credentials"] == {"accessKey": "AKIATHEIRS", "secretKey": MASK, "assumeRole": ROLE}
    assert row("aws_main") == before
    client.put(url("aws_main", "credentials"), json={"credentials": {}})
    assert CANARY not in json.dumps(row("aws_main"))
    assert row("aws_main")["extra"]["max_pool"] == 4


def test_one_without_a_bucket_is_adopted_judged_and_mended(airflow_db: Airflow, rest: Rest) -> None:
    airflow_db.connection("aws_bare", conn_type="aws", login="AKIATHEIRS", password=CANARY,
                          extra=json.dumps({"role_arn": ROLE, "max_pool": 4}))  # fmt: skip
    client = rest.client()
    shown = client.post(f"{PLATFORM}/airflow-connections/aws_bare/adopt").json()
    assert shown["credentials"] == {"accessKey": "AKIATHEIRS", "secretKey": MASK, "assumeRole": ROLE}
    found = client.post(url("aws_bare", "validate")).json()
    assert found["findings"][0]["message"].startswith("configuration.bucket")
    mended = client.put(url("aws_bare"), json={"configuration": {"bucket": "theirs"}})
    assert mended.status_code == 200, mended.text
    assert client.post(url("aws_bare", "validate")).json()["valid"] is True
    stored = row("aws_bare")
    assert (stored["password"], stored["extra"]["role_arn"], stored["extra"]["max_pool"]) == (CANARY, ROLE, 4)


def real(server: S3Server, **credentials: str) -> dict[str, Any]:
    """A body that means the bucket of the running server."""
    return body(configuration={"bucket": "lake", "endpoint": server.endpoint}, credentials=credentials)


def test_a_test_over_rest_goes_step_by_step(door: Rest, server: S3Server) -> None:
    client = door.client()
    reader = server.user("reader", *READING)
    with server.checking():
        assert client.post(S3, json=real(server, **reader)).status_code == 201
        works = client.post(url("lake", "test")).json()
        assert works["success"] is True, works
        client.put(url("lake"), json=real(server, **{**reader, "secretKey": "wr0ng-secret"}))
        fails = client.post(url("lake", "test"))
        assert (fails.status_code, fails.json()["success"]) == (200, False)
        assert {step["code"] for step in fails.json()["steps"] if step["status"] == "failed"} == {"CONN_003"}
        assert "wr0ng-secret" not in fails.text


def test_an_endpoint_that_nobody_allowed_is_not_dialled(rest: Rest, server: S3Server) -> None:
    client = rest.client()
    client.post(S3, json=real(server, **KEYS))
    found = client.post(url("lake", "test")).json()
    assert (found["success"], found["steps"][0]["code"]) == (False, "CONN_001")


@pytest.mark.parametrize("role", [False, True])
def test_the_amazon_providers_hook_works_on_it(
    door: Rest, server: S3Server, monkeypatch: pytest.MonkeyPatch, role: bool
) -> None:
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook

    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    given = {"accessKey": "root", "secretKey": "root"}
    asked = real(server, **given, **({"assumeRole": ROLE, "externalId": "partner-7"} if role else {}))
    asked["configuration"] |= {"stsEndpoint": server.endpoint} if role else {}
    assert door.client().post(S3, json=asked).status_code == 201
    hook = S3Hook("lake")
    assert hook.list_keys() == ["crm/people.jsonl", "raw/flights.csv"]
    assert hook.read_key("raw/flights.csv").startswith("carrier,delay")
    assert hook.get_credentials().access_key == "root" or role
    assert hook.get_conn().meta.endpoint_url == server.endpoint


def test_the_example_in_the_documentation_is_taken_as_it_stands(door: Rest) -> None:
    document = door.client().get("/connections-platform/openapi.json").json()
    named = document["paths"]["/v1/connections/storage/s3"]["post"]["requestBody"]["content"]["application/json"]
    (example,) = document["components"]["schemas"][named["schema"]["$ref"].rpartition("/")[2]]["examples"]
    made = door.client().post(S3, json=example)
    assert made.status_code == 201, made.text
    assert (made.json()["configuration"]["bucket"], made.json()["subType"]) == ("analytics-lake", "s3")
