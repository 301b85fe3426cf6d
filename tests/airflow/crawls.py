"""Crawls that tests ask for over REST, and what came of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from tests.airflow.conftest import Served

SQL = Callable[[str], None]
CRAWL = "crosswind_crawl"


def crawl(served: Served, client: httpx.Client, kind: str = "CRAWL") -> str:
    """Ask for a crawl; its id."""
    answer = client.post("/metastore/v1/tasks", json={"type": kind, "payload": {"connection_id": "shop"}})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def task(client: httpx.Client, identifier: str) -> dict[str, Any]:
    """What REST tells of it."""
    found: dict[str, Any] = client.get(f"/metastore/v1/tasks/{identifier}").json()
    return found


def names(client: httpx.Client) -> set[str]:
    """The names in the catalog."""
    return {asset["name"] for asset in client.get("/metastore/v1/assets", params={"limit": 100}).json()["data"]}
