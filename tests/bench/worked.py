"""What an API server holds after it took files in, searched, listed, walked lineage, wrote and told events."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import httpx
from sqlalchemy import text
from tests.bench.report import Figure
from tests.support.app import METASTORE, Rest
from websockets.asyncio.client import connect

ROUNDS = 50
FOLLOWERS = 50
WRITES = 100
WORDS = ("customer", "daily", "order", "gold", "re", "ustome", "clean invoice", "type:TABLE tag:PII")
LIMIT = 500


def memory(rest: Rest, base: str, pid: int) -> Figure:
    """The resident memory of the server of this process id, in MB, when it has done some of everything."""
    loaded = megabytes(pid)
    with httpx.Client(base_url=base, headers={"X-API-Key": rest.key()}, timeout=120) as client:
        for number in range(ROUNDS):
            query: dict[str, str | int] = {"q": WORDS[number % len(WORDS)], "limit": 100}
            _ok(client.get(f"{METASTORE}/search", params=query))
            _ok(client.get(f"{METASTORE}/search/facets", params={"q": query["q"]}))
            listed = _ok(client.get(f"{METASTORE}/assets", params={"limit": 100, "offset": number * 100}))
            asset = json.loads(listed)["data"][0]["id"]
            _ok(client.get(f"{METASTORE}/assets/{asset}/lineage", params={"depth": 10, "direction": "both"}))
    with rest.platform.session() as session:
        session.execute(text("TRUNCATE crosswind.outbox"))
        session.commit()
    rest.platform.relay.start()
    asyncio.run(_told(base, rest.key()))
    after = megabytes(pid)
    print(f"  {loaded:.0f} MB after the files", flush=True)
    return Figure(
        "memory of the API server after files, searches, lists, lineage, writes and events", after, "MB", at_most=LIMIT
    )


def megabytes(pid: int) -> float:
    """What a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def cpu(postmaster: int) -> float:
    """Seconds of CPU that a PostgreSQL and all its sessions took so far."""
    processes = (each for each in Path("/proc").iterdir() if each.name.isdigit())
    return sum(_seconds(int(each.name)) for each in processes if _of(each, postmaster))


def _of(process: Path, postmaster: int) -> bool:
    try:
        return process.name == str(postmaster) or _fields(process)[1] == str(postmaster)
    except OSError:
        return False


def _seconds(pid: int) -> float:
    try:
        fields = _fields(Path(f"/proc/{pid}"))
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _fields(process: Path) -> list[str]:
    return (process / "stat").read_text().rpartition(")")[2].split()


def _ok(answer: httpx.Response) -> str:
    assert answer.status_code < 300, answer.text
    return answer.text


async def _told(base: str, key: str) -> None:
    """Followers of everything, each of which is told of every write."""
    place, headers = f"{base.replace('http', 'ws', 1)}{METASTORE}/ws", {"X-API-Key": key}
    clients = [await connect(place, additional_headers=headers, max_queue=None) for _ in range(FOLLOWERS)]
    for client in clients:
        await client.send(json.dumps({"type": "subscribe", "channel": "asset.updates"}))
        assert json.loads(await client.recv())["type"] == "subscribed"
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as http:
        for number in range(WRITES):
            body = {"type": "TABLE", "name": f"late_{number}", "qualified_name": f"late.{number}"}
            _ok(await http.post(f"{METASTORE}/assets", json=body))
    for client in clients:
        for _ in range(WRITES):
            await client.recv()
        await client.close()
