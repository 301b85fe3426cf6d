"""Classification and compliance."""

from __future__ import annotations

from functools import cached_property

from crosswind.adapters.scan_grants import ScanLeaseGrants
from crosswind.bootstrap.catalog import CatalogServices
from crosswind.bootstrap.connections import ConnectionServices
from crosswind.contexts.governance.classification.service import ClassificationService
from crosswind.contexts.governance.compliance.answers.service import ComplianceAnswers
from crosswind.contexts.governance.compliance.remedies.changes import Changes
from crosswind.contexts.governance.compliance.remedies.service import RemedyService, Together
from crosswind.contexts.governance.compliance.scanning import ScanStarter
from crosswind.contexts.governance.compliance.service import ComplianceService
from crosswind.contexts.governance.compliance.waivers import WaiverService
from crosswind.contexts.governance.findings.scans import ScanService
from crosswind.contexts.governance.findings.service import FindingService


class GovernanceServices(CatalogServices, ConnectionServices):
    """The services of classification and compliance."""

    @cached_property
    def classifications(self) -> ClassificationService:
        """Classifications, and resources labelled."""
        return ClassificationService(self.uow)

    @cached_property
    def compliance(self) -> ComplianceService:
        """The rules, and connections judged by them."""
        return ComplianceService(self.uow, self.platform.rules, self.platform.configurations)

    @cached_property
    def compliance_answers(self) -> ComplianceAnswers:
        """What violates the rules."""
        return ComplianceAnswers(self.uow, self.platform.rules.book().rules)

    @cached_property
    def remedies(self) -> RemedyService:
        """What can be done about violations."""
        changes = Changes(self.uow, self.classifications, self.tags, self.catalog, self.connections)
        together = Together(self._records, changes, self.compliance)
        return RemedyService(self.uow, self.platform.rules.book().rules, together)

    @cached_property
    def waivers(self) -> WaiverService:
        """Violations that are accepted for a time."""
        return WaiverService(self.uow)

    @cached_property
    def scan_starts(self) -> ScanStarter:
        """Scans of many connections, started."""
        return ScanStarter(self.uow, self.platform.runs, self.platform.rules)

    @cached_property
    def findings(self) -> FindingService:
        """What scans found of personal data."""
        return FindingService(self.uow, self.compliance.reconsider)

    @cached_property
    def scans(self) -> ScanService:
        """The server's side of scans."""
        grants = ScanLeaseGrants(self.uow.session, self.uow.actor)
        return ScanService(self.uow, grants, self.compliance.evaluate, self.compliance.hold)
