"""One Airflow asset a connection: DAGs can be scheduled on "this source was crawled"."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Asset


def crawled_asset(conn_id: str) -> Asset:
    """Return the asset that stands for a connection's catalog, for `schedule=[crawled_asset("my_conn")]`."""
    return Asset(name=f"crosswind:{conn_id}", uri=f"crosswind://connections/{conn_id}", group="crosswind")


def announce(events: Any, summary: dict[str, Any]) -> None:
    """Add one event for the connection to an asset alias's events, with the counts of the crawl."""
    counts = {key: value for key, value in summary.items() if isinstance(value, int | float | str)}
    events.add(crawled_asset(summary["connId"]), extra=counts)
