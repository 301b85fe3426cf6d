"""Progress in Airflow's task state store, where its REST API and ours read it."""

from __future__ import annotations

import logging
import time
from typing import Any

KEY = "progress"
OFTEN = 1.0
HALF_WAY = 4000
log = logging.getLogger(__name__)


class Progress:
    """Tells at most once a second, and never fails the task over it."""

    def __init__(self, context: Any) -> None:
        self._store = context.get("task_state_store")
        self._told_at = 0.0

    def tell(self, percent: int, step: str, *, now: bool = False, **facts: Any) -> None:
        """Store a percentage, the step and what there is to count."""
        moment = time.monotonic()
        if self._store is None or (not now and moment - self._told_at < OFTEN):
            return
        self._told_at = moment
        try:
            self._store.set(KEY, {"percent": percent, "step": step, **facts})
        except Exception:
            log.warning("The progress could not be stored", exc_info=True)

    def reading(self, seen: int) -> None:
        """Tell how many objects went by; how many there are is not known, so the percentage nears 90."""
        self.tell(5 + int(85 * seen / (seen + HALF_WAY)), "reading", seen=seen)
