"""Start what is due.

Asks Crosswind every two minutes which connections are due for a crawl (`configuration.discovery.schedule`) or a scan
(`configuration.compliance.schedule`); it starts one `crosswind_crawl` or `crosswind_scan` run each. On the way it
starts runs again that were lost, and stores how runs ended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from crosswind.dags.common import trying


@dag(
    schedule="*/2 * * * *",
    catchup=False,
    is_paused_upon_creation=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=10),
    tags=["crosswind"],
    default_args={**trying(), "retries": 0},
    doc_md=__doc__,
    description="Start the crawls and scans that are due, and mend what was left behind",
)
def crosswind_tick() -> None:
    """One call."""

    @task(execution_timeout=timedelta(minutes=5))
    def start_due() -> dict[str, Any]:
        from crosswind.doors.airflow.hooks.crosswind import CrosswindHook

        with CrosswindHook().get_conn() as client:
            found: dict[str, Any] = client.post("/platform/v1/due")
        return found

    start_due()


tick_dag = crosswind_tick()
