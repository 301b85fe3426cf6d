"""What a serving process holds is not walked by its garbage collector."""

from __future__ import annotations

import asyncio
import gc

import pytest
from tests.support.app import Rest

from crosswind.doors.rest.housekeeping import lifespan
from crosswind.kit.garbage import sparing


class Held:
    pass


def tracked(one: object) -> bool:
    return any(each is one for each in gc.get_objects())


def test_what_is_there_is_spared_and_what_comes_is_not() -> None:
    before = Held()
    with sparing():
        after = Held()
        assert (tracked(before), tracked(after)) == (False, True)
    assert tracked(before)


def test_a_failure_ends_it_too() -> None:
    held = Held()
    with pytest.raises(ValueError, match="served"), sparing():
        raise ValueError("served")
    assert tracked(held)


def test_an_app_spares_it_while_it_serves(rest: Rest) -> None:
    held = Held()

    async def served() -> bool:
        async with lifespan(rest.app):
            return tracked(held)

    assert not asyncio.run(served())
    assert tracked(held)
