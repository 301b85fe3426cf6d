"""Requests that come while another is under way, so that they are done together: no luck in it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import httpx
import pytest
from sqlalchemy.orm import Session
from tests.support.app import Rest

PATIENT = 30.0
Wanted = tuple[str, Any]
"""A key, and what is sent with it."""


class Crowd:
    """Posts bodies so that all but the first wait together."""

    def __init__(self, rest: Rest, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
        self._rest = rest
        self._path = path
        self._begun, self._gate = Event(), Event()
        straight = rest.platform.straight_session

        @contextmanager
        def gated() -> Iterator[Session]:
            self._begun.set()
            assert self._gate.wait(PATIENT)
            with straight() as session:
                yield session

        monkeypatch.setattr(rest.platform, "straight_session", gated)

    def send(self, *wanted: Wanted) -> list[httpx.Response]:
        """The answers to the bodies, whose requests are called `request-1` and so on."""
        with ThreadPoolExecutor(len(wanted)) as pool:
            first, *others = enumerate(wanted, 1)
            sent = [pool.submit(self._post, first)]
            assert self._begun.wait(PATIENT)
            sent += [pool.submit(self._post, each) for each in others]
            until = time.monotonic() + PATIENT
            while self._waiting() < len(others):
                assert time.monotonic() < until, "not all of them came to wait"
            self._gate.set()
            return [each.result(PATIENT) for each in sent]

    def _post(self, numbered: tuple[int, Wanted]) -> httpx.Response:
        number, (key, told) = numbered
        headers = {"X-API-Key": key, "X-Request-Id": f"request-{number}", "Content-Type": "application/json"}
        return self._rest.anonymous(headers).post(self._path, content=json.dumps(told).encode())

    def _waiting(self) -> int:
        return sum(each.together.waiting for each in self._rest.app.state.door.joiners.values())
