"""What the discover and crawl DAGs do in their one task: read a source in one pass and send what the catalog wants."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from crosswind.connectors.patterns import Patterns
from crosswind.connectors.port import Connector
from crosswind.doors.airflow.hooks.connector import ConnectorHook
from crosswind.doors.airflow.hooks.crosswind import CrosswindHook
from crosswind.doors.airflow.lease import Lease, Try
from crosswind.doors.airflow.outcome import lasting, reporting, short
from crosswind.doors.airflow.progress import Progress
from crosswind.doors.airflow.sender import Range, Sender, ranges

log = logging.getLogger(__name__)


def crawl_connection(context: Any, crosswind_conn_id: str = CrosswindHook.default_conn_name) -> dict[str, Any]:
    """Work on the connection that the run is for, and return a short summary.

    Errors that last (a refused password) end the run at once; those that pass are left to Airflow's retries. Either
    way the task row says which step failed and what to do, and the catalog keeps what it had.
    """
    ti = context["ti"]
    client = CrosswindHook(crosswind_conn_id).get_conn()
    with client, lasting():
        lease = Lease(client, Try(ti.dag_id, ti.run_id, ti.try_number))
        with reporting(lease):
            summary = _crawl(lease, Progress(context))
            lease.report(result=summary)
    log.info("Done: %s", short(summary))
    return {"connectionId": lease.connection["id"], "connId": lease.connection["airflowConnId"], **short(summary)}


def _crawl(lease: Lease, progress: Progress) -> dict[str, Any]:
    since = time.monotonic()
    progress.tell(1, "connecting", now=True)
    kind, settings, connector = ConnectorHook(lease.connection["airflowConnId"]).opened()
    wanted = lease.discovery
    patterns = Patterns(tuple(wanted["include"]), tuple(wanted["exclude"]))
    stop = threading.Event()
    with connector:
        found = connector.discover(wanted["depth"], patterns, stop.is_set)
        sender = Sender(lease, found.identity, found.database, kind.namespace(settings), kind.dialect)
        pump(ranges(found.objects), sender, stop, progress, connector)
    progress.tell(95, "completing", now=True)
    summary = dict(sender.complete())
    seconds = round(time.monotonic() - since, 2)
    log.info("%s objects in %s ranges, %s sent, %.2f s", sender.counts.seen, sender.counts.ranges,
             sender.counts.wanted, seconds)  # fmt: skip
    unread = sender.counts.unread
    if unread:
        log.warning("The columns of %s views cannot be traced, first of %s", len(unread), unread[0])
    return {**summary, "sent": sender.counts.wanted, "seconds": seconds, "unread": unread}


def pump(
    parts: Iterator[Range], sender: Sender, stop: threading.Event, progress: Progress, connector: Connector
) -> None:
    """Read the next range while the one before is on its way; at most two are in memory."""
    with ThreadPoolExecutor(1, thread_name_prefix="crawl") as pool:
        under_way: Future[None] | None = None
        try:
            for part in parts:
                if under_way is not None:
                    under_way.result()
                    progress.reading(sender.counts.seen)
                under_way = pool.submit(sender.send, part)
            if under_way is not None:
                under_way.result()
        except BaseException:
            stop.set()
            connector.cancel()
            raise
