"""Assets over REST in batches and one by one, with search, audit and outbox in the transaction, from bare sockets."""

from __future__ import annotations

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from tests.bench.bench_bulk import assets
from tests.bench.bench_catalog import store
from tests.bench.report import Figure
from tests.bench.serving import serving
from tests.bench.stage import Stage
from tests.support.app import METASTORE

SECONDS = 300
BATCH = 1_000
BATCHES = 60
SINGLES = 4_000
MOUNT = f"/crosswind{METASTORE}"


def run(stage: Stage) -> None:
    with serving(store(stage.server, "writes")) as door:
        base = f"http://127.0.0.1:{door.port}"
        batches = [batch(number) for number in range(BATCHES)]
        busy = door.cpu
        together = spread(base, door.key, f"{MOUNT}/ingestion/batch", batches, clients=2)
        many = (door.cpu - busy) / (BATCH * BATCHES) * 1000
        singles = [single(each) for each in assets(SINGLES)]
        busy = door.cpu
        alone = spread(base, door.key, f"{MOUNT}/assets", singles, clients=4)
        one = (door.cpu - busy) / SINGLES * 1000
    stage.report.add(
        "writes", None,
        Figure("assets in batches of 1,000, 2 clients", BATCH * BATCHES / together, "assets/s", at_least=15_000),
        Figure("CPU of the API process for an asset of a batch", many, "ms"),
        Figure("assets one by one, 4 clients, one API process", SINGLES / alone, "assets/s", at_least=1_000),
        Figure("CPU of the API process for a single asset", one, "ms"),
    )  # fmt: skip


def batch(number: int) -> bytes:
    found = [{**each, "qualified_name": f"batch{number}.{each['qualified_name']}"} for each in assets(BATCH)]
    return json.dumps({"assets": found}).encode()


def single(each: dict[str, Any]) -> bytes:
    told = {name: value for name, value in each.items() if name != "kind"}
    return json.dumps({**told, "qualified_name": f"one.{each['qualified_name']}"}).encode()


def spread(base: str, key: str, path: str, bodies: list[bytes], clients: int) -> float:
    """Post the bodies from so many clients at a time; return the seconds of all."""
    parts = [bodies[start::clients] for start in range(clients)]
    with ThreadPoolExecutor(clients) as pool:
        post(base, key, path, bodies[:0])
        since = time.perf_counter()
        list(pool.map(lambda part: post(base, key, path, part), parts))
        return time.perf_counter() - since


def post(base: str, key: str, path: str, bodies: list[bytes]) -> None:
    """Post bodies one after the other on one connection."""
    place = urlsplit(base)
    with socket.create_connection((str(place.hostname), int(place.port or 80))) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = link.makefile("rb")
        for body in bodies:
            head = (f"POST {path} HTTP/1.1\r\nHost: bench\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n")  # fmt: skip
            link.sendall(head.encode() + body)
            status = answers.readline()
            length = 0
            while (line := answers.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            answer = answers.read(length)
            assert status.split()[1][:1] == b"2", answer[:500]
