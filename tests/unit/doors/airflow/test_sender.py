"""What a crawl sends: bodies of bounded size in order, and which views it could not trace."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from crosswind.connectors.types import SourceColumn, SourceObject
from crosswind.doors.airflow import sender as module
from crosswind.doors.airflow.sender import Range, Sender


class Lease:
    """Answers a manifest with all of its items, and keeps the bodies of objects."""

    task_id = "task"

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    def send(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        told = msgspec.json.decode(body)
        if path.endswith("/manifests"):
            return {"wanted": list(range(len(told["items"])))}
        self.bodies.append(told)
        return {}


def sent(*objects: SourceObject) -> tuple[list[dict[str, Any]], Sender]:
    lease: Any = Lease()
    sender = Sender(lease, "server", "shop", "postgres://shop:5432", "postgres")
    sender.send(Range(0, list(objects), None, None))
    return lease.bodies, sender


def view(number: int, definition: str) -> SourceObject:
    column = SourceColumn("a", 1, "integer")
    return SourceObject("public", f"v{number:04}", "VIEW", "view", columns=(column,), definition=definition)


def test_a_transaction_of_the_catalog_gets_a_thousand_objects_at_most() -> None:
    bodies, sender = sent(*(SourceObject("public", f"t{number:04}", "TABLE", "table") for number in range(2_001)))
    assert [(each["sequence"], len(each["objects"])) for each in bodies] == [(0, 1_000), (1, 1_000), (2, 1)]
    assert [each["name"] for body in bodies for each in body["objects"]] == [f"t{number:04}" for number in range(2_001)]
    assert sender.counts.wanted == 2_001


def test_bodies_end_early_when_their_objects_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BODY_BYTES", 1_000)
    large = [SourceObject("public", f"t{number}", "TABLE", "table", comment="x" * 400) for number in range(5)]
    assert [len(each["objects"]) for each in sent(*large)[0]] == [2, 2, 1]


def test_views_that_cannot_be_traced_are_sent_and_the_first_two_hundred_told() -> None:
    bodies, sender = sent(view(0, "SELECT 1 AS a"), *(view(number, "SELECT (") for number in range(1, 300)))
    assert [each.get("lineage") for each in bodies[0]["objects"]] == [{"a": []}, *[None] * 299]
    assert sender.counts.unread == [f"public.v{number:04}" for number in range(1, 201)]
