"""Links of the WebSocket: who may open one, resuming, bad frames, and what ends one."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.app import PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.following import tell
from tests.support.sockets import Client, connected, listened, walk
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from crosswind.doors.live import socket
from crosswind.gate.hub import hub_of


@pytest.fixture
def url(rest: Rest) -> Iterator[str]:
    with listened(rest) as found:
        yield found


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
