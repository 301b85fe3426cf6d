"""Leases for running Airflow tasks."""

from __future__ import annotations

from crosswind.contexts.tasks.schemas import Lease, LeaseRequest
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Leases

router = Family(PLATFORM, tags=["Runs"])


@router.post("/leases", permission="lease:create", status=201, secret=True)
def issue_lease(leases: Leases, body: LeaseRequest) -> Lease:
    """Exchange a running try of one of our DAGs for a lease."""
    return leases.issue(body)
