"""Calls that come while others are under way are one group; the first is not kept waiting."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread

import pytest

from crosswind.kit import together as module
from crosswind.kit.errors import Unavailable
from crosswind.kit.together import MOST, Together

PATIENT = 30.0


class Worker:
    """Answers each number with its double; every group waits for `gate`, and odd wishes are fulfilled."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun, self.gate = Event(), Event()

    def work(self, group: list[int]) -> Sequence[int | Exception]:
        self.groups.append(group)
        self.begun.set()
        assert self.gate.wait(PATIENT)
        if 13 in group:
            raise OSError("the whole group")
        return [ValueError("negative") if each < 0 else each * 2 for each in group]


async def behind_the_first(worker: Worker, together: Together[int, int], *numbers: int) -> list[int | BaseException]:
    """What becomes of the numbers, which come while the first one is worked on."""
    first = asyncio.create_task(together.run(0))
    await asyncio.to_thread(worker.begun.wait, PATIENT)
    tasks = [asyncio.create_task(together.run(each)) for each in numbers]
    await asyncio.sleep(0)
    worker.gate.set()
    return list(await asyncio.gather(first, *tasks, return_exceptions=True))


def test_those_who_come_meanwhile_are_one_group_in_their_order() -> None:
    worker = Worker()
    assert asyncio.run(behind_the_first(worker, Together("test", worker.work, 100), 1, 2, 3)) == [0, 2, 4, 6]
    assert worker.groups == [[0], [1, 2, 3]]


def test_a_group_is_bounded_and_the_rest_is_the_next_one() -> None:
    worker = Worker()
    numbers = range(100, 102 + MOST)
    found = asyncio.run(behind_the_first(worker, Together("test", worker.work, 100), *numbers))
    assert found == [each * 2 for each in (0, *numbers)]
    assert [len(each) for each in worker.groups] == [1, MOST, 2]


def test_one_more_than_may_wait_is_refused_at_once_and_the_others_are_done() -> None:
    worker = Worker()
    found = asyncio.run(behind_the_first(worker, Together("test", worker.work, 2), 1, 2, 3))
    assert found[:3] == [0, 2, 4]
    assert isinstance(found[3], Unavailable)
    assert found[3].retry_after == 2


def test_an_outcome_that_is_an_error_is_raised_for_its_own_call_alone() -> None:
    worker = Worker()
    found = asyncio.run(behind_the_first(worker, Together("test", worker.work, 100), 1, -1, 2))
    assert [found[0], found[1], found[3]] == [0, 2, 4]
    assert isinstance(found[2], ValueError)


def test_work_that_fails_is_told_to_its_group_and_goes_on_with_the_next() -> None:
    worker = Worker()
    together = Together("test", worker.work, 100)
    found = asyncio.run(behind_the_first(worker, together, 12, 13))
    assert found[0] == 0
    assert [type(each) for each in found[1:]] == [OSError, OSError]
    assert asyncio.run(together.run(21)) == 42


def too_few(group: list[int]) -> Sequence[int]:
    return group[1:]


def too_many(group: list[int]) -> Sequence[int]:
    return [*group, 1]


def ends_the_thread(group: list[int]) -> Sequence[int]:
    raise SystemExit(f"{group} is secret")


def finds_none(group: list[int]) -> Sequence[int]:
    return [next(iter(())) for _ in group]


@pytest.mark.parametrize("fails", [too_few, too_many, ends_the_thread, finds_none])
def test_work_that_cannot_be_answered_is_an_error_of_its_group_and_the_next_one_is_done(
    caplog: pytest.LogCaptureFixture, fails: Callable[[list[int]], Sequence[int]]
) -> None:
    worker = Worker()

    def work(group: list[int]) -> Sequence[int | Exception]:
        return fails(group) if 4711 in group else worker.work(group)

    together = Together("test", work, 100)
    with caplog.at_level(logging.WARNING):
        found = asyncio.run(asyncio.wait_for(behind_the_first(worker, together, 4711, 12), PATIENT))
    assert [type(each) for each in found] == [int, RuntimeError, RuntimeError]
    assert asyncio.run(asyncio.wait_for(together.run(21), PATIENT)) == 42
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "A group of 2 test requests failed" in caplog.text
    assert "4711" not in caplog.text


def test_answers_that_cannot_be_told_are_an_error_of_all_who_wait_and_the_next_call_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker, answer, failed = Worker(), module._answer, list[int]()

    def fails_first(group: list[module._Waiting], outcomes: Sequence[object]) -> None:
        failed.append(len(group))
        if len(failed) == 1:
            raise MemoryError
        answer(group, outcomes)

    monkeypatch.setattr(module, "_answer", fails_first)
    together = Together("test", worker.work, 100)
    found = asyncio.run(asyncio.wait_for(behind_the_first(worker, together, 1, 2), PATIENT))
    assert [type(each) for each in found] == [MemoryError] * 3
    assert failed == [1, 3]
    assert asyncio.run(asyncio.wait_for(together.run(21), PATIENT)) == 42


def test_a_thread_that_cannot_be_begun_is_an_error_of_its_call_and_the_next_one_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = Worker()
    worker.gate.set()
    together = Together("test", worker.work, 100)

    def none(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(together._executor, "submit", none)
        with pytest.raises(Unavailable) as refused:
            asyncio.run(asyncio.wait_for(together.run(1), PATIENT))
    assert refused.value.retry_after == 2
    assert (together.waiting, asyncio.run(asyncio.wait_for(together.run(21), PATIENT))) == (0, 42)


def test_a_call_that_is_given_up_does_not_keep_the_others_from_their_answers() -> None:
    worker = Worker()

    async def give_up() -> int:
        together = Together("test", worker.work, 100)
        first = asyncio.create_task(together.run(0))
        await asyncio.to_thread(worker.begun.wait, PATIENT)
        leaves, stays = asyncio.create_task(together.run(1)), asyncio.create_task(together.run(2))
        await asyncio.sleep(0)
        leaves.cancel()
        worker.gate.set()
        await first
        return await stays

    assert asyncio.run(give_up()) == 4


def test_calls_of_several_event_loops_are_answered_each_in_its_own() -> None:
    worker = Worker()
    worker.gate.set()
    together, found = Together("test", worker.work, 200), []

    async def many() -> None:
        found.extend(await asyncio.gather(*(together.run(each) for each in range(100, 150))))

    threads = [Thread(target=lambda: asyncio.run(many())) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENT)
    assert sorted(found) == sorted([each * 2 for each in range(100, 150)] * 3)
