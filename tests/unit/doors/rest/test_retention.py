"""What the store forgets after a time, and what it never forgets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, connection, crawl, table

from crosswind.doors.rest import retention
from crosswind.doors.rest.housekeeping import Housekeeping

CRAWL = text("""
    INSERT INTO crosswind.crawls
        (tenant, task_id, connection_key, try_number, depth, patterns, identity, seen, held, started_at, completed_at,
         released_at)
    VALUES ('default', :task, :connection, 1, 'full', :patterns, 'server-1', 5, :held,
            now() - make_interval(days => :age), now() - make_interval(days => :done),
            now() - make_interval(days => :released))
""")

OVER = text("""
    UPDATE crosswind.tasks SET status = 'COMPLETED', created_at = now() - make_interval(days => :age),
                               finished_at = now() - make_interval(days => :age) WHERE id = :id
""")
OLD_TASK = text("UPDATE crosswind.tasks SET created_at = created_at - interval '99 days' WHERE id = :id")
SCAN = text("""
    INSERT INTO crosswind.scans (tenant, task_id, connection_key, try_number, started_at, completed_at)
    VALUES ('default', :task, :connection, 1, now() - make_interval(days => :age), now() - make_interval(days => :done))
""")
EVALUATION = text("""
    INSERT INTO crosswind.evaluations (tenant, connection_key, cause, source_facts, results, completed_at)
    VALUES ('default', :connection, :cause, CAST(:facts AS jsonb), '{}', now() - make_interval(days => :age))
