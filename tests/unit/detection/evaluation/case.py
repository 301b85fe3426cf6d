"""A labelled column."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crosswind.detection import Sample

VALUES = 60


@dataclass(frozen=True)
class Case:
    """A column, the kinds of personal data that it holds (none for a hard negative), and where it comes from."""

    sample: Sample
    kinds: frozenset[str]
    origin: str


def case(origin: str, kind: str, name: str, values: list[str], **more: str) -> Case:
    """Make one; `kind` may be empty, or several words."""
    return Case(Sample(name, tuple(values), **more), frozenset(kind.split()), origin)


def thrice(
    origin: str, kind: str, names: tuple[str, ...], make: Callable[[], str], chance: random.Random, values: int = VALUES
) -> Iterator[Case]:
    """The same sort of values under a name that tells, and under names that mean nothing."""
    for name in (*names, f"c{chance.randint(1, 99)}", "value"):
        yield case(origin, kind, name, [make() for _ in range(values)])
