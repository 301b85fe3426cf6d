"""Imports as a task makes them, over HTTP with a lease."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.runs import MadeUpRuns

DAG = "crosswind_import"


def asset(name: str, **facts: Any) -> dict[str, Any]:
    """A line with an asset."""
    return {"kind": "asset", "type": "TABLE", "name": name, "qualified_name": f"prod.public.{name}", **facts}


def edge(source: str, target: str, **facts: Any) -> dict[str, Any]:
    """A line with a relationship."""
    ends = {"source": f"prod.public.{source}", "target": f"prod.public.{target}"}
    return {"kind": "relationship", "type": "DEPENDS_ON", **ends, **facts}


def jsonl(*lines: Any) -> bytes:
    """Lines as a file; bytes stand as they are."""
    return b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)


def counts(response: httpx.Response) -> dict[str, int]:
    """The counts of a block's answer that are not 0."""
    return {name: count for name, count in ok(response)["counts"].items() if count}


def upload(client: httpx.Client, content: bytes) -> str:
    """Send a file and return what a task names it by."""
    answer = client.post(f"{PLATFORM}/uploads", content=content, headers={"Content-Type": "application/octet-stream"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["source"])


class Import:
    """An import of an uploaded file whose run the test plays."""

    def __init__(self, rest: Rest, runs: MadeUpRuns, asker: httpx.Client, content: bytes = b"{}", **options: Any):
        self.rest, self.runs, self.asker = rest, runs, asker
        payload: dict[str, Any] = {"source": upload(asker, content), "format": "json"}
        payload |= {"options": options} if options else {}
        made = asker.post(f"{METASTORE}/tasks", json={"type": "BULK_INGESTION", "priority": 5, "payload": payload})
        assert made.status_code == 201, made.text
        self.id = str(made.json()["id"])
        self.trying = 0
        self.next_try()

    def next_try(self) -> Import:
        """Take over with a new try, as a retried Airflow task does."""
        self.trying += 1
        self.runs.becomes(DAG, self.id, "running", self.trying)
        key = self.rest.anonymous({"X-API-Key": self.rest.platform_key("lease:create")})
        asked = {"dagId": DAG, "runId": self.id, "tryNumber": self.trying}
        self.lease = key.post(f"{PLATFORM}/leases", json=asked).json()
        self.client = self.rest.anonymous({"Authorization": f"Bearer {self.lease['lease']}"})
        return self

    def begin(self, identity: str = "one") -> httpx.Response:
        return self.client.post(f"{PLATFORM}/imports/{self.id}/begin", json={"identity": identity})

    def block(self, lines: Sequence[Any], sequence: int = 1, first: int = 1, **head: Any) -> httpx.Response:
        top = {"sequence": sequence, "first": first, **head}
        return self.client.post(f"{PLATFORM}/imports/{self.id}/blocks", content=jsonl(top, *lines))

    def complete(self) -> httpx.Response:
        return self.client.post(f"{PLATFORM}/imports/{self.id}/complete")
