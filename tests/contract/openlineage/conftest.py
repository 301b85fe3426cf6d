"""A key that may send events, a way to send them, and our door on a port for the official client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.support.airflow import Server
from tests.support.app import Rest
from tests.support.openlineage import LINEAGE, Post


@pytest.fixture
def key(rest: Rest) -> str:
    return rest.platform_key("lineage:ingest")


@pytest.fixture
def post(rest: Rest, key: str) -> Post:
    client = rest.anonymous({"Authorization": f"Bearer {key}"})

    def send(*events: dict[str, Any]) -> httpx.Response:
        for each in events:
            answer = client.post(LINEAGE, json=each)
            assert answer.status_code == 201, answer.text
        return answer

    return send


@pytest.fixture
def served(rest: Rest) -> Iterator[Server]:
    server = Server(rest.app)
    server.start()
    yield server
    server.stop()
