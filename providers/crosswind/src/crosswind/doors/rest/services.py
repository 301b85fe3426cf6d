"""The services that endpoints may ask for, an alias each."""

from __future__ import annotations

from typing import Annotated

from crosswind.contexts.tasks.due import DueService
from crosswind.contexts.tasks.leases import LeaseService
from crosswind.contexts.tasks.service import TaskService
from crosswind.doors.rest.family import Provided

Tasks = Annotated[TaskService, Provided("tasks")]
Leases = Annotated[LeaseService, Provided("leases")]
DueDiscoveries = Annotated[DueService, Provided("due")]
