"""Crawl a source into the catalog.

Reads everything the source of **one** connection says about its tables and views: columns, keys, comments, indexes,
definitions. What did not change is not sent; what vanished is marked removed only after a complete run.

Started by schedule (`configuration.discovery.schedule` of the connection), by `POST /crosswind/metastore/v1/tasks`,
with `CrosswindCrawlOperator`, or with the form here. The run can be followed under *Crosswind → Runs*; its task
keeps its progress in the task state store. A failed run removes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import AssetAlias, dag, task

from crosswind.dags.common import form, when_asked

CRAWLED = AssetAlias("crosswind_crawled")


@dag(
    **when_asked(8),
    params=form(),
    doc_md=__doc__,
    description="Read everything one source says about its tables and views into the catalog",
)
def crosswind_crawl() -> None:
    """One task for one connection."""

    @task(execution_timeout=timedelta(hours=2), outlets=[CRAWLED])
    def crawl(**context: Any) -> dict[str, Any]:
        from crosswind.doors.airflow.assets import announce
        from crosswind.doors.airflow.crawl import crawl_connection

        summary = crawl_connection(context)
        announce(context["outlet_events"][CRAWLED], summary)
        return summary

    crawl()


crawl_dag = crosswind_crawl()