""")


@pytest.fixture
def kept(store: str) -> Iterator[Rest]:
    with Rest(store, history_retention_days=30, audit_retention_days=100) as door:
        yield door


def add(rest: Rest, key: int, age: int, **changed: Any) -> str:
    task = str(uuid4())
    values = {"task": task, "connection": key, "patterns": "p", "held": [], "age": age, "done": age, "released": None}
    with rest.platform.session() as session:
        session.execute(CRAWL, values | changed)
        session.commit()
    return task


def crawls(rest: Rest) -> set[str]:
    with rest.platform.session() as session:
        return set(session.scalars(text("SELECT task_id FROM crosswind.crawls")))


def count(rest: Rest, table_name: str) -> int:
    with rest.platform.session() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM crosswind.{table_name}")) or 0)


def test_old_crawls_go_but_what_the_next_one_needs_stays(kept: Rest) -> None:
    one, other = connection(kept, "one"), connection(kept, "other")
    old, older = add(kept, one, 40), add(kept, one, 50)
    last_of_other_patterns = add(kept, one, 60, patterns="q")
    last_of_other_connection = add(kept, other, 400)
    never_ended = add(kept, one, 40, done=None)
    young, recent = add(kept, one, 10), add(kept, one, 20)
    assert retention.run(kept.platform)["crawls"] == 3
    assert crawls(kept) == {last_of_other_patterns, last_of_other_connection, young, recent}
    assert not {old, older, never_ended} & crawls(kept)


def test_removals_that_are_held_wait_for_a_person(kept: Rest) -> None:
    key = connection(kept, "one")
    held, released = add(kept, key, 50, held=[1]), add(kept, key, 45, held=[1], released=44)
    young = add(kept, key, 1)
    retention.run(kept.platform)
    assert crawls(kept) == {held, young}
    assert released not in crawls(kept)


def test_the_vanish_rule_still_has_its_measure_after_years(kept: Rest) -> None:
    key = connection(kept, "shop")
    tables = [table(f"t{number:02}") for number in range(40)]
    crawl(kept, key, found=tables)
    with kept.platform.session() as session:
        for name in ("started_at", "completed_at"):
            session.execute(text(f"UPDATE crosswind.crawls SET {name} = {name} - interval '3 years'"))
        session.execute(text("UPDATE crosswind.tasks SET status = 'COMPLETED', finished_at = now() - interval '3 y'"))
        session.commit()
    retention.run(kept.platform)
    summary = crawl(kept, key, found=tables[8:])
    assert (len(summary["removed"]), summary["held"]) == (8, [])


def test_tasks_go_with_their_crawl_and_the_last_one_stays(kept: Rest) -> None:
    key = connection(kept, "one")
    tasks = [Task(kept, key).id for _ in range(3)]
    with kept.platform.session() as session:
        session.execute(text("UPDATE crosswind.leases SET expires_at = now() - interval '2 days'"))
        for place, task in enumerate(tasks):
            session.execute(OVER, {"id": task, "age": 60 - place})
        session.commit()
    add(kept, key, 60, task=tasks[0])
    done = retention.run(kept.platform)
    assert done["leases"] == 3
    with kept.platform.session() as session:
        left = set(session.scalars(text("SELECT id FROM crosswind.tasks")))
    assert left == {tasks[0], tasks[2]}, "a crawl that stays keeps its task, and the last task stays"


def test_what_runs_is_never_forgotten(kept: Rest) -> None:
    key = connection(kept, "one")
    running, later = Task(kept, key), Task(kept, key)
    with kept.platform.session() as session:
        session.execute(OLD_TASK, {"id": running.id})
        session.commit()
    add(kept, key, 99, task=running.id, done=None)
    add(kept, key, 1, task=later.id)
    retention.run(kept.platform)
    assert running.id in crawls(kept)
    assert (count(kept, "tasks"), count(kept, "leases")) == (2, 2)


def test_the_audit_loses_what_is_older_than_its_setting(kept: Rest) -> None:
    client = kept.client()
    client.post(f"{METASTORE}/tags", json={"name": "a"})
    Housekeeping(kept.platform).once()
    assert retention.run(kept.platform)["audit rows"] == 0
    with kept.platform.session() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("UPDATE crosswind.audit SET at = at - interval '101 days'"))
        session.commit()
    before = count(kept, "audit")
    assert retention.run(kept.platform)["audit rows"] == before
    answer = kept.client().get("/connections-platform/v1/governance/audit", params={"action": "AUDIT_PURGED"})
    assert answer.json()["pagination"]["totalCount"] == 1


def test_a_setting_of_nothing_keeps_for_ever(store: str) -> None:
    with Rest(store, history_retention_days=0, audit_retention_days=0) as rest:
        key = connection(rest, "one")
        kept = {add(rest, key, 5000), add(rest, key, 4000)}
        assert not {"crawls", "audit rows"} & retention.run(rest.platform).keys()
        assert crawls(rest) == kept


def test_it_goes_by_batches_and_one_process_at_a_time(kept: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    key = connection(kept, "one")
    for _ in range(5):
        add(kept, key, 50)
    add(kept, key, 1)
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "BATCHES", 2)
    with kept.platform.session() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": retention.LOCK})
        assert retention.run(kept.platform)["crawls"] == 0
    assert retention.run(kept.platform)["crawls"] == 4
    assert retention.run(kept.platform)["crawls"] == 1


def test_housekeeping_forgets_now_and_then(kept: Rest) -> None:
    key = connection(kept, "one")
    add(kept, key, 50)
    last = add(kept, key, 1)
    housekeeping = Housekeeping(kept.platform)
    housekeeping.forget()
    assert crawls(kept) == {last}
    again = add(kept, key, 40)
    housekeeping.forget()
    assert again in crawls(kept), "an hour lies between two times"


def test_answers_kept_for_retries_go_after_their_hours(store: str) -> None:
    with Rest(store, idempotency_hours=1) as rest:
        body = {"subject": "a", "attribute": "region", "value": "eu"}
        rest.client().post(f"{PLATFORM}/grants", json=body, headers={"Idempotency-Key": "k"})
        with rest.platform.session() as session:
            session.execute(text("UPDATE crosswind.kept_answers SET at = at - interval '61 minutes'"))
            session.commit()
        assert retention.run(rest.platform)["kept answers"] == 1


def test_old_scans_and_evaluations_go_and_the_last_stays(kept: Rest) -> None:
    key = connection(kept, "one")
    with kept.platform.session() as session:
        for task, age, done in (("old", 50, 50), ("last", 45, 45), ("broken", 60, None), ("young", 1, None)):
            session.execute(SCAN, {"task": task, "connection": key, "age": age, "done": done})
        for cause, age, facts in (("oldest", 70, "{}"), ("facts", 60, "{}"), ("rules", 50, None), ("now", 40, None)):
            session.execute(EVALUATION, {"connection": key, "cause": cause, "facts": facts, "age": age})
        session.commit()
    gone = retention.run(kept.platform)
    assert (gone["scans"], gone["evaluations"]) == (2, 2)
    with kept.platform.session() as session:
        assert set(session.scalars(text("SELECT task_id FROM crosswind.scans"))) == {"last", "young"}
        assert set(session.scalars(text("SELECT cause FROM crosswind.evaluations"))) == {"facts", "now"}
