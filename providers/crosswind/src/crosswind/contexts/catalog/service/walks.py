"""Walks over lineage by columns, from many assets at once: breadth first, never more than was asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.repository import lineage
from crosswind.contexts.catalog.repository.lineage import Bounds, Direction, Edge, Front
from crosswind.kit.actor import Actor

Columns = frozenset[str]
NO_COLUMNS: Columns = frozenset()
Pair = tuple[str, str]
"""A column of the upstream asset and the column of the downstream one that is made of it."""


class Step(msgspec.Struct, gc=False):
    """An edge that a walk took, at its distance from the start, and the columns that it joins."""

    edge: Edge
    source_id: UUID
    target_id: UUID
    depth: int
    pairs: tuple[Pair, ...]


@dataclass
class Way:
    """One walk in one direction: what it leaves next and by which columns, what it left before, what it found."""

    front: dict[int, Columns]
    seen: dict[int, Columns]
    steps: list[Step] = field(default_factory=list)
    cut: bool = False


class Walk:
    """One start with its one or two ways, which share a limit."""

    def __init__(self, key: int, identifier: UUID, directions: Collection[Direction], column: str) -> None:
        columns = frozenset({column})
        self.ids = {key: identifier}
        self.ways = {direction: Way({key: columns}, {key: columns}) for direction in directions}

    @property
    def cut(self) -> bool:
        """Whether there is more than was found."""
        return any(way.cut for way in self.ways.values())

    def room(self, direction: Direction, limit: int) -> int:
        """How many edges the next level may take: half of what is left while the other way goes on."""
        left = limit - sum(len(way.steps) for way in self.ways.values())
        others = (way for name, way in self.ways.items() if name != direction)
        shared = direction == "upstream" and any(way.front for way in others)
        return max(left // 2, min(left, 1)) if shared else left

    def take(self, direction: Direction, edges: Sequence[Edge], room: int, depth: int) -> None:
        """Keep the edges of one level and stand at their other ends."""
        way = self.ways[direction]
        way.cut |= len(edges) > room
        front: dict[int, Columns] = {}
        for edge in edges[:room]:
            far = edge.far
            self.ids[far] = edge.asset["id"]
            mapping = _mapping(edge.metadata)
            way.cut |= mapping is None
            pairs = _pairs(direction, mapping or {}, way.front[edge.near])
            if not pairs:
                continue
            way.steps.append(self._step(edge, depth, pairs))
            known = way.seen.get(far, NO_COLUMNS)
            reached = frozenset(pair[direction == "downstream"] for pair in pairs)
            if reached - known:
                front[far] = front.get(far, NO_COLUMNS) | (reached - known)
                way.seen[far] = reached | known
        way.front = {} if len(edges) > room else front

    def _step(self, edge: Edge, depth: int, pairs: tuple[Pair, ...]) -> Step:
        far, near = self.ids[edge.far], self.ids[edge.near]
        source, target = (far, near) if edge.source == edge.far else (near, far)
        return Step(edge, source, target, depth, pairs)


def walk(session: Session, actor: Actor, walks: Sequence[Walk], bounds: Bounds) -> None:
    """Go as far as the bounds allow: a statement a level and direction, and one more to see what lies beyond."""
    directions = sorted({name for each in walks for name in each.ways}, reverse=True)
    for depth in range(1, bounds.depth + 1):
        for direction in directions:
            rooms = {number: each.room(direction, bounds.limit) for number, each in _going(walks, direction)}
            found = _level(session, actor, walks, rooms, direction, bounds)
            for number, room in rooms.items():
                walks[number].take(direction, found.get(number, ()), room, depth)
    for direction in directions:
        beyond = {number: 0 for number, each in _going(walks, direction)}
        for number in _level(session, actor, walks, beyond, direction, bounds):
            walks[number].ways[direction].cut = True


def _going(walks: Sequence[Walk], direction: Direction) -> Iterator[tuple[int, Walk]]:
    return ((n, each) for n, each in enumerate(walks) if direction in each.ways and each.ways[direction].front)


def _level(
    session: Session, actor: Actor, walks: Sequence[Walk], rooms: Mapping[int, int], direction: Direction,
    bounds: Bounds,
) -> dict[int, list[Edge]]:  # fmt: skip
    if not rooms:
        return {}
    fronts = []
    for number, room in rooms.items():
        front = walks[number].ways[direction].front
        columns = sorted(frozenset().union(*front.values()))
        fronts.append(Front(number, list(front), room + 1, columns))
    found: dict[int, list[Edge]] = {}
    for edge in lineage.level(session, actor, fronts, direction, bounds.types):
        found.setdefault(edge.walk, []).append(edge)
    return found


def _mapping(metadata: Any) -> dict[str, Any] | None:
    """What an edge says of columns, `{downstream column: [upstream columns]}`; None where it says nothing."""
    if not isinstance(metadata, dict):
        return None
    mapping = metadata.get("column_mapping")
    if isinstance(mapping, dict) and mapping:
        return mapping
    return {} if metadata.get("column_lineage") == "parsed" else None


def _pairs(direction: Direction, mapping: Mapping[str, Any], columns: Columns) -> tuple[Pair, ...]:
    """The columns that an edge joins among these; people may have written a single name for a list."""
    found = (
        (source, made)
        for made, sources in mapping.items()
        for source in ([sources] if isinstance(sources, str) else sources if isinstance(sources, list) else ())
        if isinstance(source, str) and (made if direction == "upstream" else source) in columns
    )
    return tuple(sorted(set(found)))
