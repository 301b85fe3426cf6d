"""Followers of all events of assets, who come back after a broken link with the id of the event that they had last."""

from __future__ import annotations

import json
from threading import Event, Thread
from typing import Any

import httpx
from tests.support.writers import AWAY
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import connect

BROKEN = (OSError, EOFError, WebSocketException, httpx.TransportError)


class Follower(Thread):
    """One follower in a thread of its own, from the first event on, until `over` is set and its link ends."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(name=type(self).__name__, daemon=True)
        self.url = url
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
