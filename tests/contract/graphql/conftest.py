"""The GraphQL door over a real socket, and clients that others wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gql import Client
from gql.transport.httpx import HTTPXTransport
from tests.support.app import Rest
from tests.support.following import relayed
from tests.support.graphql import GRAPHQL, Asking
from tests.support.listening import Listening


@pytest.fixture
def url(rest: Rest) -> Iterator[str]:
    """Where the door listens, with the relay of events running."""
    with relayed(rest):
        listening = Listening(rest.app)
        yield f"{listening.url}{GRAPHQL}"
        listening.close()


@pytest.fixture
def ask(rest: Rest) -> Asking:
    """Ask as an administrator, in this process."""
    return Asking(rest.client())


@pytest.fixture
def gql_client(rest: Rest, url: str) -> Callable[..., Client]:
    """The `gql` client as whoever is asked for, over HTTP."""

    def make(role: str = "platform_admin", **options: Any) -> Client:
        transport = HTTPXTransport(url=url, headers={"X-API-Key": rest.key(role, **options)}, timeout=20)
        return Client(transport=transport, fetch_schema_from_transport=True)

    return make
