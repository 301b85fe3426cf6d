"""What can go wrong with a task or a lease, beside what is general."""

from __future__ import annotations

from crosswind.kit.errors import Conflict, Forbidden, Unavailable


class Fenced(Conflict):
    """The lease is over: a newer try took the work, or somebody cancelled it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, lease="over")


class RunNotActive(Conflict):
    """The run that a lease is asked for is not running in Airflow."""


class NotOurs(Forbidden):
    """The run belongs to a DAG that Crosswind gives no leases to, or was set off by somebody who may not."""


class ConnectionBusy(Conflict):
    """Another run works on the same connection; a retry helps once it has ended."""

    transient = True


class AlreadyOver(Conflict):
    """The task has ended and cannot be cancelled."""


class NotRunnable(Unavailable):
    """The DAG behind a task is paused, missing or broken; the message says how to mend it."""
