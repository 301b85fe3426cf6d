"""Connections: kept, tried and adopted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from crosswind.bootstrap.family import ServiceFamily
from crosswind.contexts.catalog.repository import crawls
from crosswind.contexts.connections.adoption import AdoptionService
from crosswind.contexts.connections.records import Records
from crosswind.contexts.connections.service import ConnectionService
from crosswind.contexts.connections.testing import ConnectionTesting
from crosswind.contexts.governance.compliance.repository.violations import close_connection
from crosswind.kit.unit_of_work import UnitOfWork


class ConnectionServices(ServiceFamily):
    """The services of connections."""

    @cached_property
    def connections(self) -> ConnectionService:
        """The registry of connections."""
        return ConnectionService(self._records, self.platform.session, on_deleted=[crawls.remove_all, close_connection])

    @cached_property
    def connection_tests(self) -> ConnectionTesting:
        """Connections tried."""
        return ConnectionTesting(self._records, self.platform.dialler, self._aside)

    @cached_property
    def adoptions(self) -> AdoptionService:
        """Airflow's own connections, to be governed."""
        return AdoptionService(self._records)

    @cached_property
    def _records(self) -> Records:
        return Records(self.uow, self.platform.airflow_connections, self.platform.connectors)

    @contextmanager
    def _aside(self) -> Iterator[UnitOfWork]:
        """A unit of work of its own for the same actor: what it writes stays although the request fails."""
        with self.platform.session() as session:
            uow = self.platform.services(session, self.uow.actor).uow
            yield uow
            uow.commit()
