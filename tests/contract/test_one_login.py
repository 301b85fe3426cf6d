"""A login by every way in, over real sockets: what its tokens open, and that one used twice ends its whole line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import grpc
import httpx
import pytest
from sqlalchemy import text
from tests.support.app import CONNECTIONS, METASTORE, Rest
from tests.support.following import PATIENCE, relayed
from tests.support.graphql import GRAPHQL
from tests.support.grpc import Grpc, refused, serving
from tests.support.listening import Listening
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub

LOGINS = {METASTORE: "refresh_token", CONNECTIONS: "refreshToken", "/connections-platform/api/v1": "refreshToken"}
"""Where one logs in, and what the refresh token is called there; it is exchanged in one place."""
OPEN = "open"
SHUT = "UNAUTHORIZED"


@dataclass
class Doors:
    """Every protocol on a port of its own; each way in tells what a bearer token opens there."""

    rest: Rest
    grpc: Grpc
    url: str

    def login(self, door: str = METASTORE) -> tuple[str, str]:
        """An access token and a refresh token."""
        who = {"email" if door == METASTORE else "username": "ana", "password": "right"}
        found = httpx.post(f"{self.url}{door}/auth/login", json=who).raise_for_status().json()
        return str(found["access_token" if door == METASTORE else "accessToken"]), str(found[LOGINS[door]])

    def refresh(self, token: str) -> httpx.Response:
        return httpx.post(f"{self.url}{METASTORE}/auth/refresh", json={"refresh_token": token})

    def by_rest(self, token: str) -> str:
        return self._told(httpx.get(f"{self.url}{METASTORE}/assets", headers=_bearer(token)))

    def by_connections(self, token: str) -> str:
        answer = httpx.get(f"{self.url}{CONNECTIONS}/connections", headers=_bearer(token))
        return OPEN if answer.is_success else {401: SHUT}[answer.status_code]

    def by_graphql(self, token: str) -> str:
        answer = httpx.post(
            f"{self.url}{GRAPHQL}", json={"query": "{ assets { totalCount } }"}, headers=_bearer(token)
        ).json()
        return str(answer["errors"][0]["extensions"]["code"]) if answer.get("errors") else OPEN

    def by_grpc(self, token: str) -> str:
        call = MetadataServiceStub(self.grpc.plain()).ListAssets
        shown = (("authorization", f"Bearer {token}"),)
        try:
            call(v1.ListAssetsRequest(), metadata=shown, timeout=PATIENCE)
        except grpc.RpcError:
            return refused(call, v1.ListAssetsRequest(), metadata=shown, timeout=PATIENCE).reason
        return OPEN

    def by_sse(self, token: str) -> str:
        with httpx.stream("GET", f"{self.url}{METASTORE}/events", headers=_bearer(token)) as answer:
            if not answer.is_success:
                answer.read()
            return self._told(answer)

    def by_websocket(self, token: str) -> str:
        return self._linked(f"{METASTORE}/ws", {"additional_headers": _bearer(token)})

    def by_websocket_address(self, token: str) -> str:
        return self._linked(f"{METASTORE}/ws?token={token}", {})

    def by_subscription(self, token: str) -> str:
        init = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        with self._link(GRAPHQL, subprotocols=[Subprotocol("graphql-transport-ws")]) as link:
            link.send(json.dumps(init))
            try:
                return {"connection_ack": OPEN}[json.loads(link.recv(PATIENCE))["type"]]
            except ConnectionClosed as closed:
                return {4403: SHUT}[closed.rcvd.code if closed.rcvd else 0]

    def _linked(self, path: str, options: dict[str, Any]) -> str:
        try:
            with self._link(path, **options) as link:
                link.send('{"type": "subscribe", "channel": "asset.updates"}')
                told = json.loads(link.recv(PATIENCE))
                return str(told["error"]["code"]) if "error" in told else OPEN
        except InvalidStatus as answer:
            return str(json.loads(answer.response.body or b"")["error"]["code"])

    def _link(self, path: str, **options: Any) -> Any:
        return connect(self.url.replace("http:", "ws:") + path, proxy=None, close_timeout=0.5, **options)

    @staticmethod
    def _told(answer: httpx.Response) -> str:
        return OPEN if answer.is_success else str(answer.json()["error"]["code"])

    @property
    def ways(self) -> dict[str, Callable[[str], str]]:
        names = ("rest", "connections", "graphql", "grpc", "sse", "websocket", "websocket_address", "subscription")
        return {name: getattr(self, f"by_{name}") for name in names}

    def all(self, token: str) -> dict[str, str]:
        """What the token opens, by each way in."""
        return {name: way(token) for name, way in self.ways.items()}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def doors(rest: Rest) -> Iterator[Doors]:
    rest.people.add("ana", "viewer", password="right")
    with relayed(rest), serving(rest) as server:
        listening = Listening(rest.app)
        yield Doors(rest, server, listening.url)
        listening.close()


@pytest.mark.parametrize("door", LOGINS)
def test_a_refresh_token_that_comes_again_ends_its_line_and_no_other(doors: Doors, door: str) -> None:
    _, first = doors.login(door)
    second = doors.refresh(first).json()["refresh_token"]
    others = [doors.login(each)[1] for each in LOGINS]
    assert [doors.refresh(each).status_code for each in (first, second, first)] == [401] * 3
    assert [doors.refresh(each).status_code for each in others] == [200] * len(others)
    with doors.rest.platform.session() as session:
        revoked = text("SELECT count(*), count(DISTINCT family) FROM crosswind.refresh_tokens WHERE revoked_at < now()")
        assert tuple(session.execute(revoked).one()) == (2, 1)


def test_a_refresh_token_opens_nothing_by_itself_live_or_revoked(doors: Doors) -> None:
    _, first = doors.login()
    shut = dict.fromkeys(doors.ways, SHUT)
    assert doors.all(first) == shut
    second = doors.refresh(first).json()["refresh_token"]
    assert doors.refresh(first).status_code == 401
    assert doors.all(first) == doors.all(second) == shut


def test_an_access_token_outlives_its_line_until_the_auth_manager_ends_it_alike_by_every_way_in(doors: Doors) -> None:
    """The hour of an access token is the auth manager's: its line gives no other one then, and takes none back."""
    access, first = doors.login()
    doors.refresh(first)
    assert doors.refresh(first).status_code == 401
    assert doors.all(access) == dict.fromkeys(doors.ways, OPEN)
    del doors.rest.people.known["ana"]
    assert doors.all(access) == dict.fromkeys(doors.ways, SHUT)
