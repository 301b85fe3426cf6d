from __future__ import annotations

import pytest
from tests.connectors.s3 import Bucket
from tests.connectors.support import failed, steps

from crosswind.connectors.conformance.subject import closed_port
from crosswind.connectors.errors import AddressRefused, ConnectionFailed, ConnectorError, InvalidCredentials
from crosswind.connectors.patterns import Patterns
from crosswind.kit.outbound import OutboundGuard
from crosswind_object_stores.s3.clients import allowed_profiles

BLOCKED = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}


def test_a_good_bucket_passes_and_says_what_is_known_of_it(bucket: Bucket) -> None:
    bucket.write({"a.csv": b"id,x\n1,2\n"})
    bucket.client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    with bucket.connector() as connector:
        found = steps(connector.check())
    assert {name: each.status for name, each in found.items() if each.status != "passed"} == {"tls": "warning"}
    assert found["versioning"].message == "Earlier versions are kept"
    assert found["read"].message == "Objects can be read"


def test_each_wrong_thing_fails_its_own_step_with_a_remedy(bucket: Bucket) -> None:
    wrong = {
        "login": bucket.connector(credentials={**bucket.reader, "secretKey": "wrong"}),
        "bucket": bucket.connector(bucket="no-such-bucket-here", credentials=bucket.owner),
        "address": bucket.connector(endpoint="http://169.254.169.254"),
        "resolve": bucket.connector(endpoint="http://no-such-host.invalid"),
    }
    for step, connector in wrong.items():
        with connector:
            (found,) = failed(connector.check())
        assert (found.name, bool(found.remedy), found.gate) == (step, True, True), found


def test_a_login_that_may_not_list_fails_there(bucket: Bucket) -> None:
    with bucket.server.free():
        nobody = bucket.server.user(f"nobody-of-{bucket.name}", "s3:GetObject", buckets=(bucket.name,))
    with bucket.connector(credentials=nobody) as connector:
        (found,) = failed(connector.check())
    assert (found.name, found.code) == ("list", "CONN_001")
    assert "s3:ListBucket" in str(found.remedy)


def test_a_login_that_may_only_list_passes_with_warnings(bucket: Bucket) -> None:
    bucket.write({"a.csv": b"id,x\n1,2\n"})
    with bucket.server.free():
        lister = bucket.server.user(f"warned-of-{bucket.name}", "s3:ListBucket", buckets=(bucket.name,))
    with bucket.connector(credentials=lister) as connector:
        found = steps(connector.check())
    assert not failed(list(found.values()))
    assert (found["read"].status, found["versioning"].status) == ("warning", "warning")
    assert "s3:GetObject" in str(found["read"].remedy)


def test_what_is_no_s3_is_said_to_be_none(bucket: Bucket) -> None:
    with bucket.connector(bucket="moto-api", endpoint=bucket.server.endpoint) as connector:
        found = failed(connector.check())
    assert len(found) == 1
    assert found[0].remedy


def test_a_role_without_keys_and_a_profile_that_nobody_allowed_are_refused(bucket: Bucket) -> None:
    role = {"assumeRole": "arn:aws:iam::123456789012:role/reader"}
    assert "default" not in allowed_profiles()
    for connector in (bucket.connector(credentials=role), bucket.connector(credentials={}, profile="default")):
        with connector, pytest.raises(InvalidCredentials) as caught:
            connector.ping()
        assert caught.value.remedy


def test_the_environment_of_the_machine_is_not_looked_at(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", bucket.owner["accessKey"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", bucket.owner["secretKey"])
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    with bucket.connector() as connector:
        assert connector.ping() > 0
    with bucket.connector(credentials={}) as connector, pytest.raises(ConnectorError):
        connector.ping()


def test_an_address_is_judged_before_it_is_dialled_also_behind_a_bucket_s_name(bucket: Bucket) -> None:
    asked: list[str] = []

    def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["169.254.169.254"]

    guard = OutboundGuard(lookup=lookup)
    connector = bucket.connector(guard=guard, endpoint="http://store.example", pathStyleAccess=False)
    with connector, pytest.raises(AddressRefused):
        connector.discover("names", Patterns())
    assert asked == [f"{bucket.name}.store.example"]


def test_a_port_that_closes_midway_is_a_reason_to_retry(bucket: Bucket) -> None:
    port = closed_port()
    guard = OutboundGuard([f"127.0.0.1:{port}"])
    connector = bucket.connector(endpoint=f"http://127.0.0.1:{port}", guard=guard)
    with connector, pytest.raises(ConnectionFailed) as caught:
        connector.discover("names", Patterns())
    assert caught.value.transient


def test_a_bucket_s_protection_becomes_facts(bucket: Bucket) -> None:
    client = bucket.client
    client.put_bucket_encryption(
        Bucket=bucket.name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
        },
    )
    client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30}}
    client.put_bucket_lifecycle_configuration(Bucket=bucket.name, LifecycleConfiguration={"Rules": [rule]})
    facts = bucket.discover()["/"].facts
    assert facts["encryptedAtRest"] is True
    assert facts["encryption"] == "aws:kms"
    assert (facts["versioned"], facts["lifecycle"], facts["publicAccess"]) == (True, True, False)
    assert facts["lifecycleRules"] == [{"prefix": "logs/", "deleteAfterDays": 30}]


def test_a_public_bucket_is_public_until_it_is_blocked(bucket: Bucket) -> None:
    bucket.client.put_bucket_acl(Bucket=bucket.name, ACL="public-read")
    assert bucket.discover()["/"].facts["publicAccess"] is True
    with bucket.connector() as connector:
        assert connector.security().public_access is True
    bucket.client.put_public_access_block(Bucket=bucket.name, PublicAccessBlockConfiguration=BLOCKED)
    facts = bucket.discover()["/"].facts
    assert (facts["publicAccess"], facts["publicAccessBlock"]) == (False, sorted(BLOCKED))
    with bucket.connector() as connector:
        found = connector.security()
    assert (found.public_access, found.encrypted_in_transit, found.logs_access) == (False, False, False)
