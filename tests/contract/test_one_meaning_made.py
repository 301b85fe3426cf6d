"""One meaning of what is made: lists cut at the moment of it, and tasks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.meaning import World, agreed, world_of
from tests.support.protocols import Refusal, Shown
from tests.support.runs import MadeUpRuns, govern


@pytest.fixture
def fresh(rest: Rest) -> Iterator[World]:
    with world_of(rest) as found:
        yield found


def test_lists_are_cut_at_a_moment_of_making_alike(fresh: World) -> None:
    callers, admin = fresh.by(), fresh.rest.client()
    made = ("2026-11-01T10:00:00+00:00", "2026-11-01T10:00:01+00:00", "2026-11-01T10:00:02+00:00")
    with fresh.rest.platform.session() as session:
        for name, at in zip(("customers", "orders", "totals"), made, strict=True):
            session.execute(
                text("UPDATE crosswind.assets SET created_at = :at WHERE id = :id"), {"at": at, "id": fresh.ids[name]}
            )
        session.commit()
    assert ok(admin.get(f"{METASTORE}/assets/{fresh.ids['orders']}"))["created_at"].startswith("2026-11-01T10:00:01")
    cut: list[tuple[Shown, list[str]]] = [
        ({"created_before": made[1]}, ["customers"]),
        ({"created_after": made[1]}, ["totals"]),
        ({"created_after": made[0], "created_before": made[2]}, ["orders"]),
        ({"created_before": made[0]}, []),
    ]
    for asked, names in cut:
        found = agreed(callers, lambda metastore, asked=asked: metastore.list(sort="name:asc", **asked))
        assert found == {"total": len(names), "names": names}, asked


def test_a_task_is_made_the_same(fresh: World) -> None:
    fresh.rest.platform.__dict__["runs"] = MadeUpRuns()
    callers = fresh.by()
    for number, metastore in enumerate(callers.values(), 7):
        govern(fresh.rest, f"source-{number}")
        payload = {"connection_id": f"source-{number}", "include": ["public.*"]}
        made = metastore.create_task("CRAWL", number, **payload)
        assert {**made, "id": ""} == {
            "id": "", "type": "CRAWL", "status": "PENDING", "progress": 0, "priority": number, "payload": payload,
        }  # fmt: skip
        assert agreed(callers, lambda each, made=made: each.get_task(made["id"])) == made


def test_an_asset_is_made_with_the_same_columns(fresh: World) -> None:
    columns = [
        {"name": "id", "type": "bigint", "nullable": False, "identity": "ALWAYS", "comment": "counts\nup"},
        {"name": "Gesamt €", "type": "numeric", "default": "0", "tags": ["money"], "classification": "internal"},
        {"name": "twice", "generated": "2 *\ttotal", "description": "Both", "terms": ["Total"]},
    ]
    ok(fresh.rest.client().post(f"{PLATFORM}/terms", json={"name": "Total"}))
    callers, client = fresh.by(), fresh.rest.client()
    told = []
    for name, metastore in callers.items():
        asked = {"type": "TABLE", "name": "t", "qualified_name": f"made.by.{name}", "columns": columns}
        made = metastore.create(**asked)
        assert made["columns"] == [
            ("id", "bigint", False, []), ("Gesamt €", "numeric", True, ["money"]), ("twice", "unknown", True, []),
        ]  # fmt: skip
        assert agreed(callers, lambda each, made=made: each.get(made["id"])) == made
        shown = ok(client.get(f"{METASTORE}/assets/{made['id']}"))["schema"]
        (entry,) = ok(client.get(f"{METASTORE}/audits", params={"entity_id": made["id"]}))["data"]
        told.append(([{**each, "id": ""} for each in shown], entry["after_state"]["columns"]))
    assert told[0] == told[1] == told[2]


def test_columns_that_are_wrong_are_refused_alike(fresh: World) -> None:
    callers = fresh.by()
    wrong: list[tuple[list[Shown], str]] = [
        ([{"name": "a"}, {"name": "a"}], "columns.1.name"),
        ([{"name": "é" * 257}], "columns.0.name"),
        ([{"name": "a"}, {"name": "b", "classification": "none such"}], "columns.1.classification"),
        ([{"name": "a", "terms": ["none such"]}], "columns.0.terms"),
    ]
    for columns, field in wrong:
        asked = {"type": "TABLE", "name": "t", "qualified_name": "wrong", "columns": columns}
        for name, metastore in callers.items():
            with pytest.raises(Refusal) as refused:
                metastore.create(**asked)
            assert refused.value.code == "INVALID_REQUEST", (name, field)
            assert refused.value.details["field"].removeprefix("input.") == field, name
    assert callers["rest"].list(search="wrong")["total"] == 0


def test_what_is_told_over_a_socket_is_audited_there(fresh: World) -> None:
    client = fresh.client(fresh.rest.key())
    asset = {"type": "TABLE", "name": "told", "qualified_name": "x.told", "description": "by an event"}
    event = {"X-Event-Type": "asset.created"}
    ok(client.post(f"{METASTORE}/ingestion/stream", json={"asset": asset}, headers=event))
    callers = fresh.by()
    assert agreed(callers, lambda metastore: metastore.list(search="told"))["names"] == ["told"]
    made = next(each for each in ok(client.get(f"{METASTORE}/assets"))["data"] if each["name"] == "told")
    audited = ok(client.get(f"{METASTORE}/audits", params={"limit": 100}))["data"]
    assert [each["action"] for each in audited if each["entity_id"] == made["id"]] == ["CREATE"]
