"""What the scan DAG does in its one task: look at columns, tell what they show, and end the scan.

Samples live in this process only, from the query to the verdict; what is sent are kinds, confidences and reasons.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from crosswind.connectors.errors import ConnectorError
from crosswind.connectors.port import Connector, ReportsSecurity
from crosswind.doors.airflow.hooks.connector import ConnectorHook
from crosswind.doors.airflow.hooks.crosswind import CrosswindHook
from crosswind.doors.airflow.lease import Lease, Try
from crosswind.doors.airflow.looking import Counts, Looker, Table
from crosswind.doors.airflow.outcome import lasting, reporting, short
from crosswind.doors.airflow.progress import Progress

TABLES_A_PAGE = 100
COLUMNS_A_BATCH = 5_000
log = logging.getLogger(__name__)


def scan_connection(context: Any, crosswind_conn_id: str = CrosswindHook.default_conn_name) -> dict[str, Any]:
    """Look at the columns of the connection that the run is for, and return a short summary."""
    ti = context["ti"]
    client = CrosswindHook(crosswind_conn_id).get_conn()
    with client, lasting():
        lease = Lease(client, Try(ti.dag_id, ti.run_id, ti.try_number))
        with reporting(lease):
            summary = _scan(lease, Progress(context))
            lease.report(result=summary)
    return {"connectionId": lease.connection["id"], **short(summary)}


def _scan(lease: Lease, progress: Progress) -> dict[str, Any]:
    since = time.monotonic()
    progress.tell(1, "connecting", now=True)
    hook = ConnectorHook(lease.connection["airflowConnId"])
    path = f"/platform/v1/scans/{lease.task_id}"
    with Looker(hook.get_conn) as looker:
        looker.reach()
        counts = sweep(lease, path, looker, progress)
    progress.tell(92, "asking how the source is protected", now=True)
    facts = _facts(hook.get_conn())
    progress.tell(95, "completing", now=True)
    done: dict[str, Any] = lease.send("POST", f"{path}/complete", {**counts.told(), "facts": facts})
    seconds = round(time.monotonic() - since, 2)
    log.info("%s columns of %s tables in %.2f s, %s tables could not be read", counts.columns, counts.tables, seconds,
             counts.failed)  # fmt: skip
    return {**done["summary"], "seconds": seconds}


def sweep(lease: Lease, path: str, looker: Looker, progress: Progress) -> Counts:
    """Look at every table, page by page, and send what is seen in bounded batches."""
    counts = Counts()
    for tables, total in pages(lease, path):
        looked = looker.look(tables, counts)
        while seen := list(islice(looked, COLUMNS_A_BATCH)):
            lease.send("POST", f"{path}/findings", {"sequence": counts.batches, "columns": seen})
            counts.batches += 1
        progress.tell(5 + int(85 * counts.tables / max(total, counts.tables)), "looking", tables=counts.tables)
    return counts


def pages(lease: Lease, path: str) -> Iterator[tuple[list[Table], int]]:
    """Yield the tables to look at, a page at a time, with the number of all."""
    after: int | None = 0
    while after is not None:
        page = lease.send("GET", f"{path}/columns?after={after}&limit={TABLES_A_PAGE}")
        yield [Table.of(each) for each in page["tables"]], int(page["total"])
        after = page["next"]


def _facts(connector: Connector) -> dict[str, Any]:
    """Return what the source says of its own protection; a source that says nothing is judged by the rest."""
    import msgspec

    with connector:
        if not isinstance(connector, ReportsSecurity):
            return {}
        try:
            facts: dict[str, Any] = msgspec.to_builtins(connector.security())
        except ConnectorError as error:
            log.warning("The source does not tell how it is protected: %s", error.reason)
            return {}
        return facts
