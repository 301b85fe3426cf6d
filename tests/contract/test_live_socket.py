"""The WebSocket over a real socket, by the official client: the design's messages, refusals, resuming, bad frames."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, connection, ok
from tests.support.following import PATIENCE, relayed, tell
from tests.support.listening import Listening
from tests.support.runs import MadeUpRuns
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from crosswind.contexts.tasks.ports import RunFacts
from crosswind.doors.live import socket
from crosswind.gate.hub import hub_of

INSERTED = text("""
    INSERT INTO crosswind.assets (tenant, connection_key, type, name, qualified_name)
    VALUES ('default', :key, 'TABLE', :name, :name) RETURNING id
""")
FACTS = {"type": "TABLE", "name": "users", "qualified_name": "shop.users"}


@pytest.fixture
def url(rest: Rest) -> Iterator[str]:
    with relayed(rest):
        listening = Listening(rest.app)
        yield listening.url.replace("http:", "ws:") + f"{METASTORE}/ws"
        listening.close()


class Client:
    """One connection that speaks JSON."""

    def __init__(self, raw: ClientConnection) -> None:
        self.raw = raw

    async def send(self, **message: Any) -> None:
        await self.raw.send(json.dumps(message))

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            found: dict[str, Any] = json.loads(await self.raw.recv())
            return found

    async def ask(self, **message: Any) -> dict[str, Any]:
        await self.send(**message)
        return await self.next()

    async def end(self) -> int:
        """The code that the server closed with."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.raw.recv()
                except ConnectionClosed as closed:
                    return closed.rcvd.code if closed.rcvd else 1006


@asynccontextmanager
async def connected(url: str, key: str | None = None, **headers: str) -> AsyncIterator[Client]:
    given = {"X-API-Key": key} if key else {}
    async with connect(url, additional_headers={**given, **headers}, close_timeout=0.5) as raw:
        yield Client(raw)


