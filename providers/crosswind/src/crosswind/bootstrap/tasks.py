"""Long work, and those who are told of changes."""

from __future__ import annotations

from functools import cached_property

from crosswind.adapters.import_sources import ImportSources
from crosswind.adapters.people import Standing
from crosswind.bootstrap.family import ServiceFamily
from crosswind.contexts.events.webhooks import WebhookService
from crosswind.contexts.tasks import leases
from crosswind.contexts.tasks.due import DueService
from crosswind.contexts.tasks.service import TaskService


class TaskServices(ServiceFamily):
    """The services of long work, and of those who are told of changes."""

    @cached_property
    def tasks(self) -> TaskService:
        """Tasks, made and followed."""
        return TaskService(self.uow, self.platform.runs, self._import_sources)

    @cached_property
    def _import_sources(self) -> ImportSources:
        return ImportSources(self.uow.session, self.platform.airflow_connections, self.platform.connectors)

    @cached_property
    def due(self) -> DueService:
        """What the tick starts and mends."""
        return DueService(self.uow, self.platform.runs)

    @cached_property
    def leases(self) -> leases.LeaseService:
        """Leases for running Airflow tasks."""
        people = Standing(self.platform.entry, self.uow.session)
        return leases.LeaseService(self.uow, self.platform.runs, people, self._import_sources)

    @cached_property
    def webhooks(self) -> WebhookService:
        """Receivers that are told what changes."""
        platform = self.platform
        return WebhookService(self.uow, platform.sealing, platform.webhook_guard, platform.settings.allowed_addresses)
