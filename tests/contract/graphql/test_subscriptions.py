"""Subscriptions by the `gql` client over a real WebSocket, and what a bad client meets there."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from sqlalchemy import text
from tests.support.app import PLATFORM, Rest
from tests.support.catalog import connection, ok
from tests.support.following import PATIENCE
from tests.support.graphql import Asking
from tests.support.runs import MadeUpRuns
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from crosswind.doors.graphql import socket

PROTOCOL = Subprotocol("graphql-transport-ws")
UPDATED = """subscription($id: ID!, $after: String) { assetUpdated(assetId: $id, after: $after) {
  id name description tags { name category } schema { name } lineage { downstream { asset { name } } } } }"""


def websocket(url: str) -> str:
    return url.replace("http:", "ws:")


@asynccontextmanager
async def following(url: str, key: str, query: str, **variables: Any) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    transport = WebsocketsTransport(websocket(url), headers={"X-API-Key": key}, subprotocols=[PROTOCOL])
    async with Client(transport=transport) as session:
        request = gql(query)
        request.variable_values = variables
        yield session.subscribe(request, get_execution_result=True)


async def tell_until_told(ask: Asking, asset_id: str, stream: Any) -> Any:
    """Change the asset until its follower is told, for nothing says when a subscription has begun."""
    waiting = asyncio.ensure_future(anext(stream))
    for number in range(600):
        await asyncio.to_thread(ask, DESCRIBED, id=asset_id, text=f"Text {number}")
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        if done:
            return waiting.result()
    raise AssertionError("nothing was told")


DESCRIBED = "mutation($id: ID!, $text: String) { describeAsset(id: $id, input: {description: $text}) { id } }"


def test_an_asset_is_told_as_it_is_and_null_when_it_is_gone(rest: Rest, url: str) -> None:
    ask = Asking(rest.client())
    asset_id = ask.asset("users", tags=["PII"])
    ask.edge(ask.asset("active", "VIEW"), asset_id)

    async def scenario() -> None:
        async with following(url, rest.key("viewer"), UPDATED, id=asset_id) as stream:
            first = await tell_until_told(ask, asset_id, stream)
            shown = first.data["assetUpdated"]
            assert (shown["id"], shown["name"]) == (asset_id, "users")
            assert shown["description"].startswith("Text ")
            assert (shown["tags"], shown["schema"]) == ([{"name": "PII", "category": None}], [])
            assert shown["lineage"] == {"downstream": [{"asset": {"name": "active"}}]}
            await asyncio.to_thread(ask, "mutation($id: ID!) { deleteAsset(id: $id) }", id=asset_id)
            async with asyncio.timeout(PATIENCE):
                async for result in stream:
                    if result.data == {"assetUpdated": None}:
                        return

    asyncio.run(scenario())


def test_a_follower_resumes_after_the_event_it_had_last(rest: Rest, url: str) -> None:
    ask, key = Asking(rest.client()), rest.key("viewer")
    asset_id = ask.asset("users")
    seen: list[int] = []

    async def scenario() -> None:
        async with following(url, key, UPDATED, id=asset_id) as stream:
            seen.append(int((await tell_until_told(ask, asset_id, stream)).extensions["eventId"]))
        for word in ("one", "two"):
            await asyncio.to_thread(ask, DESCRIBED, id=asset_id, text=word)
        async with following(url, key, UPDATED, id=asset_id, after=str(seen[0])) as stream, asyncio.timeout(PATIENCE):
            async for result in stream:
                seen.append(int(result.extensions["eventId"]))
                if await asyncio.to_thread(published, rest, seen[-1]):
                    return

    asyncio.run(scenario())
    assert seen == sorted(set(seen))
    assert len(seen) >= 3


def published(rest: Rest, place: int) -> bool:
    """Whether an event is the last there is."""
    with rest.platform.session() as session:
        pending = session.scalar(
            text("SELECT count(*) FROM crosswind.outbox WHERE seq IS NULL OR seq > :p"), {"p": place}
        )
        return not pending


def test_a_tasks_progress_is_told_until_it_has_ended(rest: Rest, url: str) -> None:
    runs = MadeUpRuns()
    rest.platform.__dict__["runs"] = runs
    connection(rest)
    ask = Asking(rest.client())
    made = ask('mutation { createTask(input: {type: CRAWL, payload: {connection_id: "shop"}}) { id } }')
    task_id = made["createTask"]["id"]
    query = "subscription($id: ID!) { taskProgress(taskId: $id) { taskId status progress task { type } } }"

    async def scenario() -> list[Any]:
        told: list[Any] = []
        async with following(url, rest.key("viewer"), query, id=task_id) as stream, asyncio.timeout(PATIENCE):
            async for result in stream:
                told.append(result.data["taskProgress"])
                if len(told) == 1:
                    await asyncio.to_thread(ask, "mutation($id: ID!) { cancelTask(id: $id) }", id=task_id)
        return told

    told = asyncio.run(scenario())
    assert told[0] == {"taskId": task_id, "status": "PENDING", "progress": 0, "task": {"type": "CRAWL"}}
    assert told[-1]["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('subscription { assetUpdated(assetId: "x") { id } }', "INVALID_REQUEST"),
        ('subscription { assetUpdated(assetId: "00000000-0000-4000-8000-000000000001") { id } }', "ASSET_NOT_FOUND"),
        ('subscription { taskProgress(taskId: "x") { status } }', "TASK_NOT_FOUND"),
        ('subscription { taskProgress(taskId: "x") { status } assetUpdated(assetId: "x") { id } }', "INVALID_REQUEST"),
    ],
)
def test_what_cannot_be_followed_is_an_error_with_a_code(rest: Rest, url: str, query: str, code: str) -> None:
    async def scenario() -> str:
        async with following(url, rest.key("viewer"), query) as stream:
            with pytest.raises(TransportQueryError) as caught:
                await anext(stream)
            assert caught.value.errors is not None
            return str(caught.value.errors[0]["extensions"]["code"])

    assert asyncio.run(scenario()) == code


@pytest.mark.parametrize(
    ("asset", "after", "argument"),
    [("x", None, "assetId"), (None, "99999", "after"), (None, "x", "after")],
    ids=["no UUID", "an id never given", "no number"],
)
def test_an_argument_that_is_wrong_is_named_as_the_schema_names_it(
    rest: Rest, url: str, asset: str | None, after: str | None, argument: str
) -> None:
    asset_id = asset or Asking(rest.client()).asset("users")

    async def scenario() -> Any:
        async with following(url, rest.key("viewer"), UPDATED, id=asset_id, after=after) as stream:
            with pytest.raises(TransportQueryError) as caught:
                await anext(stream)
            assert caught.value.errors is not None
            return caught.value.errors[0]["extensions"]

    told = asyncio.run(scenario())
    assert (told["code"], told["details"]["field"]) == ("INVALID_REQUEST", argument)


def test_nobody_follows_what_is_not_theirs(rest: Rest, url: str) -> None:
    asset_id = Asking(rest.client()).asset("users")

    async def code(key: str) -> str:
        async with following(url, key, UPDATED, id=asset_id) as stream:
            with pytest.raises(TransportQueryError) as caught:
                await anext(stream)
            assert caught.value.errors is not None
            return str(caught.value.errors[0]["extensions"]["code"])

    assert asyncio.run(code(rest.key("viewer", "acme"))) == "ASSET_NOT_FOUND"
    assert asyncio.run(code(rest.key("viewer", scopes=["tag:read"]))) == "FORBIDDEN"


def test_a_revoked_key_ends_what_it_opened(rest: Rest, url: str) -> None:
    ask, admin = Asking(rest.client()), rest.client()
    asset_id = ask.asset("users")
    mine = ok(admin.post(f"{PLATFORM}/keys", json={"name": "mine"}))
    key = mine["key"]

    async def scenario() -> int:
        async with opened(url, {"X-API-Key": key}) as client:
            await init(client)
            await subscribe(client, "1", UPDATED, id=asset_id)
            await asyncio.to_thread(admin.delete, f"{PLATFORM}/keys/{mine['id']}")
            return await ended(client)

    assert asyncio.run(scenario()) == 4403


@asynccontextmanager
async def opened(url: str, headers: dict[str, str] | None = None) -> AsyncIterator[ClientConnection]:
    async with connect(websocket(url), subprotocols=[PROTOCOL], additional_headers=headers, max_queue=None) as client:
        yield client


async def init(client: ClientConnection, **payload: str) -> dict[str, Any]:
    await client.send(json.dumps({"type": "connection_init", "payload": payload}))
    return await heard(client)


async def subscribe(client: ClientConnection, identifier: str, query: str, **variables: Any) -> None:
    payload = {"query": query, "variables": variables}
    await client.send(json.dumps({"id": identifier, "type": "subscribe", "payload": payload}))


async def heard(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        found: dict[str, Any] = json.loads(await client.recv())
        return found


async def ended(client: ClientConnection) -> int:
    """The code that the server closed with."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await client.recv()
            except ConnectionClosed:
                return client.close_code or 0


