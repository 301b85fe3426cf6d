"""How a task ends: what went wrong is told on the task row, and errors that last end the run at once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from crosswind.connectors.errors import ConnectorError
from crosswind.doors.airflow.errors import ApiError, LeaseOver
from crosswind.doors.airflow.lease import Lease
from crosswind.kit.errors import CrosswindError

log = logging.getLogger(__name__)


@contextmanager
def reporting(lease: Lease) -> Iterator[None]:
    """Report what goes wrong on the task row before it is raised."""
    try:
        yield
    except LeaseOver:
        raise
    except Exception as error:
        try:
            lease.report(error=told(error))
        except ApiError as unreported:
            log.warning("The error could not be stored on the task: %s", unreported)
        raise


def told(error: Exception) -> dict[str, Any]:
    """Return what people read of an error: the step, what happened, and what to do."""
    if isinstance(error, ConnectorError):
        known = {"step": error.step, "message": error.reason, "remedy": error.remedy, "code": error.code}
        return {**known, "transient": error.transient}
    if isinstance(error, ApiError):
        remedy = "Nothing was removed; the next try starts over."
        known = {"step": "catalog", "message": error.message, "remedy": remedy, "code": error.code}
        return {**known, "transient": error.passing}
    if isinstance(error, CrosswindError):
        return {"step": "connection", "message": error.message, "transient": error.transient}
    remedy = "The log of this task in Airflow tells more."
    return {"step": "run", "message": _plain(error), "remedy": remedy, "transient": not isinstance(error, ValueError)}


def _plain(error: Exception) -> str:
    """A ValueError of ours is meant for people; of others only the kind is told, as the text may hold anything."""
    return str(error) if type(error) is ValueError else type(error).__name__


@contextmanager
def lasting() -> Iterator[None]:
    """End the run without further tries where another try cannot help."""
    try:
        yield
    except (ConnectorError, ApiError, CrosswindError) as error:
        passing = error.passing if isinstance(error, ApiError) else error.transient
        raise (AirflowException if passing else AirflowFailException)(str(error)) from error
    except ValueError as error:
        raise AirflowFailException(_plain(error)) from error


def short(summary: dict[str, Any]) -> dict[str, Any]:
    """Return the counts of a summary: it goes into an XCom and an asset event, which are no place for long lists."""
    lists = {key: len(value) for key, value in summary.items() if isinstance(value, list)}
    numbers = {key: value for key, value in summary.items() if isinstance(value, int | float)}
    return {**numbers, **lists}
