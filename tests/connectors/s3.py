"""What the tests of the S3 connector share."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.s3 import READING, S3Server

from crosswind.connectors.patterns import Patterns
from crosswind.connectors.types import Depth, SourceObject
from crosswind.kit.outbound import OutboundGuard
from crosswind_object_stores.s3.connector import S3Connector
from crosswind_object_stores.s3.settings import S3Settings

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Bucket:
    """A real bucket, seen by its owner (`write`, `client`) and by connectors (`connector`)."""

    server: S3Server
    name: str
    reader: dict[str, str]
    owner: dict[str, str]

    @classmethod
    def made(cls, server: S3Server) -> Bucket:
        name = f"bucket-{next(_numbers)}"
        server.client().create_bucket(Bucket=name)
        reader = server.user(f"reader-of-{name}", *READING, buckets=(name,))
        return cls(server, name, reader, server.user(f"owner-of-{name}", "s3:*"))

    @property
    def client(self) -> Any:
        login = {"aws_access_key_id": self.owner["accessKey"], "aws_secret_access_key": self.owner["secretKey"]}
        return self.server.client(**login)

    def write(self, objects: dict[str, bytes]) -> None:
        client = self.client
        for key, body in objects.items():
            client.put_object(Bucket=self.name, Key=key, Body=body)

    def settings(self, **others: Any) -> S3Settings:
        given = {"bucket": self.name, "endpoint": self.server.endpoint, "connectionTimeout": 10, **others}
        return S3Settings.model_validate(given)

    def connector(
        self, *, credentials: dict[str, str] | None = None, guard: OutboundGuard | None = None, **settings: Any
    ) -> S3Connector:
        guard = guard or OutboundGuard([f"127.0.0.1:{self.server.port}"])
        return S3Connector(self.settings(**settings), self.reader if credentials is None else credentials, guard)

    def discover(
        self, depth: Depth = "full", include: Sequence[str] = (), exclude: Sequence[str] = (), **settings: Any
    ) -> dict[str, SourceObject]:
        with self.connector(**settings) as connector:
            found = connector.discover(depth, Patterns(tuple(include), tuple(exclude)))
            return {each.name: each for each in found.objects}
