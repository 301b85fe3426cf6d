"""Followers of events of assets, who come back after a broken link with the id of the event that they had last."""

from __future__ import annotations

import asyncio
import json
from threading import Event, Thread
from typing import Any

import httpx
from gql import Client, gql
from gql.transport.exceptions import (
    TransportClosed,
    TransportConnectionFailed,
    TransportProtocolError,
    TransportQueryError,
)
from gql.transport.websockets import WebsocketsTransport
from graphql import ExecutionResult
from tests.support.writers import AWAY
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import connect
from websockets.typing import Subprotocol

LOST = (TransportClosed, TransportConnectionFailed, TransportProtocolError)
BROKEN = (OSError, EOFError, WebSocketException, httpx.TransportError, *LOST)
UPDATED = """subscription($id: ID!, $after: String) {
  assetUpdated(assetId: $id, after: $after) { id description } }"""


class Follower(Thread):
    """One follower in a thread of its own, from the first event on, until `over` is set and its link ends.

    `asset` is the one that it follows, None for all of them.
    """

    def __init__(self, url: str, key: str, asset: str | None = None) -> None:
        super().__init__(name=type(self).__name__, daemon=True)
        self.url = url
        self.asset = asset
        self.headers = {"X-API-Key": key}
        self.seen: list[tuple[int, str, str]] = []
        self.broken = 0
        self.wrong: list[str] = []
        self.over = Event()

    @property
    def last(self) -> int:
        return self.seen[-1][0] if self.seen else 0

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self.follow()
            except InvalidStatus as refused:
                self.broken += 1
                if refused.response.status_code != 503:
                    self.wrong.append(repr(refused))
            except BROKEN:
                self.broken += 1
            except Exception as error:
                self.wrong.append(repr(error))
            self.over.wait(0.1)

    def follow(self) -> None:
        raise AssertionError("a follower says how it follows")

    def hear(self, told: dict[str, Any]) -> None:
        """Note an event; the word that somebody is away breaks the link."""
        if "event_id" in told:
            self.seen.append((told["event_id"], told["asset_id"], told["event"]))
        elif error := told.get("error"):
            if error["code"] not in AWAY:
                self.wrong.append(json.dumps(told))
            raise EOFError


class OverWebSocket(Follower):
    def follow(self) -> None:
        with connect(self.url, additional_headers=self.headers, close_timeout=0.5, proxy=None) as link:
            link.send(json.dumps({"type": "subscribe", "channel": "asset.updates", "last_event_id": self.last}))
            for message in link:
                self.hear(json.loads(message))
        raise EOFError


class OverSse(Follower):
    def follow(self) -> None:
        headers = {**self.headers, "Last-Event-ID": str(self.last)}
        with (
            httpx.Client(timeout=60, trust_env=False) as client,
            client.stream("GET", self.url, headers=headers) as answer,
        ):
            if not answer.is_success:
                self.hear(json.loads(answer.read()))
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "data":
                    self.hear(json.loads(value))
        raise EOFError


class OverGraphql(Follower):
    """Follows one asset with the `gql` client, as the schema has it; what it is shown is in `texts`."""

    def __init__(self, url: str, key: str, asset: str) -> None:
        super().__init__(url, key, asset)
        self.texts: list[str] = []

    def follow(self) -> None:
        try:
            asyncio.run(self._follow())
        except TransportQueryError as refused:
            for each in refused.errors or ():
                self.hear({"error": each["extensions"]})
        raise EOFError

    async def _follow(self) -> None:
        transport = WebsocketsTransport(
            self.url, headers=self.headers, subprotocols=[Subprotocol("graphql-transport-ws")], close_timeout=1
        )
        request = gql(UPDATED)
        request.variable_values = {"id": self.asset, "after": str(self.last)}
        async with Client(transport=transport) as session:
            async for result in session.subscribe(request, get_execution_result=True):
                self._told(result)

    def _told(self, result: ExecutionResult) -> None:
        if result.errors or not result.data or not result.extensions:
            self.wrong.append(repr(result))
            raise EOFError
        shown = result.data["assetUpdated"]
        self.texts.append(shown["description"])
        self.hear({"event_id": int(result.extensions["eventId"]), "asset_id": shown["id"], "event": "updated"})
