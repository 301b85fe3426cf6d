"""What services record reaches the outbox in the same transaction, with an asset's brief facts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from tests.support.app import CONNECTIONS, METASTORE, Rest
from tests.support.catalog import Task, connection, ok
from tests.support.following import tell
from tests.support.runs import MadeUpRuns

from crosswind.contexts.tasks.ports import RunFacts
from crosswind.kit import outbox
from crosswind.kit.actor import Actor
from crosswind.kit.unit_of_work import Event

FACTS = {"type": "TABLE", "name": "users", "qualified_name": "shop.users"}


def outbox_rows(rest: Rest) -> list[dict[str, Any]]:
    """Every row, by id."""
    with rest.platform.session() as session:
        return [dict(row) for row in session.execute(text("SELECT * FROM crosswind.outbox ORDER BY id")).mappings()]


def test_each_change_of_an_asset_is_a_row_with_its_brief_facts(rest: Rest) -> None:
    client = rest.client()
    asset = ok(client.post(f"{METASTORE}/assets", json=FACTS))
    path = f"{METASTORE}/assets/{asset['id']}"
    ok(client.put(path, json={"description": "Who they are", "tags": ["pii"]}))
    client.delete(path)
    made, described, gone = outbox_rows(rest)
    assert [each["type"] for each in (made, described, gone)] == ["asset.created", "asset.updated", "asset.deleted"]
    assert made["data"] == {**FACTS, "id": asset["id"], "version": 1}
    assert described["data"] == {**made["data"], "version": 2, "changed": ["description", "tags"]}
    assert {(each["tenant"], each["entity_id"], each["seq"]) for each in (made, described, gone)} == {
        ("default", asset["id"], None)
    }


def test_what_nobody_may_follow_stays_out_and_so_does_what_its_writer_told(rest: Rest) -> None:
    with rest.acting(Actor("ana", "Ana")) as services:
        services.uow.record(Event("KEY", "k", "KEY_CREATED", None, {"name": "k"}))
        services.uow.record(Event("ASSET", "batch", "INGEST", None, {"created": 2}))
        services.uow.record(Event("TAG", "t", "CREATE", None, {"name": "pii"}, told=True))
        services.uow.record(Event("TAG", "t", "DELETE", {"name": "pii", "long": "x" * 5000}, None))
    (row,) = outbox_rows(rest)
    assert (row["type"], row["data"]) == ("tag.deleted", {"id": "t", "name": "pii"})
    with rest.platform.session() as session:
        assert session.scalar(text("SELECT count(*) FROM crosswind.audit WHERE entity_type = 'TAG'")) == 2


def test_a_change_that_is_undone_leaves_no_row(rest: Rest) -> None:
    with rest.platform.session() as session:
        services = rest.platform.services(session, Actor("ana", "Ana"))
        services.uow.record(Event("TAG", "t", "CREATE", None, {"name": "pii"}))
        services.uow.record(Event("TAG", "t" * 3, "CREATE", None, {"name": "\x00"}))
        try:
            services.uow.commit()
        except Exception:
            session.rollback()
    assert outbox_rows(rest) == []


def test_where_a_task_turned_out_to_stand_is_told_once(rest: Rest) -> None:
    runs = MadeUpRuns()
    rest.platform.__dict__["runs"] = runs
    key = connection(rest)
    task = Task(rest, key).id
    runs.runs["CRAWL", task] = RunFacts("CRAWL", task, "success", 1)
    client = rest.client()
    for _ in range(2):
        assert ok(client.get(f"{METASTORE}/tasks/{task}"))["status"] == "COMPLETED"
    (row,) = outbox_rows(rest)
    assert (row["type"], row["entity_id"], row["connection_key"]) == ("task.progress", task, key)
    assert row["data"] == {"id": task, "type": "CRAWL", "status": "COMPLETED", "progress": 100}


def test_health_tells_of_events_that_nobody_publishes_and_of_webhooks_that_failed(rest: Rest) -> None:
    def check() -> Any:
        return ok(rest.client().get(f"{CONNECTIONS}/health"))["checks"]["events"]

    tell(rest, "late")
    assert check()["status"] == "healthy"
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.outbox SET at = now() - interval '2 minutes'"))
        session.commit()
    assert check()["status"] == "degraded"
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.outbox SET seq = 1"))
        session.execute(
            text(
                "INSERT INTO crosswind.webhooks "
                "(id, tenant, name, url, events, secret, owner, status, delivered_seq, failures) "
                "VALUES ('w', 'default', 'w', 'https://x', '{}', '', 'ana', 'disabled', 0, 9)"
            )
        )
        session.commit()
    assert check() == {"status": "healthy", "latency": None, "message": "1 webhooks were switched off after failing"}


def test_many_rows_are_written_in_their_order_and_one_statement(rest: Rest) -> None:
    rows: list[outbox.NewRow] = [
        {"type": "asset.created", "entity_type": "ASSET", "entity_id": str(number), "action": "CREATE",
         "data": {"n": number}}
        for number in range(1000)
    ]  # fmt: skip
    with rest.platform.session() as session:
        outbox.add_many(session, "acme", rows)
        assert outbox.take_touched(session)
        session.commit()
    found = outbox_rows(rest)
    assert [row["entity_id"] for row in found] == [str(number) for number in range(1000)]
    assert {row["tenant"] for row in found} == {"acme"}
