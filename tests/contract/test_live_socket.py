"""The WebSocket over a real socket, by the official client: the design's messages, and what is told to whom."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.catalog import Task, connection, ok
from tests.support.following import tell
from tests.support.runs import MadeUpRuns
from tests.support.sockets import connected, listened, walk

from crosswind.contexts.tasks.ports import RunFacts

INSERTED = text("""
    INSERT INTO crosswind.assets (tenant, connection_key, type, name, qualified_name)
    VALUES ('default', :key, 'TABLE', :name, :name) RETURNING id
""")
FACTS = {"type": "TABLE", "name": "users", "qualified_name": "shop.users"}


@pytest.fixture
def url(rest: Rest) -> Iterator[str]:
    with listened(rest) as found:
        yield found


def test_the_designs_messages(rest: Rest, url: str) -> None:
    http, key = rest.client(), rest.key("viewer")
    asset = ok(http.post(f"{METASTORE}/assets", json=FACTS))

    async def steps() -> None:
        async with connected(f"{url}?token={key}") as client:
            told = await client.ask(type="subscribe", channel="asset.updates", asset_id=asset["id"])
            last = told.pop("last_event_id")
            assert told == {"type": "subscribed", "channel": "asset.updates", "asset_id": asset["id"]}
            await asyncio.to_thread(http.put, f"{METASTORE}/assets/{asset['id']}", json={"description": "People"})
            data = {**FACTS, "id": asset["id"], "version": 2, "changed": ["description"]}
            event = {"type": "asset.updated", "asset_id": asset["id"], "event": "UPDATE", "data": data}
            assert await client.next() == {**event, "event_id": last + 1}
            await asyncio.to_thread(http.delete, f"{METASTORE}/assets/{asset['id']}")
            gone = await client.next()
            assert (gone["type"], gone["event"], gone["event_id"]) == ("asset.deleted", "DELETE", last + 2)
            left = await client.ask(type="unsubscribe", channel="asset.updates", asset_id=asset["id"])
            assert (left["type"], left["last_event_id"]) == ("unsubscribed", last + 2)
            assert await client.ask(type="ping", id=7) == {"type": "pong", "id": 7}

    walk(steps)


def test_who_follows_an_asset_is_told_of_its_relationships_also_when_resuming(rest: Rest, url: str) -> None:
    http, key = rest.client(), rest.key("viewer")
    users, orders, other = (
        ok(http.post(f"{METASTORE}/assets", json={**FACTS, "name": name, "qualified_name": name}))["id"]
        for name in ("users", "orders", "other")
    )

    def relate(source: str, target: str) -> str:
        body = {"source_asset_id": source, "target_asset_id": target, "type": "DEPENDS_ON"}
        return str(ok(http.post(f"{METASTORE}/relationships", json=body))["id"])

    def change() -> tuple[str, str]:
        relate(orders, other)
        edge = relate(orders, users)
        ok(http.put(f"{METASTORE}/assets/{users}", json={"description": "People"}))
        assert http.delete(f"{METASTORE}/relationships/{edge}").status_code in {200, 204}
        return edge, users

    async def steps() -> None:
        async with connected(url, key) as client, connected(url, key) as later:
            asked = {"type": "subscribe", "channel": "asset.updates", "asset_id": users}
            begun = await client.ask(**asked)
            edge, _ = await asyncio.to_thread(change)
            told = [await client.next() for _ in range(3)]
            assert [each["type"] for each in told] == ["relationship.created", "asset.updated", "relationship.deleted"]
            for each in (told[0], told[2]):
                assert (each["asset_id"], each["relationship_id"], each["event"]) == (users, edge, "UPDATE")
                assert (each["data"]["source_asset_id"], each["data"]["target_asset_id"]) == (orders, users)
            assert (await later.ask(**asked, last_event_id=begun["last_event_id"]))["type"] == "subscribed"
            assert [await later.next() for _ in range(3)] == told

    walk(steps)


def test_a_relationship_is_told_to_those_who_may_see_both_its_ends(rest: Rest, url: str) -> None:
    eu, us = connection(rest, "eu", region="eu"), connection(rest, "us", region="us")
    ids = {}
    with rest.platform.session() as session:
        for name, owner in (("seen", eu), ("near", eu), ("hidden", us)):
            ids[name] = str(session.scalar(INSERTED, {"name": name, "key": owner}))
        session.commit()
    http, european = rest.client(), rest.key("viewer", attributes={"region": ["eu"]})

    def relate(target: str) -> None:
        body = {"source_asset_id": ids["seen"], "target_asset_id": ids[target], "type": "USES"}
        ok(http.post(f"{METASTORE}/relationships", json=body))

    async def steps() -> None:
        async with connected(url, european) as client, connected(url, european) as later:
            asked = {"type": "subscribe", "channel": "asset.updates", "asset_id": ids["seen"]}
            begun = await client.ask(**asked)
            await asyncio.to_thread(relate, "hidden")
            await asyncio.to_thread(relate, "near")
            assert (await client.next())["data"]["target_asset_id"] == ids["near"]
            await later.ask(**asked, last_event_id=begun["last_event_id"])
            assert (await later.next())["data"]["target_asset_id"] == ids["near"]

    walk(steps)


def test_relationships_are_told_to_those_who_may_read_them(rest: Rest, url: str) -> None:
    http, key = rest.client(), rest.key(scopes=["asset:read"])
    users, orders = (
        ok(http.post(f"{METASTORE}/assets", json={**FACTS, "name": name, "qualified_name": name}))["id"]
        for name in ("users", "orders")
    )

    async def steps() -> None:
        async with connected(url, key) as client, connected(url, key) as later:
            asked = {"type": "subscribe", "channel": "asset.updates", "asset_id": users}
            begun = await client.ask(**asked)
            body = {"source_asset_id": orders, "target_asset_id": users, "type": "USES"}
            await asyncio.to_thread(lambda: ok(http.post(f"{METASTORE}/relationships", json=body)))
            await asyncio.to_thread(lambda: ok(http.put(f"{METASTORE}/assets/{users}", json={"description": "People"})))
            assert (await client.next())["type"] == "asset.updated"
            await later.ask(**asked, last_event_id=begun["last_event_id"])
            assert (await later.next())["type"] == "asset.updated"

    walk(steps)


@pytest.mark.parametrize("everything", [{}, {"asset_id": "*"}])
def test_all_that_the_actor_may_see_and_no_more(rest: Rest, url: str, everything: dict[str, str]) -> None:
    eu, us = connection(rest, "eu", region="eu"), connection(rest, "us", region="us")
    european = rest.key("viewer", attributes={"region": ["eu"]})
    theirs = rest.key("viewer", "acme")

    async def steps() -> None:
        async with connected(url, european) as client, connected(url, theirs) as acme:
            for each in (client, acme):
                assert (await each.ask(type="subscribe", channel="asset.updates", **everything))["type"] == "subscribed"
            tell(rest, "hidden", connection_key=us)
            tell(rest, "acmes", tenant="acme")
            tell(rest, "shown", connection_key=eu)
            assert (await client.next())["asset_id"] == "shown"
            assert (await acme.next())["asset_id"] == "acmes"

    walk(steps)


def test_a_task_is_followed_to_its_end(rest: Rest, url: str) -> None:
    runs = MadeUpRuns()
    rest.platform.__dict__["runs"] = runs
    task = Task(rest, connection(rest)).id
    place = ("CRAWL", task)
    runs.runs[place] = RunFacts(*place, "running", 1)

    async def steps() -> None:
        async with connected(url, rest.key("viewer")) as client:
            told = await client.ask(type="subscribe", channel="task.progress", task_id=task)
            assert told == {"type": "subscribed", "channel": "task.progress", "task_id": task}
            first = await client.next()
            assert (first["type"], first["task_id"], first["event"]) == ("task.progress", task, "RUNNING")
            assert first["data"]["progress"] == 0
            runs.percent[place] = 40
            assert (await client.next())["data"]["progress"] == 40
            runs.becomes(*place, "success")
            last = await client.next()
            assert (last["event"], last["data"]["progress"]) == ("COMPLETED", 100)
            calls = len(runs.calls)
            await asyncio.sleep(0.3)
            assert len(runs.calls) == calls

    walk(steps)


def test_why_a_task_failed_is_told_as_everywhere(rest: Rest, url: str) -> None:
    runs = MadeUpRuns()
    rest.platform.__dict__["runs"] = runs
    task = Task(rest, connection(rest)).id
    runs.runs["CRAWL", task] = RunFacts("CRAWL", task, "failed", 1)

    async def steps() -> None:
        async with connected(url, rest.key("viewer")) as client:
            await client.ask(type="subscribe", channel="task.progress", task_id=task)
            told = (await client.next())["data"]
            shown = rest.client("viewer").get(f"/metastore/v1/tasks/{task}").json()
            assert told["status"] == "FAILED"
            assert told["error"] == shown["error"]
            assert shown["error"]["message"]
            ended = rest.client().delete(f"/metastore/v1/tasks/{task}")
            assert (ended.status_code, ended.json()["error"]["code"]) == (409, "TASK_ENDED")

    walk(steps)


def test_what_cannot_be_followed_is_told_with_the_metastores_codes(rest: Rest, url: str) -> None:
    nothing = str(uuid4())
    cases: list[tuple[dict[str, Any], str, str | None]] = [
        ({"type": "subscribe", "channel": "no.channel"}, "INVALID_REQUEST", "channel"),
        ({"type": "subscribe"}, "INVALID_REQUEST", "channel"),
        ({"type": "jump"}, "INVALID_REQUEST", "type"),
        ({"type": "subscribe", "channel": "asset.updates", "colour": "red"}, "INVALID_REQUEST", "message"),
        ({"type": "subscribe", "channel": "asset.updates", "asset_id": nothing}, "ASSET_NOT_FOUND", None),
        ({"type": "subscribe", "channel": "asset.updates", "asset_id": "x"}, "INVALID_REQUEST", "asset_id"),
        ({"type": "subscribe", "channel": "task.progress"}, "INVALID_REQUEST", "task_id"),
        ({"type": "subscribe", "channel": "task.progress", "task_id": nothing}, "TASK_NOT_FOUND", None),
        ({"type": "subscribe", "channel": "asset.updates", "last_event_id": 99}, "INVALID_REQUEST", "last_event_id"),
        ({"type": "subscribe", "channel": "asset.updates", "last_event_id": -1}, "INVALID_REQUEST", "last_event_id"),
        ({"type": "unsubscribe", "channel": "asset.updates"}, "SUBSCRIPTION_NOT_FOUND", None),
    ]

    async def steps() -> None:
        async with connected(url, rest.key("viewer")) as client:
            for number, (message, code, field) in enumerate(cases):
                told = await client.ask(**message, id=number)
                assert (told["type"], told["error"]["code"]) == ("error", code), message
                assert field in {None, told["error"]["details"].get("field")}, told
            assert (await client.ask(type="subscribe", channel="asset.updates"))["type"] == "subscribed"
            again = await client.ask(type="subscribe", channel="asset.updates", asset_id="*")
            assert again["error"]["code"] == "ALREADY_EXISTS"
        async with connected(url, rest.key("viewer", scopes=["task:read"])) as client:
            told = await client.ask(type="subscribe", channel="asset.updates", id="a")
            assert (told["error"]["code"], told["id"]) == ("FORBIDDEN", "a")

    walk(steps)
