"""A run's priority as the weight of its tasks, which decides who goes first when a pool is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.task.priority_strategy import PriorityWeightStrategy

from crosswind.kit.priority import weight

if TYPE_CHECKING:
    from airflow.models.taskinstance import TaskInstance


class RunPriority(PriorityWeightStrategy):
    """Weighs a task by `priority`, 1 to 10, in its run's configuration; the middle without one.

    Airflow asks before it joins a new task to its run, and again when the run is cleared. For new ones whoever starts
    the run through Crosswind writes the same weight in the same transaction (docs/decisions/0016).
    """

    def get_weight(self, ti: TaskInstance) -> int:
        """Return the weight of a task."""
        run = ti.dag_run
        base = ti.task.priority_weight if ti.task is not None else 1
        return weight(run.conf if run is not None else None, base)
