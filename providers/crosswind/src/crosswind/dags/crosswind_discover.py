"""Discover the names in a source.

Reads only which schemas, tables and views the source of **one** connection holds: seconds even for large sources. The
crawl reads what is in them.

Started by `POST …/connections/{connectionId}/discover`, by `POST /crosswind/metastore/v1/tasks`, with
`CrosswindDiscoverOperator`, or with the form here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from crosswind.dags.common import form, when_asked


@dag(
    **when_asked(8),
    params=form(),
    doc_md=__doc__,
    description="Read which schemas, tables and views one source holds",
)
def crosswind_discover() -> None:
    """One task for one connection."""

    @task(execution_timeout=timedelta(minutes=30))
    def discover(**context: Any) -> dict[str, Any]:
        from crosswind.doors.airflow.crawl import crawl_connection

        return crawl_connection(context)

    discover()


discover_dag = crosswind_discover()
