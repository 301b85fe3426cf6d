"""Cancelling a crawl that hangs at its source ends everything that works for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.app import METASTORE
from tests.support.installation import until
from tests.support.stack import Stack

pytestmark = pytest.mark.system
WAITING = "select count(*) from pg_stat_activity where datname = %s and wait_event_type = 'Lock'"
GUESTS = "select count(*) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"


def test_a_cancelled_crawl_ends_its_process_its_run_and_its_link_and_the_catalog_stays(stack: Stack) -> None:
    """Comments are read from a table that the source has locked, so the crawl is under way and cannot end."""
    database = stack.database(*(f"create table t{number} (id int primary key)" for number in range(50)))
    connection = stack.register(database)
    stack.crawl(connection)
    before = stack.assets(connection)
    assert len(before) == 50
    stack.fill(database, "drop table t0", "create table later (id int)")

    with stack.source.connect(database) as holder, stack.source.connect("postgres") as watcher:
        with holder.transaction():
            holder.execute("lock table pg_catalog.pg_description in access exclusive mode")
            task = stack.start(connection)
            until(lambda: _count(watcher, WAITING, database) == 1, 90, "the crawl never came to the lock")
            assert stack.task(task)["status"] == "RUNNING"
            ((pid,),) = stack.rows("select pid from public.task_instance where run_id = %s", task)
            assert _alive(pid)

            stack.ok(stack.admin.delete(f"{METASTORE}/tasks/{task}"))
            assert stack.task(task)["status"] == "CANCELLED"
            until(lambda: not _alive(pid), 60, "the task's process went on")
            until(lambda: _count(watcher, GUESTS, database) == 1, 30, "the source still serves the crawl")
        assert stack.rows("select state from public.dag_run where run_id = %s", task) == [("failed",)]

    assert stack.task(task)["status"] == "CANCELLED"
    assert stack.assets(connection) == before
    stack.crawl(connection)
    names = {name.rpartition(".")[2] for name in stack.assets(connection)}
    assert names == {"later"} | {f"t{number}" for number in range(1, 50)}


def _count(link: Any, statement: str, database: str) -> int:
    return int(link.execute(statement, (database,)).fetchone()[0])


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
