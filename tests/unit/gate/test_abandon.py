"""A call that nobody waits for any more, at any moment of it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from crosswind.gate.abandon import Abandon, Abandoned


def test_one_given_up_between_two_statements_ends_in_the_next(store: str) -> None:
    abandon, between = Abandon(), Event()

    def call() -> None:
        with Session(create_engine(store)) as session, abandon.watching(session):
            session.execute(text("SELECT 1"))
            between.set()
            time.sleep(0.3)
            session.execute(text("SELECT pg_sleep(30)"))

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(call)
        assert between.wait(60)
        begun = time.monotonic()
        abandon.now()
        assert time.monotonic() - begun < 25
        with pytest.raises(OperationalError):
            running.result(25)


def test_one_given_up_before_it_began_does_nothing(store: str) -> None:
    abandon = Abandon()
    abandon.now()
    with Session(create_engine(store)) as session, pytest.raises(Abandoned), abandon.watching(session):
        raise AssertionError("it began")
