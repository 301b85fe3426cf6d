"""What the tick asks for."""

from __future__ import annotations

from crosswind.contexts.tasks.schemas import Due
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import DueDiscoveries

router = Family(PLATFORM, tags=["Runs"])


@router.get("/due", permission="due:start")
def list_due(due: DueDiscoveries) -> Due:
    """List the connections whose discovery is due."""
    return due.look()


@router.post("/due", permission="due:start")
def start_due(due: DueDiscoveries) -> Due:
    """Start the discoveries that are due, and mend runs that were lost."""
    return due.start()
