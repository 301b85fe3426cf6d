"""What the priority of a run is worth where Airflow has to choose between tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MIDDLE = 5
LEAST, MOST = 1, 10


def weight(conf: Mapping[str, Any] | None, base: int = 1) -> int:
    """The weight of a task in a run with this configuration; a priority that is none counts as the middle one."""
    asked = (conf or {}).get("priority")
    fits = isinstance(asked, int) and not isinstance(asked, bool) and LEAST <= asked <= MOST
    return base - 1 + (asked if fits and isinstance(asked, int) else MIDDLE)
