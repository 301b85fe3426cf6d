"""The steps of a check, noted while it goes."""

from __future__ import annotations

import time
from typing import Any, Literal

from crosswind.connectors.types import CheckStep

Status = Literal["passed", "warning", "failed", "skipped"]


class Steps:
    """What is noted of each step; a check ends at a gate that fails, and what comes behind it is skipped."""

    def __init__(self, gates: tuple[str, ...], capabilities: tuple[str, ...]) -> None:
        self._gates = gates
        self._names = (*gates, *capabilities)
        self._noted: dict[str, CheckStep] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._noted

    def note(
        self,
        name: str,
        status: Status,
        message: str,
        remedy: str | None = None,
        *,
        since: float | None = None,
        milliseconds: float = 0.0,
        **others: Any,
    ) -> None:
        """Note how a step went and how long it took, or since when by `time.monotonic`."""
        spent = (time.monotonic() - since) * 1000 if since is not None else milliseconds
        self._noted[name] = CheckStep(
            name, status, name in self._gates, message, remedy, milliseconds=round(spent, 3), **others
        )

    def spent(self, name: str) -> float:
        """The milliseconds of a step, 0 where it is not noted."""
        return self._noted[name].milliseconds if name in self._noted else 0.0

    def all(self) -> list[CheckStep]:
        """Every step in order."""
        return [self._noted.get(name) or self._skipped(name) for name in self._names]

    def _skipped(self, name: str) -> CheckStep:
        return CheckStep(name, "skipped", name in self._gates, "Not tried because an earlier step failed")
