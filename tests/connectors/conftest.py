from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.connectors.s3 import Bucket
from tests.connectors.support import Source
from tests.support.s3 import S3Server, moto


@pytest.fixture
def database_source(source: str) -> Source:
    """A fresh database over TCP with a password."""
    return Source.at(source)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """An S3 service that checks logins."""
    with moto() as server:
        yield server


@pytest.fixture
def bucket(s3_server: S3Server) -> Iterator[Bucket]:
    """A fresh bucket whose readers are checked; its owner need not be."""
    made = Bucket.made(s3_server)
    with s3_server.checking():
        yield made
