"""From a change to those who follow it: WebSocket clients of one server, what they cost, and the rate of the relay."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

import httpx
from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.bench.bench_catalog import store
from tests.bench.report import Figure
from tests.bench.stage import Stage
from tests.support.app import METASTORE
from tests.support.live_server import LiveServer, live_server
from websockets.asyncio.client import ClientConnection, connect

from crosswind.kit import outbox
from crosswind.kit.listening import Link
from crosswind.kit.relay import BATCH, publish
from crosswind.kit.store import make_engine

SUBSCRIBERS = 100
CHANGES = 200
PACE = 0.05
IDLE, BUSY, BUSY_CHANGES = 500, 50, 300
ROWS = 100_000


def run(stage: Stage) -> None:
    url = store(stage.server, "events")
    with live_server(url) as server:
        stage.report.add("events", SUBSCRIBERS, asyncio.run(latency(url, server)))
    with live_server(url) as server:
        stage.report.add("events", IDLE + BUSY, *asyncio.run(many(server)))
    stage.report.add("events", ROWS, published(url))


async def subscribed(server: LiveServer, count: int, channel: str = "asset.updates") -> list[ClientConnection]:
    """So many clients, opened a few at a time."""
    opening, found = asyncio.Semaphore(20), list[ClientConnection]()

    async def open_one(number: int) -> None:
        async with opening:
            place = f"ws://{server.host}{METASTORE}/ws?token={server.keys[number % len(server.keys)]}"
            client = await connect(place, compression=None, ping_interval=None, max_queue=None)
            await client.send(json.dumps({"type": "subscribe", "channel": channel}))
            assert json.loads(await client.recv())["type"] == "subscribed"
            found.append(client)

    await asyncio.gather(*(open_one(number) for number in range(count)))
    return found


async def received(client: ClientConnection, count: int) -> dict[str, float]:
    """When each of so many events came, as the clock on the wall says, by the asset's name."""
    times: dict[str, float] = {}
    while len(times) < count:
        message = await client.recv()
        times[json.loads(message)["data"]["name"]] = time.time()
    return times


async def write(server: LiveServer, count: int, prefix: str, pace: float) -> None:
    """Create so many assets one by one."""
    async with httpx.AsyncClient(base_url=f"http://{server.host}", headers={"X-API-Key": server.keys[0]}) as client:
        for number in range(count):
            name = f"{prefix}{number}"
            body = {"type": "TABLE", "name": name, "qualified_name": name}
            answer = await client.post(f"{METASTORE}/assets", json=body)
            assert answer.status_code == 201, answer.text
            await asyncio.sleep(pace)


def written(url: str) -> dict[str, float]:
    """When each event was written, a moment before its transaction was committed, by the asset's name."""
    engine = make_engine(url)
    with Session(engine) as session:
        rows = session.execute(text("SELECT data ->> 'name', extract(epoch FROM at) FROM crosswind.outbox")).all()
    engine.dispose()
    return {row[0]: float(row[1]) for row in rows}


async def latency(url: str, server: LiveServer) -> Figure:
    """The 95th percentile over every event and subscriber, from just before the commit to the client's own code."""
    clients = await subscribed(server, SUBSCRIBERS)
    receiving = [asyncio.ensure_future(received(client, CHANGES)) for client in clients]
    await write(server, CHANGES, "a", PACE)
    found: Sequence[dict[str, float]] = await asyncio.gather(*receiving)
    taken = sorted(times[name] - since for times in found for name, since in written(url).items())
    for client in clients:
        await client.close()
    print(f"  median {taken[len(taken) // 2] * 1000:.1f} ms, longest {taken[-1] * 1000:.1f} ms", flush=True)
    name = f"commit to WebSocket client, {SUBSCRIBERS} subscribers, p95"
    return Figure(name, taken[int(len(taken) * 0.95)] * 1000, "ms", at_most=100)


async def many(server: LiveServer) -> tuple[Figure, ...]:
    """What idle and busy clients add to the memory of the server, with what it holds before."""
    warm = await subscribed(server, 1)
    before = server.megabytes
    idle = [
        client
        for number in range(0, IDLE, 50)
        for client in await asyncio.gather(*(opened(server, number + each) for each in range(50)))
    ]
    at_rest = server.megabytes
    busy = await subscribed(server, BUSY)
    receiving = [asyncio.ensure_future(received(client, BUSY_CHANGES)) for client in busy]
    since = time.perf_counter()
    await write(server, BUSY_CHANGES, "b", 0)
    await asyncio.gather(*receiving)
    told = BUSY * BUSY_CHANGES / (time.perf_counter() - since)
    after = server.megabytes
    for client in (*warm, *idle, *busy):
        client.transport.abort()
    return (
        Figure(f"memory of the server with {IDLE} idle and {BUSY} busy clients", after, "MB", at_most=500),
        Figure(f"that {IDLE} idle clients add", at_rest - before, "MB"),
        Figure(f"that {BUSY} busy clients and their writes add", after - at_rest, "MB"),
        Figure("messages sent meanwhile, the writes being the limit", told, "/s"),
    )


async def opened(server: LiveServer, number: int) -> ClientConnection:
    """A client that follows an asset which never changes."""
    place = f"ws://{server.host}{METASTORE}/ws?token={server.keys[number % len(server.keys)]}"
    return await connect(place, compression=None, ping_interval=None)


def published(url: str) -> Figure:
    """Rows that the relay gives their places in a second, written beforehand."""
    engine = make_engine(url)
    rows: list[outbox.NewRow] = [
        {"type": "asset.updated", "entity_type": "ASSET", "entity_id": str(number), "action": "UPDATE",
         "data": {"name": f"table_{number}", "type": "TABLE", "qualified_name": f"shop.public.table_{number}"}}
        for number in range(BATCH)
    ]  # fmt: skip
    with Session(engine) as session:
        for _ in range(ROWS // BATCH):
            outbox.add_many(session, "default", rows)
        session.commit()
        session.execute(text("ANALYZE crosswind.outbox"))
        session.commit()
    link = Link(engine)
    since = time.perf_counter()
    while publish(link):
        pass
    taken = time.perf_counter() - since
    link.close()
    engine.dispose()
    return Figure("rows that the relay publishes", ROWS / taken, "/s", at_least=15_000)
