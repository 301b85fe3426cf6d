"""What a number of events say together, whatever the order in which they came."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
from tests.support.openlineage import dataset, event

from crosswind.contexts.catalog.openlineage import wire
from crosswind.contexts.catalog.openlineage.story import Story

RUN = "00000000-0000-4000-8000-000000000001"


def told(*events: dict[str, Any]) -> dict[str, Any]:
    story = Story()
    for each in events:
        story.add(wire.event(json.dumps(each).encode()))
    return story.told()


def documented(minutes: int, description: str) -> dict[str, Any]:
    said: dict[str, Any] = {"documentation": {"description": description}}
    return event("RUNNING", minutes=minutes, inputs=[dataset("d.s.t", **said)])


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_the_latest_event_says_of_a_dataset_stands(order: tuple[int, ...]) -> None:
    events = [documented(0, "first"), documented(1, "second"), documented(2, "third")]
    (found,) = (each for each in told(*(events[place] for place in order))["assets"] if each["dataset"] == "d.s.t")
    assert found["comment"] == "third"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_run_that_ended_stays_ended(order: tuple[int, ...]) -> None:
    states = {"START": 0, "COMPLETE": 2, "RUNNING": 3}
    events = [event(state, run=RUN, minutes=minutes) for state, minutes in states.items()]
    (run,) = told(*(events[place] for place in order))["runs"]
    assert run["state"] == "COMPLETE"
    assert (run["ended_at"] - run["started_at"]).total_seconds() == 120
