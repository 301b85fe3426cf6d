"""Scan a source for personal data.

Looks at every column that the catalog knows of **one** connection: its name and a bounded sample of its values, read
with one query a table. What it finds waits under *Crosswind → Findings* for people to confirm or reject; samples stay
in the task and are never stored, logged or sent. Then the connection is judged by the compliance rules.

Started by `POST …/governance/compliance/scan`, by `POST /crosswind/metastore/v1/tasks` with the type COMPLIANCE_SCAN,
with `CrosswindScanOperator`, or with the form here. A failed run removes no findings.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from crosswind.dags.common import form, when_asked


@dag(
    **when_asked(4),
    params=form(),
    doc_md=__doc__,
    description="Look for personal data in one source's columns, and judge it by the compliance rules",
)
def crosswind_scan() -> None:
    """One task for one connection."""

    @task(execution_timeout=timedelta(hours=6))
    def scan(**context: Any) -> dict[str, Any]:
        from crosswind.doors.airflow.scan import scan_connection

        return scan_connection(context)

    scan()


scan_dag = crosswind_scan()
