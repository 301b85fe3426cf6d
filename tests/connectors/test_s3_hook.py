"""What we write into an Airflow connection means the same to the Amazon provider's S3Hook."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.models.connection import Connection
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from tests.connectors.s3 import Bucket

from crosswind_object_stores.s3.airflow_fields import to_airflow


def policy(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


def hook(bucket: Bucket, monkeypatch: pytest.MonkeyPatch, credentials: dict[str, str], **settings: Any) -> S3Hook:
    fields = to_airflow(bucket.settings(**settings), credentials)
    stored = Connection(
        conn_id="lake", conn_type=fields.conn_type, login=fields.login, password=fields.password,
        extra=json.dumps(dict(fields.extra)),
    )  # fmt: skip
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", stored.as_json())
    return S3Hook("lake")


def test_the_hook_lists_the_bucket_without_being_told_it(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.write({"logs/a.csv": b"id,x\n"})
    found = hook(bucket, monkeypatch, bucket.reader)
    assert found.list_keys() == ["logs/a.csv"]
    assert found.conn_config.endpoint_url == bucket.server.endpoint
    assert found.get_conn().meta.config.s3["addressing_style"] == "path"


def test_wrong_keys_are_wrong_to_both(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**bucket.reader, "secretKey": "wrong"}
    with pytest.raises(Exception, match="SignatureDoesNotMatch"):
        hook(bucket, monkeypatch, wrong).list_keys()


def test_a_role_is_assumed_by_both(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.write({"a.csv": b"id,x\n"})
    role = f"arn:aws:iam::123456789012:role/reader-of-{bucket.name}"
    may = policy(Action="s3:*", Resource="*")
    only = policy(Action="sts:AssumeRole", Resource="*")
    trust = policy(Action="sts:AssumeRole", Principal={"AWS": "*"})
    with bucket.server.free():
        iam = bucket.server.client("iam")
        iam.create_role(RoleName=f"reader-of-{bucket.name}", AssumeRolePolicyDocument=json.dumps(trust))
        iam.put_role_policy(RoleName=f"reader-of-{bucket.name}", PolicyName="may", PolicyDocument=json.dumps(may))
        iam.create_user(UserName=f"assumer-of-{bucket.name}")
        only = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}],
        }
        iam.put_user_policy(UserName=f"assumer-of-{bucket.name}", PolicyName="assume", PolicyDocument=json.dumps(only))
        key = iam.create_access_key(UserName=f"assumer-of-{bucket.name}")["AccessKey"]
    credentials = {"accessKey": key["AccessKeyId"], "secretKey": key["SecretAccessKey"], "assumeRole": role}
    settings: dict[str, Any] = {"stsEndpoint": bucket.server.endpoint}
    assert hook(bucket, monkeypatch, credentials, **settings).list_keys() == ["a.csv"]
    with bucket.connector(credentials=credentials, **settings) as connector:
        assert connector.ping() > 0
    without = {name: value for name, value in credentials.items() if name != "assumeRole"}
    with bucket.connector(credentials=without) as connector:
        assert [each.name for each in connector.check() if each.status == "failed"] == ["list"]


def test_a_profile_means_the_same_to_both(bucket: Bucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    bucket.write({"a.csv": b"id,x\n"})
    kept = tmp_path / "credentials"
    kept.write_text(
        f"[lake]\naws_access_key_id = {bucket.reader['accessKey']}\n"
        f"aws_secret_access_key = {bucket.reader['secretKey']}\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(kept))
    monkeypatch.setenv("AIRFLOW__CROSSWIND__AWS_PROFILES", "other, lake")
    assert hook(bucket, monkeypatch, {}, profile="lake").list_keys() == ["a.csv"]
    with bucket.connector(credentials={}, profile="lake") as connector:
        assert connector.ping() > 0


def test_without_keys_both_are_anonymous(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.write({"a.csv": b"id,x\n"})
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    with bucket.server.free():
        bucket.client.put_bucket_acl(Bucket=bucket.name, ACL="public-read-write")
        found = hook(bucket, monkeypatch, {})
        signed: list[Any] = []
        client = found.get_conn()
        client.meta.events.register(
            "before-send", lambda request, **_: signed.append(request.headers.get("Authorization"))
        )
        client.list_objects_v2(Bucket=bucket.name)
        with bucket.connector(credentials={}) as connector:
            assert connector.ping() > 0
            assert connector._store.clients.anonymous
    assert signed == [None]
