"""Writers that meet in the catalog: whoever waits gets an answer, and the totals come out right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from threading import Barrier
from typing import Any

import httpx
from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.catalog import Task, connection, ok, table

ITEMS = 300
ROUNDS = 6
WRITERS = 4


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of them returns, all having begun at the same moment."""
    start = Barrier(len(works))

    def begun(work: Callable[[], Any]) -> Any:
        start.wait(30)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result(60) for each in [pool.submit(begun, work) for work in works]]


def send(client: httpx.Client, names: Sequence[int], description: str) -> httpx.Response:
    items = [
        {"type": "TABLE", "name": f"t{name}", "qualified_name": f"prod.t{name:04}", "description": description,
         "tags": [f"tag{name % 7}"]}
        for name in names
    ]  # fmt: skip
    return client.post(f"{METASTORE}/ingestion/batch", json={"assets": items})


def versions(rest: Rest) -> list[int]:
    with rest.platform.session() as session:
        return list(session.scalars(text("SELECT version FROM crosswind.assets ORDER BY version")))


def test_overlapping_batches_in_opposite_order_all_succeed(rest: Rest) -> None:
    clients = [rest.client() for _ in range(WRITERS)]
    there, back = list(range(ITEMS)), list(reversed(range(ITEMS)))
    updated = created = 0
    for number in range(ROUNDS):
        works = [
            lambda client=client, at=at, number=number: send(client, back if at % 2 else there, f"{number} of {at}")
            for at, client in enumerate(clients)
        ]
        answers = at_once(*works)
        assert [answer.status_code for answer in answers] == [200] * WRITERS, [answer.text for answer in answers]
        created += sum(answer.json()["created"] for answer in answers)
        updated += sum(answer.json()["updated"] for answer in answers)
        last = {row["description"] for row in _listed(rest)}
        assert len(last) == 1, "a batch is stored whole or not at all"
    found = versions(rest)
    assert (len(found), sum(found) - ITEMS) == (ITEMS, ITEMS * (ROUNDS * WRITERS - 1))
    assert created + updated == ITEMS * ROUNDS * WRITERS


def _listed(rest: Rest) -> list[dict[str, Any]]:
    with rest.platform.session() as session:
        return [dict(row._mapping) for row in session.execute(text("SELECT description FROM crosswind.assets"))]


def test_rows_are_locked_in_the_order_of_their_names_whatever_order_they_lie_in(rest: Rest) -> None:
    """Two rows whose place in the table is against their names: a batch waits for the first name, holding none."""
    client = rest.client()
    for name in (2, 1):
        ok(send(client, [name], "old"))
    with rest.platform.session() as holder, ThreadPoolExecutor(1) as pool:
        holder.execute(text("SELECT 1 FROM crosswind.assets WHERE name = 't1' FOR UPDATE"))
        waiting = pool.submit(send, client, [2, 1], "new")
        _until_somebody_waits(rest)
        holder.execute(text("SELECT 1 FROM crosswind.assets WHERE name = 't2' FOR UPDATE NOWAIT"))
        holder.commit()
        assert ok(waiting.result(30))["updated"] == 2


def _until_somebody_waits(rest: Rest) -> None:
    waiting = "SELECT pg_sleep(0.02), count(*) FROM pg_locks WHERE NOT granted"
    with rest.platform.session() as session:
        for _ in range(500):
            if session.execute(text(waiting)).one().count:
                return
            session.commit()
    raise AssertionError("nobody waits for a lock")


def test_two_tries_of_one_run_at_once_leave_one_crawl_with_the_right_totals(rest: Rest) -> None:
    key = connection(rest)
    found = [table(f"t{number:03}") for number in range(60)]
    for _ in range(6):
        older = Task(rest, key)
        newer = copy(older)
        answers = at_once(lambda: _crawl(older, found), lambda: _crawl(newer.next_try(), found))  # noqa: B023
        statuses = [[answer.status_code for answer in each] for each in answers]
        assert set(statuses[1]) == {200} or statuses[0] == [200] * 3, [answer.text for answer in answers[1]]
        assert set(statuses[0]) <= {200, 401, 409}, [answer.text for answer in answers[0]]
        summary = next(each for each in reversed(answers) if each[-1].is_success)[-1].json()
        assert (summary["seen"], summary["tables"], summary["columns"]) == (60, 60, 120)
    assert versions(rest) == [1] * len(found)


def _crawl(task: Task, found: Sequence[Any]) -> list[httpx.Response]:
    """A whole crawl; the answers to its requests up to the first that is no success."""
    answers = [task.manifest(found)]
    if answers[0].is_success:
        answers.append(task.objects([found[index] for index in answers[0].json()["wanted"]]))
    if answers[-1].is_success:
        answers.append(task.complete(len(found)))
    return answers
