"""`kill -9` of each process under mixed writes by all protocols: what was answered is there, and each event told."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.commands import Command
from tests.support.graphql import GRAPHQL
from tests.support.protocols import OverGraphql, OverGrpc, OverRest
from tests.support.resuming import Follower, OverSse, OverWebSocket
from tests.support.resuming import OverGraphql as GraphqlFollower
from tests.support.writers import ITEMS, Batches, Describing, Ledger, Mixed, Writer

from crosswind.contexts.governance import chain
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind.kit.embedded.processes import servers_of
from crosswind.migrations import upgrade
from crosswind_client import connect
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub

VERBS = ("create", "read", "update", "delete")
SCOPES = [f"{noun}:{verb}" for noun in ("asset", "relationship", "tag") for verb in VERBS]
BEFORE, AFTER = 6, 6
"""Answers that each writer has before the kill, and after what was killed is back."""
PATIENCE = 180.0
FEW = {"shared_buffers": "32MB", "max_connections": "80"}


class World:
    """The API server and gRPC in processes of their own over a PostgreSQL that forgets nothing it has promised."""

    def __init__(self, folder: Path) -> None:
        self.postgres = EmbeddedPostgres(folder / "durable", settings=FEW)
        self.postgres.start()
        self.postgres.create_database("kills")
        self.store = self.postgres.url("kills")
        upgrade(self.store)
        with Rest(self.store) as rest:
            self.key = rest.platform_key(*SCOPES)
        self.api = Command("serve", self.store, folder)
        self.grpc = Command("grpc", self.store, folder)
        self.api.listens()
        self.grpc.listens()

    def client(self) -> httpx.Client:
        base = f"http://{self.api.target}/crosswind"
        return httpx.Client(base_url=base, headers={"X-API-Key": self.key}, timeout=60, trust_env=False)

    def writers(self, name: str, followed: str) -> list[Writer]:
        """Callers by each protocol; the last one changes the asset that some follow alone, `followed`."""
        stub = MetadataServiceStub(connect(self.grpc.target, api_key=self.key, deadline=60))
        rest, graphql, grpc = OverRest(self.client()), OverGraphql(self.client()), OverGrpc(stub)
        mixed = [Mixed(f"{name}rest", rest), Mixed(f"{name}graphql", graphql), Mixed(f"{name}grpc", grpc)]
        again = Describing(f"{name}again", (rest, graphql, grpc), followed, f"{name}followed")
        return [*mixed, Batches(f"{name}batch", self.client()), again]

    def followers(self, followed: str) -> list[Follower]:
        place = f"{self.api.target}/crosswind"
        return [
            OverWebSocket(f"ws://{place}{METASTORE}/ws", self.key),
            OverSse(f"http://{place}{METASTORE}/events", self.key),
            GraphqlFollower(f"ws://{place}{GRAPHQL}", self.key, followed),
        ]

    def make(self, name: str) -> str:
        """A table, by its name."""
        fields = {"type": "TABLE", "name": name, "qualified_name": name, "description": "new"}
        return str(OverRest(self.client()).create(**fields)["id"])

    def kill_postgres(self) -> None:
        """The postmaster and all its sessions, so that nobody finishes anything."""
        data = self.postgres.place.data
        postmaster = self.postgres.pid
        assert postmaster
        for pid in (postmaster, *servers_of(data)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def rows(self, statement: str) -> list[Any]:
        with self.postgres.connect("kills") as link:
            return link.execute(statement).fetchall()

    def logs(self) -> str:
        """The last words of both processes."""
        return "\n".join(each.log.read_text(encoding="utf-8")[-4000:] for each in (self.api, self.grpc))

    def close(self) -> None:
        self.api.kill()
        self.grpc.kill()
        self.postgres.stop()


@pytest.fixture(scope="module")
def world(short_folder: Path) -> Iterator[World]:
    folder = short_folder / "kills"
    folder.mkdir(mode=0o755)
    found = World(folder)
    yield found
    found.close()


@contextmanager
def under_load(world: World, name: str) -> Iterator[tuple[list[Writer], list[Follower]]]:
    """Writers and followers at work; at its end the writers have stopped, and the followers go on."""
    followed = world.make(f"{name}followed")
    writers, followers = world.writers(name, followed), world.followers(followed)
    for each in (*writers, *followers):
        each.start()
    try:
        yield writers, followers
    finally:
        for each in writers:
            each.over.set()
    for each in writers:
        each.end()


def until(holds: Callable[[], bool], said: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, said()
        time.sleep(0.05)


def until_answered(world: World, writers: list[Writer], more: int) -> None:
    """Until each has so many answers more."""
    for each in writers:
        each.goal = each.answered + more

    def have() -> bool:
        assert not any(each.wrong for each in writers), told()
        return all(each.answered >= each.goal for each in writers)

    def told() -> object:
        return [(each.name, each.answered, each.unanswered, each.wrong[:3]) for each in writers], world.logs()

    until(have, told)


def kill_api(world: World, _: list[Writer]) -> None:
    world.api.kill()
    world.api.begin()
    world.api.listens()


def kill_grpc(world: World, _: list[Writer]) -> None:
    world.grpc.kill()
    world.grpc.begin()
    world.grpc.listens()


def kill_postgres(world: World, writers: list[Writer]) -> None:
    """It comes back once everybody has missed it."""
    missed = {each: each.unanswered for each in writers}
    world.kill_postgres()
    until(lambda: all(each.unanswered > count for each, count in missed.items()), lambda: "nobody misses it")
    world.postgres.start()


@pytest.mark.parametrize("kill", [kill_api, kill_grpc, kill_postgres], ids=["API server", "gRPC", "PostgreSQL"])
def test_what_was_answered_is_there_and_told_after_a_kill(
    world: World, kill: Callable[[World, list[Writer]], None]
) -> None:
    with under_load(world, kill.__name__.removeprefix("kill_")) as (writers, followers):
        until_answered(world, writers, BEFORE)
        kill(world, writers)
        until_answered(world, writers, AFTER)
    told = _followed(world, followers)
    wrong = [each.wrong for each in writers] + [each.wrong for each in followers]
    assert not any(wrong), wrong
    assert sum(each.unanswered for each in writers), "nobody noticed the kill"
    assert all(each.broken for each in followers) or kill is not kill_api

    ledger = Ledger()
    for each in writers:
        ledger.add(each.ledger)
    with world.client() as client:
        ids = _there(client, ledger)
        _found(client, ledger, ids)
        _related(client, ledger, ids)
        tags = {each[0] for each in world.rows("SELECT name FROM crosswind.tags")}
        assert tags >= set(ledger.tags)
    _recorded(world)
    assert {each[1] for each in told} >= set(ids.values())


def _followed(world: World, followers: list[Follower]) -> list[tuple[int, str, str]]:
    """What the first was told; each was told each event of what it follows, once and in order."""
    until(
        lambda: world.rows("SELECT 1 FROM crosswind.outbox WHERE seq IS NULL LIMIT 1") == [],
        lambda: "the relay left events behind",
    )
    asked = "SELECT seq, entity_id FROM crosswind.outbox WHERE entity_type = 'ASSET' ORDER BY seq"
    events = world.rows(asked)
    wanted = {each: [event for event in events if each.asset in {None, event[1]}] for each in followers}
    until(
        lambda: all(each.last >= told[-1][0] for each, told in wanted.items()),
        lambda: [(each.name, each.last, each.broken, each.wrong) for each in followers],
    )
    for each, told in wanted.items():
        each.over.set()
        assert [(place, asset) for place, asset, _ in each.seen] == told, each.name
        assert len(told) > BEFORE + AFTER, each.name
    return followers[0].seen


def _there(client: httpx.Client, ledger: Ledger) -> dict[str, str]:
    """The ids of the assets that are there, each in a state that it may be in."""
    found: dict[str, dict[str, Any]] = {}
    asked: dict[str, Any] = {"limit": 100}
    while True:
        page = client.get(f"{METASTORE}/assets", params=asked).json()
        found |= {each["qualified_name"]: each for each in page["data"]}
        if not page["pagination"]["has_more"]:
            break
        asked["cursor"] = page["pagination"]["next_cursor"]
    for name, states in ledger.assets.items():
        asset = found.get(name)
        state = (asset["description"] or "", sorted(asset["tags"])) if asset else None
        assert state in states, name
    return {name: found[name]["id"] for name in ledger.assets if name in found}


def _found(client: httpx.Client, ledger: Ledger, ids: dict[str, str]) -> None:
    for name, state in ledger.settled.items():
        hits = client.get(f"{METASTORE}/search", params={"q": name, "limit": 1}).json()["results"]
        assert [hit["asset"]["id"] for hit in hits if hit["asset"]["name"] == name] == ([ids[name]] if state else [])


def _related(client: httpx.Client, ledger: Ledger, ids: dict[str, str]) -> None:
    settled = ledger.settled
    for (source, target), states in ledger.edges.items():
        if len(states) > 1 or source not in settled or target not in settled:
            continue
        path = f"{METASTORE}/assets/{ids[source]}/lineage"
        graph = client.get(path, params={"depth": 1, "direction": "upstream"}).json()
        wanted = [target] if settled[target] else []
        assert [each["asset"]["name"] for each in graph["upstream"]] == wanted, (source, target)


def _recorded(world: World) -> None:
    """The audit verifies, and tells of each change and of each batch once, as the events do."""
    with Rest(world.store) as rest, rest.platform.session() as session:

        def sealed() -> bool:
            chain.seal(session)
            left = session.scalar(text("SELECT count(*) FROM crosswind.audit WHERE hash IS NULL"))
            session.rollback()
            return bool(left == 0)

        until(sealed, lambda: "rows of the audit are left unsealed")
        verdict = chain.verify(session)
        assert (len(verdict.faults), bool(verdict.rows)) == (0, True), verdict.faults
    asked = "SELECT entity_id, action FROM crosswind.{} WHERE entity_type = 'ASSET' AND entity_id IN ({})"
    one_by_one = "SELECT id::text FROM crosswind.assets WHERE type = 'TABLE'"
    audited, told = (Counter(world.rows(asked.format(table, one_by_one))) for table in ("audit", "outbox"))
    assert audited == told, "each with its audit and its event, and neither without it"
    ((batches,),) = world.rows("SELECT count(*) FROM crosswind.audit WHERE action = 'INGEST'")
    ((items,),) = world.rows("SELECT count(*) FROM crosswind.assets WHERE type = 'VIEW'")
    assert items == batches * ITEMS
