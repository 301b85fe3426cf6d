"""Events that come while others are stored are one statement; each is stored, refused and audited as if alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.support.app import Rest
from tests.support.crowd import PATIENT, Crowd
from tests.support.openlineage import LINEAGE, NAMESPACE, dataset, event, schema

from crosswind.contexts.catalog.openlineage import repository
from crosswind.doors.rest.joint import Joiner

ELSEWHERE = "postgres://elsewhere.example.com:5432"


class Events(Crowd):
    """Sends events; counts what was stored together and what alone."""

    def __init__(self, rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(rest, monkeypatch, LINEAGE)
        self.groups: list[int] = []
        self.alone = 0
        many, one = repository.take_together, repository.take

        def take_together(session: Session, tellings: Sequence[repository.Telling]) -> Any:
            self.groups.append(len(tellings))
            return many(session, tellings)

        def take(*given: Any) -> Any:
            self.alone += 1
            return one(*given)

        monkeypatch.setattr(repository, "take_together", take_together)
        monkeypatch.setattr(repository, "take", take)


@pytest.fixture
def crowd(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> Events:
    return Events(rest, monkeypatch)


def rows(rest: Rest, statement: str) -> list[tuple[Any, ...]]:
    with rest.platform.session() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def of_job(number: int, **more: Any) -> dict[str, Any]:
    """An event of a job and of two datasets of its own."""
    return event(job=f"job{number}", inputs=[dataset(f"d.s.in{number}")], outputs=[dataset(f"d.s.out{number}")], **more)


def test_events_of_many_callers_are_one_statement_and_each_is_audited_as_its_own(rest: Rest, crowd: Events) -> None:
    ours, theirs = rest.platform_key("lineage:ingest"), rest.key("data_engineer", tenant="acme", subject="ann")
    answers = crowd.send(*((theirs if number % 2 else ours, of_job(number)) for number in range(1, 7)))
    assert [each.status_code for each in answers] == [201] * 6
    assert (crowd.groups, crowd.alone) == ([1, 5], 0)
    assert [each.headers["X-Request-Id"] for each in answers] == [f"request-{number}" for number in range(1, 7)]
    audited = rows(rest, "SELECT request_id, tenant, after->>'created' FROM crosswind.audit WHERE action = 'INGEST'")
    assert sorted(audited) == [
        (f"request-{number}", "acme" if number % 2 else "default", "3") for number in range(1, 7)
    ]  # fmt: skip
    told = rows(rest, "SELECT tenant, count(*) FROM crosswind.outbox GROUP BY 1 ORDER BY 1")
    assert told == [("acme", 18), ("default", 18)]
    known = rows(rest, "SELECT tenant, count(*) FROM crosswind.job_runs GROUP BY 1 ORDER BY 1")
    assert known == [("acme", 3), ("default", 3)]


def test_what_is_refused_is_refused_as_alone_and_the_others_of_its_group_are_stored(rest: Rest, crowd: Events) -> None:
    key = rest.platform_key("lineage:ingest")
    wrong = {**of_job(4), "eventType": "GONE"}
    answers = crowd.send(
        (key, of_job(1)), (rest.key("viewer", subject="vic"), of_job(2)), ("cwk_nobody", of_job(3)), (key, wrong),
        (key, of_job(5)),
    )  # fmt: skip
    assert [each.status_code for each in answers] == [201, 403, 401, 400, 201]
    assert answers[3].json()["error"]["details"]["field"] == "eventType"
    assert (crowd.groups, crowd.alone) == ([1, 1], 0)
    assert rows(rest, "SELECT name FROM crosswind.assets WHERE type = 'PIPELINE' ORDER BY 1") == [("job1",), ("job5",)]
    denied = rows(rest, "SELECT request_id FROM crosswind.audit WHERE outcome = 'denied' ORDER BY 1")
    assert denied == [("request-2",), ("request-3",)]


def test_an_event_that_fails_in_the_store_fails_alone(
    rest: Rest, crowd: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = rest.platform_key("lineage:ingest")
    with rest.platform.session() as session:
        session.execute(text("ALTER TABLE crosswind.job_runs ADD CONSTRAINT none_of_these CHECK (state <> 'ABORT')"))
        session.commit()
    bad = of_job(3) | {"eventType": "ABORT"}
    try:
        answers = crowd.send((key, of_job(1)), (key, of_job(2)), (key, bad), (key, of_job(4)))
    finally:
        with rest.platform.session() as session:
            session.execute(text("ALTER TABLE crosswind.job_runs DROP CONSTRAINT none_of_these"))
            session.commit()
    assert [each.status_code for each in answers] == [201, 201, 409, 201]
    assert (crowd.groups, crowd.alone) == ([1, 3], 3)
    names = rows(rest, "SELECT name FROM crosswind.assets WHERE type = 'PIPELINE' ORDER BY 1")
    assert names == [("job1",), ("job2",), ("job4",)]


def test_an_event_that_changes_columns_is_classified_though_others_come_with_it(rest: Rest, crowd: Events) -> None:
    key = rest.platform_key("lineage:ingest")
    first, then = (event(minutes=at, outputs=[dataset("d.s.shaped", schema=shape)])
                   for at, shape in enumerate((schema("id int", "note text"), schema("id int"))))  # fmt: skip
    answers = crowd.send((key, first), (key, then), (key, of_job(2)))
    assert [each.status_code for each in answers] == [201] * 3
    assert (crowd.groups, crowd.alone) == ([1, 2], 2)
    kept = rows(rest, "SELECT breaking, changes FROM crosswind.asset_versions")
    assert kept == [(True, ['column "note" dropped'])]
    assert len(rows(rest, "SELECT FROM crosswind.outbox WHERE type = 'asset.schema_changed'")) == 1


def test_events_of_one_run_come_out_as_one_by_one(rest: Rest, crowd: Events) -> None:
    key, run = rest.platform_key("lineage:ingest"), "00000000-0000-4000-8000-000000000001"
    kinds = ("START", "RUNNING", "COMPLETE", "OTHER")
    answers = crowd.send(
        *((key, of_job(1, run=run, minutes=at) | {"eventType": kind}) for at, kind in enumerate(kinds))
    )
    assert [each.status_code for each in answers] == [201] * 4
    assert rows(rest, "SELECT state, started_at < ended_at FROM crosswind.job_runs") == [("COMPLETE", True)]
    assert rows(rest, "SELECT count(*) FROM crosswind.assets") == [(3,)]


def test_an_event_that_waits_for_a_crawl_keeps_no_other_waiting(rest: Rest, crowd: Events) -> None:
    key = rest.platform_key("lineage:ingest")
    free = [event(job=f"free{number}", inputs=[dataset("d.s.t", ELSEWHERE)]) for number in range(4)]
    waits = event(job="held", inputs=[dataset("shop.public.orders")])
    with rest.platform.session() as crawling, ThreadPoolExecutor(1) as pool:
        repository.adopt(crawling, "default", 1, NAMESPACE, [])
        sent = pool.submit(crowd.send, (key, free[0]), (key, waits), *((key, each) for each in free[1:]))
        until = time.monotonic() + PATIENT
        while len(rows(rest, "SELECT FROM crosswind.assets WHERE type = 'PIPELINE'")) < 4:
            assert time.monotonic() < until, "the others did not come through"
        assert not sent.done()
        crawling.commit()
        assert [each.status_code for each in sent.result(PATIENT)] == [201] * 5
    assert (crowd.groups, crowd.alone) == ([1, 4], 4)


def test_a_group_that_cannot_be_answered_is_refused_each_and_the_next_event_is_stored(
    rest: Rest, crowd: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = rest.platform_key("lineage:ingest")
    respond = Joiner._answers
    with monkeypatch.context() as patch:
        patch.setattr(Joiner, "_answers", lambda self, group: respond(self, group)[len(group) - 1 :])
        answers = crowd.send((key, of_job(1)), (key, of_job(2)), (key, of_job(3)))
    assert [each.status_code for each in answers] == [201, 500, 500]
    (joiner,) = rest.app.state.door.joiners.values()

    def none(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(joiner.together._executor, "submit", none)
        (answer,) = crowd.send((key, of_job(4)))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert [each.status_code for each in crowd.send((key, of_job(5)))] == [201]