def walk(steps: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(60):
            await steps()

    asyncio.run(bounded())


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


def test_strangers_and_other_sites_are_refused_before_the_connection_is_accepted(rest: Rest, url: str) -> None:
    rest.people.add("ana", "viewer")
    page = {"Cookie": "_token=token.ana.x"}

    async def refused(place: str, **headers: str) -> tuple[int, str]:
        with pytest.raises(InvalidStatus) as caught:
            await connect(place, additional_headers=headers)
        return caught.value.response.status_code, json.loads(caught.value.response.body or b"{}")["error"]["code"]

    async def steps() -> None:
        assert await refused(url) == (401, "UNAUTHORIZED")
        assert await refused(f"{url}?token=cwk_nobody") == (401, "UNAUTHORIZED")
        assert await refused(url, **page) == (403, "FORBIDDEN")
        assert await refused(url, **page, Origin="https://evil.example") == (403, "FORBIDDEN")
        assert await refused(url, Authorization="Bearer token.ana.x", **{"X-Tenant-Id": "acme"}) == (403, "FORBIDDEN")
        for headers in ({**page, "Origin": rest.platform.base_url}, {"Authorization": "Bearer token.ana.x"}):
            async with connected(url, **headers) as client:
                assert await client.ask(type="ping") == {"type": "pong"}
        async with connected(f"{url}?token=token.ana.x") as client:
            assert await client.ask(type="ping") == {"type": "pong"}

    walk(steps)


def test_a_broken_link_is_resumed_without_a_gap(rest: Rest, url: str) -> None:
    key = rest.key("viewer")
    names = [f"n{number}" for number in range(400)]

    async def write() -> None:
        for number in range(0, len(names), 4):
            await asyncio.to_thread(tell, rest, *names[number : number + 4])

    async def steps() -> None:
        writing, found, last = asyncio.ensure_future(write()), list[str](), 0
        while len(found) < len(names):
            async with connected(url, key) as client:
                await client.ask(type="subscribe", channel="asset.updates", last_event_id=last)
                for _ in range(min(random.randint(1, 60), len(names) - len(found))):
                    message = await client.next()
                    found.append(message["asset_id"])
                    last = message["event_id"]
                client.raw.transport.abort()
        await writing
        assert found == names

    walk(steps)


def test_a_client_that_does_not_read_is_told_and_let_go(rest: Rest, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "STALLED", 1.0)
    key = rest.key("viewer")

    async def steps() -> None:
        async with connect(url, additional_headers={"X-API-Key": key}, max_queue=1, compression=None) as raw:
            client = Client(raw)
            await client.ask(type="subscribe", channel="asset.updates")
            for number in range(10):
                await asyncio.to_thread(tell, rest, *(f"{number}-{each}-{'x' * 2000}" for each in range(500)))
            await asyncio.sleep(2.0)
            assert hub_of(rest.platform).subscriptions() == []
            found: list[dict[str, Any]] = []
            while not found or found[-1]["type"] != "lagged":
                found.append(await client.next())
            told = found.pop()
            assert told["error"]["code"] == "TOO_SLOW"
            assert [each["event_id"] for each in found] == list(range(1, told["last_event_id"] + 1))
            assert await client.end() == 4408
        async with connected(url, key) as client:
            await client.ask(type="subscribe", channel="asset.updates", last_event_id=told["last_event_id"])
            assert (await client.next())["event_id"] == told["last_event_id"] + 1

    walk(steps)


def test_a_key_that_is_revoked_closes_what_it_opened(rest: Rest, url: str) -> None:
    http = rest.client(subject="ana")
    mine = ok(http.post(f"{PLATFORM}/keys", json={"name": "mine"}))

    async def steps() -> None:
        async with connected(url, mine["key"]) as client:
            await client.ask(type="subscribe", channel="asset.updates")
            await asyncio.to_thread(http.delete, f"{PLATFORM}/keys/{mine['id']}")
            assert (await client.next())["error"]["code"] == "UNAUTHORIZED"
            assert await client.end() == 4401
        assert hub_of(rest.platform).subscriptions() == []

    walk(steps)


def test_malformed_frames_are_answered_or_closed_and_never_crash(
    rest: Rest, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = rest.key("viewer")
    bad: list[str | bytes] = [
        "", "null", "[]", "7", '"text"', "{", '{"type":', "[" * 10_000, '{"a":' * 3000, b"\x00\xff", b"{}",
        '{"type":"subscribe","channel":"\\u0000"}', '{"type":"ping","id":"\\ud800"}', '{"type":NaN}',
        '{"type":"ping","id":99999999999999999999999}', '{"type":"subscribe","channel":{"a":1}}',
        '{"type":"subscribe","channel":"asset.updates","asset_id":[]}', '{"type":["subscribe"]}', "\u202e",
    ]  # fmt: skip

    async def steps() -> None:
        async with connected(url, key) as client:
            for each in bad:
                await client.raw.send(each)
                assert (await client.next())["type"] == "error", each
            assert await client.ask(type="ping") == {"type": "pong"}
            await client.raw.send("nonsense")
            assert await client.end() == 1008
        async with connected(url, key) as client:
            await client.raw.send("x" * 1_000_000)
            assert await client.end() == 1009
        async with connected(url, key) as client:
            for _ in range(socket.MOST_MESSAGES + 1):
                await client.send(type="ping")
            assert await client.end() == 1008
        generator = random.Random(7)
        for _ in range(10):
            async with connected(url, key) as client:
                for _ in range(10):
                    await client.raw.send(generator.randbytes(generator.randrange(200)))
                client.raw.transport.write(generator.randbytes(50))
        async with connected(url, key) as client:
            assert await client.ask(type="ping") == {"type": "pong"}

    walk(steps)
    assert not [each for each in caplog.records if each.exc_info], caplog.text


def test_the_token_stays_out_of_the_servers_log(rest: Rest, url: str, caplog: pytest.LogCaptureFixture) -> None:
    key = rest.key("viewer")

    async def steps() -> None:
        async with connected(f"{url}?token={key}") as client:
            await client.ask(type="ping")

    with caplog.at_level("INFO", "uvicorn.error"):
        walk(steps)
    assert key not in caplog.text


def test_connections_of_one_caller_are_bounded(rest: Rest, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crosswind.gate.hub.MOST_OF_ONE", 2)
    monkeypatch.setattr(socket, "MOST_SUBSCRIPTIONS", 1)
    key = rest.key("viewer")

    async def steps() -> None:
        async with connected(url, key) as client, connected(url, key):
            with pytest.raises(InvalidStatus) as caught:
                await connect(url, additional_headers={"X-API-Key": key})
            assert caught.value.response.status_code == 429
            await client.ask(type="subscribe", channel="asset.updates")
            told = await client.ask(type="subscribe", channel="task.progress", task_id="t")
            assert told["error"]["code"] == "INVALID_REQUEST"
        async with connected(url, key) as client:
            assert await client.ask(type="ping") == {"type": "pong"}

    walk(steps)
