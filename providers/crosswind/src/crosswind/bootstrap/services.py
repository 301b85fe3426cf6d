"""Every service there is, by name."""

from __future__ import annotations

from crosswind.bootstrap.access import AccessServices
from crosswind.bootstrap.governance import GovernanceServices
from crosswind.bootstrap.intake import IntakeServices
from crosswind.bootstrap.tasks import TaskServices


class Services(AccessServices, TaskServices, IntakeServices, GovernanceServices):
    """The services of one unit of work, each made when first asked for."""
