"""Scans as a task makes them, over HTTP with a lease, from findings that a test makes up."""

from __future__ import annotations

from typing import Any

import httpx
from tests.support.app import PLATFORM, Rest
from tests.support.catalog import Task, ok

Seen = dict[str, list[dict[str, Any]] | None]


def seen(kind: str, confidence: float = 0.9, reason: str = "9 of 10 values", **more: Any) -> dict[str, Any]:
    """One finding as a task tells it."""
    return {"kind": kind, "confidence": confidence, "reason": reason, **more}


class ScanTask(Task):
    """A running scan of a connection with the lease of one try."""

    def __init__(self, rest: Rest, connection_key: int, **options: Any) -> None:
        super().__init__(rest, connection_key, kind="COMPLIANCE_SCAN", **options)

    @property
    def path(self) -> str:
        """Where the scan is."""
        return f"{PLATFORM}/scans/{self.id}"

    def columns(self, **query: Any) -> dict[str, Any]:
        """One page of what is to be looked at."""
        return dict(ok(self.client.get(f"{self.path}/columns", params=query)))

    def ids(self) -> dict[str, str]:
        """The columns to look at, `table.column` to id."""
        tables = self.columns(limit=500)["tables"]
        return {f"{table['name']}.{each['name']}": each["id"] for table in tables for each in table["columns"]}

    def send(self, found: Seen, sequence: int = 0, ids: dict[str, str] | None = None) -> httpx.Response:
        """Send what columns showed, by `table.column`."""
        ids = ids or self.ids()
        columns = [{"columnId": ids[name], "findings": findings} for name, findings in found.items()]
        return self.client.post(f"{self.path}/findings", json={"sequence": sequence, "columns": columns})

    def end(self, batches: int = 1, **more: Any) -> httpx.Response:
        """End the run."""
        counts = {"tables": 1, "columns": 1, "sampled": 1, "empty": 0, "failed": 0, **more}
        return self.client.post(f"{self.path}/complete", json={"batches": batches, **counts})


def scan(rest: Rest, connection_key: int, found: Seen, **options: Any) -> dict[str, Any]:
    """Scan once, as a task of its own; returns the summary."""
    task = ScanTask(rest, connection_key, **options)
    ok(task.send(found))
    return dict(ok(task.end())["summary"])


def findings(client: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    """Listed findings."""
    return list(ok(client.get(f"{PLATFORM}/findings", params={"pageSize": 100, **query}))["data"])


def review(client: httpx.Client, ids: list[str], decision: str, **more: Any) -> list[dict[str, Any]]:
    """Decide on findings."""
    answer = ok(client.post(f"{PLATFORM}/findings/review", json={"ids": ids, "decision": decision, **more}))
    return list(answer["results"])
