"""How far a tag goes: the shortest way, from the nearest origin, as far and to as many as it may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from crosswind.contexts.catalog.spreading.walks import Bounds, walk

Edges = Mapping[str, Sequence[str]]
LINE: Edges = {"a": "b", "b": "c", "c": "d"}


def reached(
    edges: Edges, origins: Mapping[str, int], *, depth: int = 9, most: int = 9, whole: bool = False
) -> dict[str, tuple[int, int]] | None:
    def step(front: Sequence[str]) -> list[tuple[str, str]]:
        return [(far, near) for near in front for far in edges.get(near, ())]

    return walk(origins, step, Bounds(depth, most, whole))


def test_each_is_reached_from_the_nearest_origin_and_no_origin_is() -> None:
    assert reached(LINE, {"a": 1}) == {"b": (1, 1), "c": (1, 2), "d": (1, 3)}
    assert reached(LINE, {"a": 1, "c": 3}) == {"b": (1, 1), "d": (3, 1)}
    assert reached({**LINE, "a": "bd"}, {"a": 1}) == {"b": (1, 1), "d": (1, 1), "c": (1, 2)}


def test_a_circle_ends_and_nothing_is_reached_from_itself() -> None:
    assert reached({**LINE, "d": "a", "a": "ab"}, {"a": 1}) == {"b": (1, 1), "c": (1, 2), "d": (1, 3)}


@pytest.mark.parametrize(("depth", "far"), [(0, ""), (1, "b"), (2, "bc")])
def test_it_goes_no_farther_than_it_may(depth: int, far: str) -> None:
    assert list(reached(LINE, {"a": 1}, depth=depth) or {}) == list(far)


def test_more_than_it_may_reach_is_left_and_taken_in_part_as_a_whole() -> None:
    assert reached(LINE, {"a": 1}, most=4) is not None
    assert reached(LINE, {"a": 1}, most=3) is None
    assert reached(LINE, {"a": 1, "b": 2}, most=1) is None
    assert reached(LINE, {"a": 1}, most=3, whole=True) == {"b": (1, 1), "c": (1, 2)}
    assert reached({"a": "bcd"}, {"a": 1}, most=2, whole=True) == {"b": (1, 1)}


def test_what_may_not_be_looked_at_leaves_all_of_it() -> None:
    assert walk({"a": 1}, lambda front: None, Bounds(3, 9, whole=False)) is None
