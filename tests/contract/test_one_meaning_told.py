"""One meaning, told: what any protocol writes is one event by WebSocket, SSE and subscription, for the same people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.support.app import METASTORE, Rest
from tests.support.following import PATIENCE, relayed
from tests.support.graphql import GRAPHQL
from tests.support.grpc import Grpc, serving
from tests.support.listening import Listening
from tests.support.protocols import Metastore, protocols
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

NOBODY = str(uuid4())
PROTOCOL = Subprotocol("graphql-transport-ws")
UPDATED = "subscription($id: ID!, $after: String) { assetUpdated(assetId: $id, after: $after) { name version } }"
EVERYTHING = 0
Event = dict[str, Any]


@dataclass
class Told:
    """Where events are told, and how each way of following asks for those of an asset (None for all)."""

    rest: Rest
    grpc: Grpc
    url: str

    def by_websocket(self, key: str, asset: str | None, count: int) -> list[Event] | str:
        """The first so many events that were ever told, or the code of the refusal."""
        try:
            with self._link(f"{METASTORE}/ws", key) as link:
                named = {"asset_id": asset} if asset else {}
                asked = {"type": "subscribe", "channel": "asset.updates", "last_event_id": EVERYTHING, **named}
                link.send(json.dumps(asked))
                first = json.loads(link.recv(PATIENCE))
                if "error" in first:
                    return str(first["error"]["code"])
                return [json.loads(link.recv(PATIENCE)) for _ in range(count)]
        except InvalidStatus as refused:
            return str(json.loads(refused.response.body or b"")["error"]["code"])

    def by_sse(self, key: str, asset: str | None, count: int) -> list[Event] | str:
        params = {"last_event_id": str(EVERYTHING), **({"asset_id": asset} if asset else {})}
        headers = {"X-API-Key": key} if key else {}
        found: list[Event] = []
        with httpx.stream("GET", f"{self.url}{METASTORE}/events", params=params, headers=headers) as answer:
            if not answer.is_success:
                return str(json.loads(answer.read())["error"]["code"])
            lines = answer.iter_lines()
            while len(found) < count:
                name, _, value = next(lines).partition(": ")
                if name == "data":
                    found.append(json.loads(value))
        return found

    def by_subscription(self, key: str, asset: str | None, count: int) -> list[Event] | str:
        """What GraphQL shows with each event: the asset as it is, None once it is gone."""
        with self._link(GRAPHQL, key, [PROTOCOL]) as link:
            payload = {"query": UPDATED, "variables": {"id": asset or NOBODY, "after": str(EVERYTHING)}}
            try:
                link.send('{"type": "connection_init"}')
                link.recv(PATIENCE)
            except ConnectionClosed as closed:
                return {4403: "UNAUTHORIZED"}[closed.rcvd.code if closed.rcvd else 0]
            link.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            found: list[Event] = []
            while len(found) < count:
                told = json.loads(link.recv(PATIENCE))
                (error,) = told["payload"] if told["type"] == "error" else told["payload"].get("errors", [None])
                if error:
                    return str(error["extensions"]["code"])
                found.append(told["payload"])
            return found

    def _link(self, path: str, key: str, speaks: list[Subprotocol] | None = None) -> ClientConnection:
        shown = {"X-API-Key": key} if key else {}
        url = self.url.replace("http:", "ws:") + path
        return connect(url, additional_headers=shown, subprotocols=speaks, proxy=None, close_timeout=0.5)


@pytest.fixture
def told(rest: Rest) -> Iterator[Told]:
    with relayed(rest), serving(rest) as server:
        listening = Listening(rest.app)
        yield Told(rest, server, listening.url)
        listening.close()


def callers(told: Told, tenant: str = "default") -> dict[str, Metastore]:
    key = told.rest.key(tenant=tenant)
    return protocols(told.rest.anonymous({"X-API-Key": key}), told.grpc, key)


WRITTEN = 4
"""Events of one life."""


def live(metastore: Metastore, name: str) -> str:
    """Make two assets, describe one twice the same, relate them and delete the other; returns the one that is left."""
    kept, gone = (
        metastore.create(type="TABLE", name=each, qualified_name=f"{name}.{each}", tags=["a"])["id"]
        for each in ("kept", "gone")
    )
    for _ in range(2):
        metastore.update(kept, None, description="d", tags=["b"], metadata={"rows": 7})
    metastore.relate(kept, gone, "DEPENDS_ON")
    metastore.delete(gone, 1)
    return str(kept)


def test_what_any_protocol_writes_is_the_same_event_however_it_is_followed(told: Told) -> None:
    key = told.rest.key("viewer")
    kept = {name: live(metastore, name) for name, metastore in callers(told).items()}
    events = told.by_websocket(key, None, WRITTEN * len(kept))
    assert isinstance(events, list)
    assert told.by_sse(key, None, len(events)) == events
    assert [each["event_id"] for each in events] == sorted({each["event_id"] for each in events})
    for asset in kept.values():
        own = [each["event_id"] for each in events if each["asset_id"] == asset]
        shown = told.by_subscription(key, asset, len(own))
        assert isinstance(shown, list)
        assert [int(each["extensions"]["eventId"]) for each in shown] == own
        assert shown[-1]["data"] == {"assetUpdated": {"name": "kept", "version": 2}}
    by_writer = {name: [plain(each) for each in events if plain(each)["by"] == name] for name in kept}
    for each in by_writer.values():
        assert [{**event, "by": ""} for event in each] == [{**event, "by": ""} for event in by_writer["rest"]]
    assert [(each["type"], each["event"], each["name"]) for each in by_writer["rest"]] == [
        ("asset.created", "CREATE", "kept"),
        ("asset.created", "CREATE", "gone"),
        ("asset.updated", "UPDATE", "kept"),
        ("asset.deleted", "DELETE", "gone"),
    ]
    assert sorted(by_writer["rest"][2]["changed"]) == ["description", "metadata", "tags"]


def plain(event: Event) -> Event:
    """What is the same of an event whoever wrote it, and by whom it was."""
    data = {name: value for name, value in event["data"].items() if name not in {"id", "qualified_name"}}
    writer, _, name = event["data"]["qualified_name"].partition(".")
    assert event["asset_id"] == event["data"]["id"]
    return {**data, "type": event["type"], "event": event["event"], "by": writer, "name": name}


def test_followers_are_refused_the_same(told: Told) -> None:
    asset = live(callers(told)["rest"], "ours")
    cases: list[tuple[str, str, str]] = [
        ("", asset, "UNAUTHORIZED"),
        ("cwk_nobody_nothing", asset, "UNAUTHORIZED"),
        (told.rest.key("viewer", scopes=["tag:read"]), asset, "FORBIDDEN"),
        (told.rest.key("viewer", "acme"), asset, "ASSET_NOT_FOUND"),
        (told.rest.key("viewer"), NOBODY, "ASSET_NOT_FOUND"),
        (told.rest.key("viewer"), "nonsense", "INVALID_REQUEST"),
    ]
    ways: list[Callable[[str, str | None, int], list[Event] | str]] = [
        told.by_websocket,
        told.by_sse,
        told.by_subscription,
    ]
    for key, followed, code in cases:
        assert [follow(key, followed, 1) for follow in ways] == [code] * len(ways), (followed, code)


def test_events_stay_in_their_tenant_however_they_are_followed(told: Told) -> None:
    theirs, ours = live(callers(told, "acme")["grpc"], "theirs"), live(callers(told)["graphql"], "ours")
    for tenant, asset in (("acme", theirs), ("default", ours)):
        key = told.rest.key("viewer", tenant)
        for follow in (told.by_websocket, told.by_sse):
            events = follow(key, None, WRITTEN)
            assert isinstance(events, list)
            assert events[0]["asset_id"] == asset
            assert {plain(each)["by"] for each in events} == {"theirs" if tenant == "acme" else "ours"}
