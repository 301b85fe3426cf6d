"""The hub over a real store: order, resuming without a gap, bounded memory, and nobody told what is not theirs."""

from __future__ import annotations

import asyncio
import time
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, connection, ok
from tests.support.following import follower, last_place, nothing_from, relayed, take, tell
from tests.support.runs import MadeUpRuns

from crosswind.contexts.events import repository
from crosswind.contexts.events.errors import EventsForgotten
from crosswind.contexts.tasks.ports import RunFacts
from crosswind.gate.events import EventMessage
from crosswind.gate.subscription import MOST_WAITING, Subscription
from crosswind.gate.task_watch import TaskWatch
from crosswind.kit.errors import Forbidden, Invalid, NotFound, Unauthenticated

ASSETS = "asset.updates"


def settled(rest: Rest, place: int) -> None:
    """Wait until so many places are given."""
    end = time.monotonic() + 10
    while last_place(rest) < place:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_a_service_commits_is_told_with_its_place(rest: Rest) -> None:
    client = rest.client()

    async def follow() -> None:
        async with await hub.subscribe(follower(rest, rest.key()), ASSETS) as events:
            facts = {"type": "TABLE", "name": "users", "qualified_name": "shop.users"}
            asset = await asyncio.to_thread(lambda: ok(client.post(f"{METASTORE}/assets", json=facts)))
            await asyncio.to_thread(client.delete, f"{METASTORE}/assets/{asset['id']}")
            made, gone = await take(events, 2)
            assert (made.type, made.action, made.entity_id, made.event_id) == (
                "asset.created",
                "CREATE",
                asset["id"],
                1,
            )
            assert made.data["name"] == "users"
            assert (gone.type, gone.event_id) == ("asset.deleted", 2)

    with relayed(rest) as hub:
        asyncio.run(follow())


def test_one_asset_is_followed_alone(rest: Rest) -> None:
    facts = {"type": "TABLE", "name": "users", "qualified_name": "shop.users"}
    asset = ok(rest.client().post(f"{METASTORE}/assets", json=facts))["id"]

    async def follow() -> None:
        me = follower(rest, rest.key())
        async with await hub.subscribe(me, ASSETS, asset) as events:
            tell(rest, "another", asset, "another")
            (message,) = await take(events, 1)
            assert message.entity_id == asset
            assert await nothing_from(events)
        with pytest.raises(NotFound):
            await hub.subscribe(me, ASSETS, "3b9d5a1e-0000-4000-8000-000000000000")
        with pytest.raises(Invalid):
            await hub.subscribe(me, ASSETS, "no-uuid")
        with pytest.raises(Invalid):
            await hub.subscribe(me, "no.channel")
        assert hub.subscriptions() == []

    with relayed(rest) as hub:
        asyncio.run(follow())


def test_tenants_and_attributes_are_kept_apart(rest: Rest) -> None:
    eu, us = connection(rest, "eu", region="eu"), connection(rest, "us", region="us")

    async def follow() -> None:
        european = await hub.subscribe(follower(rest, rest.key("viewer", attributes={"region": ["eu"]})), ASSETS)
        everybody = await hub.subscribe(follower(rest, rest.key("viewer")), ASSETS)
        acme = await hub.subscribe(follower(rest, rest.key("viewer", "acme")), ASSETS)
        start = last_place(rest)
        tell(rest, "in-us", connection_key=us)
        tell(rest, "in-eu", connection_key=eu)
        tell(rest, "nowhere")
        tell(rest, "acmes", tenant="acme")
        assert [each.entity_id for each in await take(everybody, 3)] == ["in-us", "in-eu", "nowhere"]
        assert [each.entity_id for each in await take(european, 2)] == ["in-eu", "nowhere"]
        assert [each.entity_id for each in await take(acme, 1)] == ["acmes"]
        resumed = await hub.subscribe(european.follower, ASSETS, after=start)
        assert [each.entity_id for each in await take(resumed, 2)] == ["in-eu", "nowhere"]
        for each in (european, everybody, acme, resumed):
            assert await nothing_from(each)
            each.close()

    with relayed(rest) as hub:
        asyncio.run(follow())


def test_resuming_while_others_write_has_neither_gap_nor_double(rest: Rest) -> None:
    stop = Event()
    written: list[str] = []

    def write() -> None:
        while not stop.is_set():
            names = [f"n{len(written) + offset}" for offset in range(7)]
            tell(rest, *names)
            written.extend(names)

    async def follow() -> None:
        me, found = follower(rest, rest.key()), []
        after = 0
        for stretch in (3, 1500, 40, 2500, 1):
            async with await hub.subscribe(me, ASSETS, after=after) as events:
                found += [each.entity_id for each in await take(events, stretch)]
                after = events.last
                await asyncio.sleep(0.05)
        stop.set()
        writer.join()
        async with await hub.subscribe(me, ASSETS, after=after) as events:
            found += [each.entity_id for each in await take(events, len(written) - len(found))]
            assert await nothing_from(events)
        assert found == written

    with relayed(rest) as hub:
        tell(rest, *(f"n{number}" for number in range(3000)))
        written.extend(f"n{number}" for number in range(3000))
        settled(rest, 3000)
        writer = Thread(target=write)
        writer.start()
        try:
            asyncio.run(follow())
        finally:
            stop.set()


