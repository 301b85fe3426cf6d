"""A whole object, as an import reads it: what kept it from being read is told apart, and no credentials are."""

from __future__ import annotations

import pytest
from tests.connectors.s3 import Bucket

from crosswind.connectors.errors import ConnectorError, InvalidCredentials, ReadRefused

KEY = "in/catalog.jsonl"


def refused(bucket: Bucket, credentials: dict[str, str], key: str = KEY) -> ConnectorError:
    with bucket.connector(credentials=credentials) as connector, pytest.raises(ConnectorError) as caught:
        connector.stream(key)
    assert not [each for each in credentials.values() if each in str(caught.value)]
    return caught.value


def test_an_object_is_read_whole(bucket: Bucket) -> None:
    bucket.write({KEY: b'{"kind": "catalog"}\n', "in/empty": b""})
    with bucket.connector() as connector:
        assert b"".join(connector.stream(KEY).pieces) == b'{"kind": "catalog"}\n'
        assert b"".join(connector.stream("in/empty").pieces) == b""


def test_a_wrong_secret_and_an_unknown_key_are_credentials_that_were_refused(bucket: Bucket) -> None:
    bucket.write({KEY: b"{}\n"})
    secret = refused(bucket, {**bucket.reader, "secretKey": "wrong-secret"})
    assert isinstance(secret, InvalidCredentials)
    assert str(secret) == "The secret key does not fit the access key (step: login). Check accessKey and secretKey."
    key = refused(bucket, {**bucket.reader, "accessKey": "AKIANOBODYKNOWSTHIS0"})
    assert isinstance(key, InvalidCredentials)
    assert str(key).startswith("The store does not know the access key")


def test_a_login_that_may_not_read_is_told_what_to_allow(bucket: Bucket) -> None:
    bucket.write({KEY: b"{}\n"})
    with bucket.server.free():
        lister = bucket.server.user(f"lister-of-{bucket.name}", "s3:ListBucket", buckets=(bucket.name,))
    found = refused(bucket, lister)
    assert isinstance(found, ReadRefused)
    assert "s3:GetObject" in str(found.remedy)


def test_an_object_that_is_not_there_is_not_taken_for_a_bucket(bucket: Bucket) -> None:
    found = refused(bucket, bucket.reader, "in/nothing.jsonl")
    assert isinstance(found, ReadRefused)
    assert str(found).startswith("There is no such object")
