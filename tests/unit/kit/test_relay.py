"""The relay against a real store: order, gaps, late commits, two processes, a store that goes away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from crosswind.kit import outbox
from crosswind.kit.listening import Link, Waker
from crosswind.kit.relay import PUBLISHED, Relay
from crosswind.kit.store import make_engine


@pytest.fixture
def engine(store: str) -> Iterator[Engine]:
    made = make_engine(store, pool_size=10)
    yield made
    made.dispose()


@contextmanager
def relaying(engine: Engine) -> Iterator[Relay]:
    relay = Relay(engine)
    relay.start()
    try:
        yield relay
    finally:
        relay.stop()


def write(session: Session, *names: str) -> None:
    """Rows of the entities of these names, not yet committed."""
    row = {"type": "tag.updated", "entity_type": "TAG", "action": "UPDATE"}
    outbox.add_many(session, "default", [{**row, "entity_id": name} for name in names])  # type: ignore[typeddict-item]


def published(engine: Engine) -> list[tuple[int, str]]:
    """Places and entities, by place."""
    with Session(engine) as session:
        rows = session.execute(text("SELECT seq, entity_id FROM crosswind.outbox WHERE seq IS NOT NULL ORDER BY seq"))
        return [(row[0], row[1]) for row in rows]


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


def test_what_is_committed_late_gets_a_later_place_and_is_not_lost(engine: Engine) -> None:
    with relaying(engine) as relay, Session(engine) as early, Session(engine) as late:
        write(late, "late")
        write(early, "early")
        early.commit()
        relay.nudge()
        eventually(lambda: published(engine) == [(1, "early")])
        late.commit()
        eventually(lambda: published(engine) == [(1, "early"), (2, "late")])


def test_many_writers_at_once_leave_no_gap_and_each_entity_is_in_order(engine: Engine) -> None:
    def work(number: int) -> None:
        for turn in range(25):
            with Session(engine) as session:
                write(session, f"{number}:{turn}:a", f"{number}:{turn}:b")
                if turn % 5 == 4:
                    session.rollback()
                    continue
                if turn % 3 == 0:
                    time.sleep(0.005)
                session.commit()

    with relaying(engine) as relay, relaying(engine):
        writers = [Thread(target=work, args=(number,)) for number in range(6)]
        for each in writers:
            each.start()
        for each in writers:
            each.join()
        relay.nudge()
        eventually(lambda: len(published(engine)) == 6 * 20 * 2)
    found = published(engine)
    assert [seq for seq, _ in found] == list(range(1, 241))
    for number in range(6):
        own = [name for _, name in found if name.startswith(f"{number}:")]
        assert own == [f"{number}:{turn}:{each}" for turn in range(25) if turn % 5 != 4 for each in "ab"]


def test_a_second_process_passes_on_what_it_commits_and_takes_over_when_the_first_ends(engine: Engine) -> None:
    first, second = Relay(engine, poll=60.0), Relay(engine, poll=2.0)
    first.start()
    eventually(lambda: _leads(engine))
    second.start()
    time.sleep(0.2)
    with Session(engine) as session:
        write(session, "one")
        session.commit()
    second.nudge()
    eventually(lambda: published(engine) == [(1, "one")])
    first.stop()
    with Session(engine) as session:
        write(session, "two")
        session.commit()
    eventually(lambda: published(engine) == [(1, "one"), (2, "two")])
    second.stop()


def _leads(engine: Engine) -> bool:
    with Session(engine) as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")))


def test_readers_are_notified_of_the_last_place(engine: Engine) -> None:
    heard: list[str] = []
    waker = Waker()
    link = Link(engine, [PUBLISHED])
    link.raw.add_notify_handler(lambda note: heard.append(note.payload))
    with relaying(engine) as relay, Session(engine) as session:
        write(session, "a", "b", "c")
        session.commit()
        relay.nudge()
        assert link.wait(5, waker)
        link.raw.execute("SELECT 1")
    with Session(engine) as session:
        assert session.scalar(text("SELECT seq FROM crosswind.outbox_head")) == 3
    link.close()


def test_the_relay_outlives_a_store_that_cuts_its_link(engine: Engine) -> None:
    with relaying(engine) as relay, Session(engine) as session:
        write(session, "before")
        session.commit()
        relay.nudge()
        eventually(lambda: len(published(engine)) == 1)
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        write(session, "after")
        session.commit()
        relay.nudge()
        eventually(lambda: published(engine) == [(1, "before"), (2, "after")])
