"""A turn of housekeeping: each step is taken, whatever happens to the one before."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy.exc import OperationalError

from crosswind.bootstrap import Platform
from crosswind.doors.rest.housekeeping import Housekeeping

STEPS = ("once", "reconcile", "spread", "tell_members", "read_words", "forget")


@pytest.mark.parametrize("error", [OperationalError("SELECT 1", None, Exception("lock timeout")), ValueError("odd")])
@pytest.mark.parametrize("failing", STEPS)
def test_a_step_that_fails_keeps_no_other_from_being_taken(
    failing: str, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    taken = []

    def made(name: str) -> object:
        def step(_: Housekeeping) -> None:
            taken.append(name)
            if name == failing:
                raise error

        step.__name__ = name
        return step

    for name in STEPS:
        monkeypatch.setattr(Housekeeping, name, made(name))
    Housekeeping(cast("Platform", None)).turn()
    assert tuple(taken) == STEPS
    assert f"Housekeeping ({failing})" in caplog.text