def test_queries_and_mutations_go_over_the_socket_too(rest: Rest, url: str) -> None:
    async def scenario() -> list[dict[str, Any]]:
        async with opened(url) as client:
            assert await init(client, authorization=f"Bearer {rest.key()}") == {"type": "connection_ack"}
            await client.send(json.dumps({"type": "ping"}))
            await subscribe(client, "1", 'mutation { createTag(input: {name: "Gold"}) { name } }')
            heard_ = [await heard(client) for _ in range(3)]
            await subscribe(client, "2", "{ nothing }")
            return [*heard_, await heard(client)]

    pong, made, complete, refused = asyncio.run(scenario())
    assert pong == {"type": "pong"}
    assert made == {"id": "1", "type": "next", "payload": {"data": {"createTag": {"name": "Gold"}}}}
    assert complete == {"id": "1", "type": "complete"}
    assert (refused["id"], refused["type"]) == ("2", "error")
    assert refused["payload"][0]["extensions"]["code"] == "INVALID_REQUEST"


NO_MESSAGES = [
    ([b"\x00\x01"], 4400),
    (["{"], 4400),
    (["[]"], 4400),
    (['{"type": 3}'], 4400),
    (['{"type": "connection_init", "payload": []}'], 4400),
    (['{"type": "subscribe", "id": "1", "payload": {}}'], 4401),
    (['{"type": "connection_init", "payload": {"x-api-key": "cwk_nobody_nothing"}}'], 4403),
    (["INIT", '{"type": "connection_init"}'], 4429),
    (["INIT", '{"type": "nonsense"}'], 4400),
    (["INIT", '{"type": "subscribe", "payload": {}}'], 4400),
    (["INIT", '{"type": "subscribe", "id": "1", "payload": 5}'], 4400),
    (["INIT", '{"type": "subscribe", "id": "\\u0000", "payload": {}}'], 4400),
    (["INIT", '{"type": "ping", "payload": "' + "x" * socket.LARGEST + '"}'], 1009),
]


