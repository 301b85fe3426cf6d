from __future__ import annotations

from typing import ClassVar

import pytest
from tests.connectors.s3 import Bucket

from crosswind.connectors.conformance import Exemption, ListsTablesConformance, Subject
from crosswind_object_stores.s3 import CONNECTOR_TYPE
from crosswind_object_stores.s3.settings import S3Settings

NAME = "conformance"
FILES = ("second.csv", "first.csv", "b/z.csv", "b/A.csv", 'a.b/quo"te; --.csv', "ü/x_50%\\y.csv", "!.csv")


class S3Workbench:
    """A table is a file of two columns."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def create(self, schema: str, name: str) -> None:
        assert schema == NAME
        self.bucket.write({name: b"id,label\n1,one\n"})

    def alter(self, schema: str, name: str) -> None:
        self.bucket.write({name: b"id,label,added\n1,one,more\n"})

    def fill(self, schema: str, name: str) -> None:
        self.bucket.write({name: b"id,label\n" + b"1,one\n" * 1000})

    def drop(self, schema: str, name: str) -> None:
        self.bucket.client.delete_object(Bucket=self.bucket.name, Key=name)


class TestS3(ListsTablesConformance):
    exemptions: ClassVar[dict[str, Exemption]] = {}
    named: ClassVar[tuple[tuple[str, str], ...]] = tuple((NAME, each) for each in FILES)
    changed: ClassVar[tuple[str, str]] = (NAME, "first.csv")
    always: ClassVar[tuple[tuple[str, str], ...]] = ((NAME, "/"),)

    @pytest.fixture
    def subject(self, bucket: Bucket) -> Subject:
        client = bucket.client
        client.create_bucket(Bucket=NAME)
        held = Bucket(bucket.server, NAME, bucket.owner, bucket.owner)
        for each in client.list_objects_v2(Bucket=NAME).get("Contents", ()):
            client.delete_object(Bucket=NAME, Key=each["Key"])

        def at(port: int) -> S3Settings:
            given = {"bucket": NAME, "endpoint": f"http://127.0.0.1:{port}", "connectionTimeout": 2}
            return S3Settings.model_validate(given)

        return Subject(
            type=CONNECTOR_TYPE,
            settings=at(bucket.server.port),
            credentials=bucket.owner,
            wrong_credentials={**bucket.owner, "secretKey": "canary-wrong"},
            settings_at=at,
            connection_timeout=2,
            workbench=S3Workbench(held),
        )
