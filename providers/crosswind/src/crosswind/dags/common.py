"""What our DAGs have in common: when they run, their form, and how often they try."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param

PATTERNS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "string", "minLength": 1, "maxLength": 300},
    "maxItems": 100,
}


WEIGHT = "crosswind.doors.airflow.priority.RunPriority"
"""The rule that reads a run's priority; Crosswind's plugin makes it known to Airflow."""


def priority() -> Param:
    """Return the field of the form that says which run goes first when a pool is full."""
    return Param(
        5, type="integer", minimum=1, maximum=10, title="Priority", description="10 goes first where Airflow chooses."
    )


def form() -> dict[str, Param]:
    """Return the fields of the form that Airflow shows when somebody starts the DAG."""
    return {
        "conn_id": Param(
            type="string",
            minLength=1,
            maxLength=250,
            title="Connection",
            description="The Airflow id of a connection that Crosswind governs.",
        ),
        "include": Param(
            [],
            title="Only these",
            description="A pattern a line: schema, or schema.table with * and ?. None: as the connection says.",
            **PATTERNS,
        ),
        "exclude": Param([], title="Leave out", description="Patterns as above, of what is left out.", **PATTERNS),
        "priority": priority(),
    }


def when_asked(at_once: int) -> dict[str, Any]:
    """Return what a DAG says that has no schedule: it runs whenever somebody asks, so many times at once."""
    return {
        "schedule": None,
        "catchup": False,
        "is_paused_upon_creation": False,
        "max_active_runs": at_once,
        "tags": ["crosswind"],
        "default_args": trying(),
    }


def trying() -> dict[str, Any]:
    """Return the task defaults: faults that pass are tried again, after a pause that grows."""
    return {
        "owner": "crosswind",
        "retries": 3,
        "retry_delay": timedelta(seconds=10),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=5),
        "weight_rule": WEIGHT,
    }