def test_a_message_that_is_none_ends_the_connection(rest: Rest, url: str) -> None:
    key = rest.key()

    async def scenario(messages: list[str | bytes]) -> int:
        async with opened(url, {"X-API-Key": key}) as client:
            for message in messages:
                await client.send('{"type": "connection_init"}' if message == "INIT" else message)
            return await ended(client)

    for messages, code in NO_MESSAGES:
        assert asyncio.run(scenario(messages)) == code, messages[-1][:80]  # type: ignore[arg-type]


def test_noise_never_stops_the_door(rest: Rest, url: str) -> None:
    noise, key = random.Random(7), rest.key()
    words = ["type", "id", "payload", "subscribe", "next", "complete", "query", "{a}", None, 3, [], {}, "\ud800"]

    async def scenario() -> None:
        for _ in range(30):
            async with opened(url, {"X-API-Key": key}) as client:
                await init(client)
                for _ in range(5):
                    pairs = {str(noise.choice(words)): noise.choice(words) for _ in range(4)}
                    raw = json.dumps(pairs) if noise.random() < 0.7 else noise.randbytes(20)
                    try:
                        await client.send(raw)
                    except ConnectionClosed:
                        break
        async with opened(url, {"X-API-Key": key}) as client:
            assert await init(client) == {"type": "connection_ack"}

    asyncio.run(scenario())


def test_strangers_are_not_waited_for(rest: Rest, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "PATIENCE", 0.2)

    async def scenario() -> list[int]:
        async with opened(url, {"X-API-Key": rest.key()}) as silent:
            late = await ended(silent)
        async with opened(url) as nobody:
            await nobody.send('{"type": "connection_init"}')
            unknown = await ended(nobody)
        async with connect(websocket(url), additional_headers={"X-API-Key": rest.key()}) as other:
            return [late, unknown, await ended(other)]

    assert asyncio.run(scenario()) == [4408, 4403, 4406]


def test_a_cookie_opens_a_socket_from_our_own_pages_only(rest: Rest, url: str) -> None:
    rest.people.add("ana", "viewer")
    cookie = {"Cookie": "_token=token.ana.x"}

    async def scenario(origin: dict[str, str]) -> bool:
        try:
            async with opened(url, cookie | origin) as client:
                return await init(client) == {"type": "connection_ack"}
        except Exception:
            return False

    assert not asyncio.run(scenario({"Origin": "https://evil.example"}))
    assert not asyncio.run(scenario({"Sec-Fetch-Site": "cross-site"}))
    assert asyncio.run(scenario({"Sec-Fetch-Site": "same-origin"}))
