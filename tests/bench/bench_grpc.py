"""One asset by REST, GraphQL and gRPC, each over a socket and from a server of its own: calls a second, and its CPU."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from tests.bench.bench_catalog import store
from tests.bench.report import Figure
from tests.bench.stage import Stage
from tests.support.app import METASTORE, Rest
from tests.support.catalog import connection, crawl, ok, table
from tests.support.graphql import GRAPHQL
from tests.support.listening import Listening

from crosswind_client import connect
from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub

ROOT = Path(__file__).parents[2]
SECONDS = 240
READS = 400
ROUNDS = 3
COLUMNS = tuple(f"column_{number} integer" for number in range(20))
QUERY = """query($id: ID!) { asset(id: $id) { id type name qualifiedName description metadata tags { name }
  schema { id name type nullable position description tags { name } classification primaryKey unique references }
  createdBy { id name } classification connectionId createdAt updatedAt crawledAt version } }"""


@dataclass
class Server:
    """A process that serves one store, and where."""

    place: str
    pid: int

    @property
    def cpu(self) -> float:
        """Seconds that it computed so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(stage: Stage) -> None:
    url = store(stage.server, "grpc")
    with Rest(url, rate_limit=1_000_000) as rest:
        crawl(rest, connection(rest, "bench"), [table(f"t{number:03}", *COLUMNS) for number in range(50)])
        key = rest.platform_key("asset:read")
        asset = ok(rest.client().get(f"{METASTORE}/assets"))["data"][0]["id"]
    with ExitStack() as stack:
        http, grpc = (stack.enter_context(process(kind, url)) for kind in ("http", "grpc"))
        client = stack.enter_context(httpx.Client(base_url=http.place, headers={"X-API-Key": key}, trust_env=False))
        stub = MetadataServiceStub(stack.enter_context(connect(grpc.place, api_key=key)))
        by_rest = partial(_get, client, asset)
        stage.report.add(
            "grpc", None, *beside(("gRPC", grpc, partial(_call, stub, asset)), ("REST", http, by_rest)),
            *beside(("GraphQL", http, partial(_ask, client, asset)), ("REST", http, by_rest)),
        )  # fmt: skip


Contender = tuple[str, Server, Callable[[], object]]


def beside(ours: Contender, theirs: Contender) -> list[Figure]:
    """The best of some rounds in turns: calls a second, and milliseconds of the server's CPU a call."""
    rates: dict[str, float] = {}
    costs: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, server, work in (ours, theirs):
            since, computed = time.perf_counter(), server.cpu
            for _ in range(READS):
                work()
            rates[name] = max(rates.get(name, 0), READS / (time.perf_counter() - since))
            costs[name] = min(costs.get(name, 1e9), (server.cpu - computed) * 1000 / READS)
    one, other = ours[0], theirs[0]
    return [
        Figure(f"get an asset of 20 columns by {one}, beside {other}", rates[one], "1/s", beside=rates[other]),
        Figure(f"the same: the server's CPU by {one}, beside {other}", costs[one], "ms", beside=costs[other]),
    ]


def _get(client: httpx.Client, asset: str) -> object:
    return ok(client.get(f"{METASTORE}/assets/{asset}"))


def _ask(client: httpx.Client, asset: str) -> object:
    answer = ok(client.post(GRAPHQL, json={"query": QUERY, "variables": {"id": asset}}))
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def _call(stub: MetadataServiceStub, asset: str) -> object:
    return stub.GetAsset(v1.GetAssetRequest(id=asset))


@contextmanager
def process(kind: str, url: str) -> Iterator[Server]:
    """A server of one kind over the store."""
    command = [sys.executable, "-m", "tests.bench.bench_grpc", kind, url]
    started = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        told = next(line for line in started.stdout if line.startswith("SERVING "))
        yield Server(told.split()[1], started.pid)
    finally:
        started.kill()
        started.wait()


def main(kind: str, url: str) -> None:
    """Serve until killed."""
    with Rest(url, rate_limit=1_000_000, grpc_port=0) as rest:
        if kind == "http":
            print(f"SERVING {Listening(rest.app).url}", flush=True)
            threading.Event().wait()
        else:
            asyncio.run(_serve(rest))


async def _serve(rest: Rest) -> None:
    from crosswind.doors.grpc.server import GrpcServer

    server = GrpcServer(rest.platform)
    await server.start(rest.platform.settings)
    print(f"SERVING 127.0.0.1:{server.port}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
