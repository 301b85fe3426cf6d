"""How far one tag goes: from its origins on, an edge at a time, to each asset or column by the shortest way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

Node = TypeVar("Node", bound=Hashable)


class Bounds(NamedTuple):
    """How many edges far a tag goes, and to how many; `whole` takes so many where there are more."""

    depth: int
    most: int
    whole: bool


def walk(
    origins: Mapping[Node, int],
    step: Callable[[Sequence[Node]], Iterable[tuple[Node, Node]] | None],
    bounds: Bounds,
) -> dict[Node, tuple[int, int]] | None:
    """The key of the nearest origin of all that is reached, and how far it is; None for more than is wanted.

    `step` tells what is one edge further, each with what is before it, or None for more than it may look at.
    """
    if len(origins) > bounds.most and not bounds.whole:
        return None
    seen = {node: (key, 0) for node, key in origins.items()}
    front = list(seen)
    for depth in range(1, bounds.depth + 1):
        pairs = step(front) if front else ()
        if pairs is None:
            return None
        found = {node: before for node, before in pairs if node not in seen}
        if len(seen) + len(found) > bounds.most and not bounds.whole:
            return None
        front = list(found)[: max(0, bounds.most - len(seen))]
        seen |= {node: (seen[found[node]][0], depth) for node in front}
    return {node: place for node, place in seen.items() if place[1]}