def test_a_slow_reader_holds_a_bounded_number_in_memory_and_loses_nothing(rest: Rest) -> None:
    count = 4 * MOST_WAITING

    async def follow() -> None:
        async with await hub.subscribe(follower(rest, rest.key()), ASSETS) as events:
            for number in range(0, count, 500):
                tell(rest, *(f"n{each}" for each in range(number, number + 500)))
                settled(rest, number + 500)
                await asyncio.sleep(0.05)
                assert len(events._queue) + len(events._table) <= MOST_WAITING
            assert not events.live
            assert [each.entity_id for each in await take(events, count)] == [f"n{each}" for each in range(count)]
            tell(rest, "now")
            assert [each.entity_id for each in await take(events, 1)] == ["now"]
            assert events.live

    with relayed(rest) as hub:
        asyncio.run(follow())


def test_resuming_from_what_retention_took_is_told(rest: Rest) -> None:
    async def follow() -> None:
        me = follower(rest, rest.key())
        with pytest.raises(EventsForgotten) as caught:
            await hub.subscribe(me, ASSETS, after=1)
        assert caught.value.details["oldest_event_id"] == 4
        async with await hub.subscribe(me, ASSETS, after=3) as events:
            assert [each.event_id for each in await take(events, 2)] == [4, 5]
        with pytest.raises(Invalid):
            await hub.subscribe(me, ASSETS, after=6)

    with relayed(rest) as hub:
        tell(rest, "a", "b", "c", "d", "e")
        settled(rest, 5)
        with rest.platform.session() as session:
            session.execute(text("UPDATE crosswind.outbox SET at = now() - interval '2 hours' WHERE seq <= 3"))
            assert repository.forget(session, 1, 2) == 2
            assert repository.forget(session, 1, 2) == 1
            assert repository.forget(session, 1, 2) == 0
            session.commit()
        asyncio.run(follow())


def test_a_key_that_is_revoked_ends_what_it_opened(rest: Rest) -> None:
    client = rest.client(subject="ana")
    mine = ok(client.post(f"{PLATFORM}/keys", json={"name": "mine"}))

    async def follow() -> None:
        async with await hub.subscribe(follower(rest, mine["key"]), ASSETS) as events:
            client.delete(f"{PLATFORM}/keys/{mine['id']}")
            with pytest.raises(Unauthenticated):
                await take(events, 1)
        narrow = follower(rest, rest.key("viewer", subject="bob"))
        async with await hub.subscribe(narrow, ASSETS) as events:
            rest.people.add("bob")
            with pytest.raises(Forbidden):
                await take(events, 1)
        assert hub.subscriptions() == []

    with relayed(rest) as hub:
        asyncio.run(follow())


def test_a_grant_that_is_added_narrows_what_is_told(rest: Rest) -> None:
    us = connection(rest, "us")
    key = rest.key("viewer", subject="eve")

    async def follow() -> None:
        async with await hub.subscribe(follower(rest, key), ASSETS) as events:
            tell(rest, "before", connection_key=us)
            assert [each.entity_id for each in await take(events, 1)] == ["before"]
            rest.key("viewer", subject="eve", attributes={"region": ["eu"]})
            await asyncio.sleep(0.6)
            tell(rest, "after", connection_key=us)
            assert await nothing_from(events)

    with relayed(rest) as hub:
        asyncio.run(follow())


def test_followers_outlive_a_store_that_cuts_every_link(rest: Rest) -> None:
    async def follow() -> None:
        async with await hub.subscribe(follower(rest, rest.key()), ASSETS) as events:
            tell(rest, "before")
            await take(events, 1)
            with rest.platform.session() as session:
                session.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
            tell(rest, "after")
            assert [each.entity_id for each in await take(events, 1)] == ["after"]

    with relayed(rest) as hub:
        asyncio.run(follow())


def test_what_the_store_fails_on_while_it_is_handed_on_is_read_again(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection(rest, "eu", region="eu")
    narrow = rest.key("viewer", attributes={"region": ["eu"]})
    seen, failed = repository.seen, Event()

    def fails_once(*asked: Any) -> Any:
        if not failed.is_set():
            failed.set()
            raise OperationalError("SELECT", {}, psycopg.OperationalError("the store went"))
        return seen(*asked)

    async def follow() -> None:
        async with (
            await hub.subscribe(follower(rest, narrow), ASSETS) as narrowed,
            await hub.subscribe(follower(rest, rest.key()), ASSETS) as every,
        ):
            monkeypatch.setattr(repository, "seen", fails_once)
            tell(rest, "first")
            for events in (narrowed, every):
                assert [each.entity_id for each in await take(events, 1)] == ["first"]
            assert failed.is_set()

    with relayed(rest) as hub:
        asyncio.run(follow())


def test_a_task_that_ends_while_it_is_subscribed_to_is_told(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = MadeUpRuns()
    rest.platform.__dict__["runs"] = runs
    task = Task(rest, connection(rest)).id
    runs.runs["CRAWL", task] = RunFacts("CRAWL", task, "running", 1)
    begin = TaskWatch.begin

    def slowly(watch: TaskWatch, subscription: Subscription) -> list[EventMessage]:
        first = begin(watch, subscription)
        runs.becomes("CRAWL", task, "success")
        time.sleep(0.3)
        return first

    monkeypatch.setattr(TaskWatch, "begin", slowly)

    async def follow() -> None:
        async with await hub.subscribe(follower(rest, rest.key("viewer")), "task.progress", task) as events:
            assert [each.action for each in await take(events, 2)] == ["RUNNING", "COMPLETED"]

    with relayed(rest) as hub:
        asyncio.run(follow())
