"""Who may do what, what was done of it, and how the platform fares."""

from __future__ import annotations

from functools import cached_property

from crosswind.adapters.people import Names
from crosswind.bootstrap.family import ServiceFamily
from crosswind.contexts.access.login import LoginService
from crosswind.contexts.access.service import AccessService
from crosswind.contexts.governance.service import AuditService
from crosswind.contexts.governance.trail import AuditTrailService
from crosswind.contexts.monitoring.service import HealthService


class AccessServices(ServiceFamily):
    """The services of people, keys, the audit and health."""

    @cached_property
    def access(self) -> AccessService:
        """Keys, members and grants."""
        return AccessService(self.uow, self.platform.identity, self.platform.settings.rate_limit)

    @cached_property
    def logins(self) -> LoginService:
        """Logins by password, refresh token and link."""
        return LoginService(self.uow, self.platform.session, self.platform.identity)

    @cached_property
    def audit(self) -> AuditService:
        """The audit, to be read."""
        return AuditService(self.uow)

    @cached_property
    def audit_trail(self) -> AuditTrailService:
        """The audit as the metastore shows it."""
        return AuditTrailService(self.uow, Names(self.platform.identity, self.uow.session, self.uow.actor.tenant))

    @cached_property
    def health(self) -> HealthService:
        """The platform's own health."""
        return HealthService(self.uow, self.platform.unseen)
