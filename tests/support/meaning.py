"""One meaning: a crawled shop, callers of it by each protocol over real sockets, and what all of them answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from tests.support.app import METASTORE, Rest
from tests.support.catalog import Task, assets, connection, crawl, ok, shop
from tests.support.grpc import Grpc, serving
from tests.support.listening import Listening
from tests.support.protocols import Metastore, Refusal, protocols


@dataclass
class World:
    """A crawled shop, and callers by each protocol, REST and GraphQL on a socket as gRPC is."""

    rest: Rest
    server: Grpc
    url: str
    ids: dict[str, str]
    task: str
    clients: list[httpx.Client] = field(default_factory=list)

    def by(self, role: str = "platform_admin", tenant: str = "default") -> dict[str, Metastore]:
        return self._shows(self.rest.key(role, tenant))

    def nobody(self) -> dict[str, Metastore]:
        return self._shows("")

    def client(self, key: str) -> httpx.Client:
        """A caller over HTTP who shows this key."""
        self.clients.append(httpx.Client(base_url=self.url, headers={"X-API-Key": key} if key else {}, timeout=60))
        return self.clients[-1]

    def _shows(self, key: str) -> dict[str, Metastore]:
        return protocols(self.client(key), self.server, key)


@contextmanager
def world_of(rest: Rest) -> Iterator[World]:
    """Crawl the shop and listen."""
    key = connection(rest)
    crawl(rest, key, shop())
    task = Task(rest, key, connection_id="shop").id
    admin = rest.client()
    ids = {name: str(asset["id"]) for name, asset in assets(admin).items()}
    described = {"description": "Who <b>bought</b> ü", "metadata": {"rows": 7, "ratio": 0.5, "deep": {"a": [1, None]}},
                 "tags": ["PII", "gold"], "columns": [{"name": "id", "tags": ["key"]}]}  # fmt: skip
    ok(admin.put(f"{METASTORE}/assets/{ids['orders']}", json=described))
    listening = Listening(rest.app)
    with serving(rest) as server:
        found = World(rest, server, listening.url, ids, task)
        yield found
    for client in found.clients:
        client.close()
    listening.close()


def agreed(callers: Mapping[str, Any], operation: Callable[[Any], Any]) -> Any:
    """What all protocols answer."""
    answers = {name: operation(caller) for name, caller in callers.items()}
    for name, answer in answers.items():
        assert answer == answers["rest"], name
    return answers["rest"]


def refused(callers: Mapping[str, Any], operation: Callable[[Any], Any]) -> str:
    """The code with which all protocols refuse."""
    codes: dict[str, str] = {}
    for name, caller in callers.items():
        with pytest.raises(Refusal) as caught:
            operation(caller)
        codes[name] = caught.value.code
    assert len(set(codes.values())) == 1, codes
    return codes["rest"]
