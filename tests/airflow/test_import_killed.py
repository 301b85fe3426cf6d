"""An import whose task or API server is killed while two of its blocks are stored side by side: nothing shows of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from tests.airflow.conftest import Served
from tests.airflow.test_import import count, start
from tests.support.commands import Command
from tests.support.imports import DAG, asset, edge, jsonl, upload

from crosswind.contexts.access.permissions import PERMISSIONS
from crosswind.contexts.catalog.schemas.assets import AssetCreate
from crosswind.doors.airflow import importing
from crosswind.kit.actor import Actor

BLOCK = 400
LINES = 3 * BLOCK
PATIENCE = 300.0
"""Seconds for what ends by itself in a few, on whatever machine."""
SIDE_BY_SIDE = """
    SELECT count(DISTINCT pid) >= 2 AND bool_or(:us = ANY(pg_blocking_pids(pid)))
           AND 0 = (SELECT max(sequence) FROM crosswind.imports)
      FROM pg_locks
     WHERE relation = 'crosswind.assets'::regclass AND mode = 'RowExclusiveLock' AND granted AND pid <> :us
"""
"""Two blocks are writing assets, one of them waits for us, and none is stored."""


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the tries in this process; those of others are told."""
    monkeypatch.setattr(importing, "LINES", BLOCK)


@pytest.fixture
def api(served: Served, tmp_path: Path) -> Iterator[Command]:
    """The API server in a process of its own, which tasks are sent to."""
    (tmp_path / "serve-airflow").mkdir()
    found = Command("serve", served.airflow.url, tmp_path)
    try:
        found.listens()
        base = f"http://{found.target}/crosswind"
        served.airflow.connection("crosswind_default", conn_type="crosswind", host=base, password=served.ingest_key)
        yield found
    finally:
        found.kill()


@contextmanager
def task_of(identifier: str) -> Iterator[subprocess.Popen[bytes]]:
    """One try of the run's task in a process of its own."""
    path = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-m", "tests.support.worker", DAG, identifier, str(BLOCK)]
    process = subprocess.Popen(command, env={**os.environ, **path})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def held(served: Served, task: subprocess.Popen[bytes]) -> Iterator[None]:
    """The first block waits for us, as we make an asset of it too; the second has come as far as it can."""
    platform = served.rest.platform
    with platform.session() as ours, platform.session() as looking:
        name = f"t{BLOCK // 2}"
        made = AssetCreate(type="TABLE", name=name, qualified_name=f"prod.public.{name}")
        platform.services(ours, Actor("tests", "tests", "default", "system", PERMISSIONS)).catalog.create(made)
        us = ours.scalar(text("SELECT pg_backend_pid()"))
        deadline = time.monotonic() + PATIENCE
        while not looking.scalar(text(SIDE_BY_SIDE), {"us": us}):
            assert task.poll() is None, "the task ended before two blocks were under way"
            assert time.monotonic() < deadline, "two blocks never were under way"
            time.sleep(0.01)
            looking.rollback()
        yield
        ours.rollback()


def test_a_task_killed_with_two_blocks_under_way_goes_on_without_loss_or_double(served: Served) -> None:
    identifier = _begun(served)
    with task_of(identifier) as task, held(served, task):
        task.kill()
        task.wait()
    _goes_on(served, identifier)


def test_an_api_server_killed_with_two_blocks_under_way_loses_and_doubles_nothing(served: Served, api: Command) -> None:
    identifier = _begun(served)
    with task_of(identifier) as task, held(served, task):
        api.kill()
        task.kill()
        task.wait()
    api.begin()
    api.listens()
    _goes_on(served, identifier)


def _begun(served: Served) -> str:
    """An import of three blocks whose run waits for its task."""
    admin = served.rest.client()
    lines = [asset(f"t{number}") for number in range(LINES - 1)] + [edge("t1", "t2")]
    identifier = start(admin, upload(admin, jsonl(*lines)))
    served.airflow.start(DAG, identifier)
    return identifier


def _goes_on(served: Served, identifier: str) -> None:
    """The next try ends well, and each line is stored once, told once, and in the audit of one block."""
    assert served.airflow.work(DAG, identifier) == "success"
    done: dict[str, Any] = served.rest.client().get(f"/metastore/v1/tasks/{identifier}").json()
    assert (done["status"], done["result"]["lines"], done["result"]["created"]) == ("COMPLETED", LINES, LINES - 1)
    assert (done["result"]["unchanged"], done["result"]["errors"]) == (0, 0)
    assert count(served, "SELECT count(*) FROM crosswind.assets") == LINES - 1
    assert count(served, "SELECT count(*) FROM crosswind.assets WHERE version <> 1") == 0
    assert count(served, "SELECT count(*) FROM crosswind.relationships") == 1
    created = "FROM crosswind.outbox WHERE type = 'asset.created'"
    assert count(served, f"SELECT count(*) {created}") == LINES - 1
    assert count(served, f"SELECT count(DISTINCT entity_id) {created}") == LINES - 1
    told = f"SELECT count(*) FROM crosswind.audit WHERE action = 'IMPORT' AND after->>'task_id' = '{identifier}'"
    assert count(served, told) == 3
