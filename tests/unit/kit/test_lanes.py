"""A lane runs so many calls at a time, lets so many wait, and refuses the next at once."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest

from crosswind.kit.errors import Unavailable
from crosswind.kit.lanes import Lane


def test_a_full_lane_refuses_at_once_and_takes_calls_again() -> None:
    lane, gate = Lane("test", 2, 1), Event()

    async def fill() -> list[bool]:
        waiting = [asyncio.create_task(lane.run(lambda: gate.wait(10))) for _ in range(3)]
        await asyncio.sleep(0.05)
        with pytest.raises(Unavailable) as refused:
            await lane.run(lambda: True)
        assert refused.value.retry_after == 2
        gate.set()
        return await asyncio.gather(*waiting)

    assert asyncio.run(fill()) == [True] * 3
    assert asyncio.run(lane.run(lambda: 7)) == 7


def test_a_call_that_fails_gives_its_place_back() -> None:
    lane = Lane("test", 1, 0)

    def fail() -> None:
        raise ValueError("no")

    for _ in range(3):
        with pytest.raises(ValueError, match="no"):
            asyncio.run(lane.run(fail))
    assert asyncio.run(lane.run(lambda: "free")) == "free"


def test_a_call_that_is_given_up_before_its_turn_gives_its_place_back() -> None:
    lane, gate = Lane("test", 1, 1), Event()

    async def give_up() -> list[bool]:
        first = asyncio.create_task(lane.run(lambda: gate.wait(10)))
        waiting = asyncio.create_task(lane.run(lambda: True))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        second = asyncio.create_task(lane.run(lambda: True))
        await asyncio.sleep(0.05)
        gate.set()
        return await asyncio.gather(first, second)

    assert asyncio.run(give_up()) == [True, True]
