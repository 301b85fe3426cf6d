"""Sixty connection tests against a black hole: Airflow's own work and everybody else's go on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median
from threading import Event

import httpx
import pytest
from tests.support.app import CONNECTIONS
from tests.support.proxies import BlackHole
from tests.support.stack import Stack

pytestmark = pytest.mark.system
TESTS = 60
SECONDS = 12
PATIENCE = 240.0
"""Seconds that only a hang takes; what is quick is measured against a test, which takes twelve of them or more."""


@contextmanager
def set_at_the_end(over: Event) -> Iterator[None]:
    """So that a run which is ended meanwhile does not wait for who waits for this."""
    try:
        yield
    finally:
        over.set()


def test_sixty_tests_of_a_black_hole_leave_the_rest_alone(stack: Stack) -> None:
    crawled = stack.register(stack.database("create table t (id int)"))
    silent = stack.register("nothing", configuration={"port": stack.ports[3], "connectionTimeout": SECONDS})
    over = Event()

    def test(number: int) -> tuple[float, httpx.Response]:
        with httpx.Client(base_url=stack.url, headers={"X-API-Key": stack.admin_key}, trust_env=False) as client:
            since = time.monotonic()
            answer = client.post(f"{CONNECTIONS}/connections/{silent}/test", timeout=PATIENCE)
            return time.monotonic() - since, answer

    def look() -> list[float]:
        spent = []
        while not over.wait(0.3):
            since = time.monotonic()
            stack.ok(stack.admin.get(f"{CONNECTIONS}/connections"))
            stack.ok(stack.admin.get(f"{CONNECTIONS}/connections/{silent}/health"))
            spent.append(time.monotonic() - since)
        return spent

    with ThreadPoolExecutor(TESTS + 1) as pool, BlackHole(stack.ports[3]), set_at_the_end(over):
        looks = pool.submit(look)
        tests = [pool.submit(test, number) for number in range(TESTS)]
        task = stack.ended(stack.start(crawled), PATIENCE)
        answers = [each.result() for each in tests]
    spent = looks.result()
    refused = [(seconds, answer) for seconds, answer in answers if answer.status_code == 503]
    tried = [(seconds, answer) for seconds, answer in answers if answer.status_code == 200]
    assert len(refused) + len(tried) == TESTS, [answer.text for _, answer in answers]
    assert len(refused) >= TESTS - 24 - 8
    assert all(answer.headers["Retry-After"].isdigit() for _, answer in refused)
    assert median(seconds for seconds, _ in refused) < min(seconds for seconds, _ in tried)
    assert len(tried) >= 8
    assert all(answer.json()["success"] is False for _, answer in tried)
    assert {step["code"] for _, answer in tried for step in answer.json()["steps"] if step["code"]} == {"CONN_002"}
    assert task["status"] == "COMPLETED"
    assert stack.rows("select max(try_number) from public.task_instance where run_id = %s", task["id"]) == [(1,)]
    assert median(spent) < SECONDS / 4
