"""Take a file into the catalog.

Reads **one** file, JSON lines or one JSON array, gzip or not, and stores its assets, relationships, tags and columns in
blocks; what does not differ is not written. The file lies in a bucket that a governed connection is to, or was sent to
`POST /crosswind/platform/v1/uploads`. Lines that cannot be taken are told on the import, and do not end it.

Started by `POST /crosswind/metastore/v1/tasks` with the type BULK_INGESTION, or with the form here. A run that was
killed goes on after the last block that was stored.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, task

from crosswind.dags.common import priority, when_asked


@dag(
    **when_asked(4),
    params={
        "conn_id": Param(
            None,
            type=["null", "string"],
            maxLength=250,
            title="Connection",
            description="The Airflow id of the connection to the bucket; none for a file that was uploaded over REST.",
        ),
        "source": Param(
            type="string", minLength=1, maxLength=1200, title="File", description="s3://bucket/key of the file."
        ),
        "format": Param("json", enum=["json", "jsonl"], title="Format"),
        "priority": priority(),
    },
    doc_md=__doc__,
    description="Take a file of assets and relationships into the catalog",
)
def crosswind_import() -> None:
    """One task for one file."""

    @task(execution_timeout=timedelta(hours=6))
    def take_in(**context: Any) -> dict[str, Any]:
        from crosswind.doors.airflow.importing import import_file

        return import_file(context)

    take_in()


import_dag = crosswind_import()
