"""The services that endpoints may ask for, an alias each."""

from __future__ import annotations

from typing import Annotated

from crosswind.contexts.access.login import LoginService
from crosswind.contexts.access.service import AccessService
from crosswind.contexts.catalog.service.assets import CatalogService
from crosswind.contexts.catalog.service.crawls import CrawlService
from crosswind.contexts.catalog.service.impact import ImpactService
from crosswind.contexts.catalog.service.ingestion import IngestionService
from crosswind.contexts.catalog.service.lineage import LineageService
from crosswind.contexts.catalog.service.places import PlaceService
from crosswind.contexts.catalog.service.relationships import RelationshipService
from crosswind.contexts.catalog.service.search import SearchService
from crosswind.contexts.catalog.service.tags import TagService
from crosswind.contexts.catalog.vocabulary.said import SaidService
from crosswind.contexts.catalog.vocabulary.service import DomainService, ProductService, TermService
from crosswind.contexts.connections.adoption import AdoptionService
from crosswind.contexts.connections.service import ConnectionService
from crosswind.contexts.connections.testing import ConnectionTesting
from crosswind.contexts.governance.classification.service import ClassificationService
from crosswind.contexts.governance.compliance.answers.service import ComplianceAnswers
from crosswind.contexts.governance.compliance.remedies.service import RemedyService
from crosswind.contexts.governance.compliance.scanning import ScanStarter
from crosswind.contexts.governance.compliance.service import ComplianceService
from crosswind.contexts.governance.compliance.waivers import WaiverService
from crosswind.contexts.governance.findings.scans import ScanService
from crosswind.contexts.governance.findings.service import FindingService
from crosswind.contexts.governance.service import AuditService
from crosswind.contexts.monitoring.service import HealthService
from crosswind.contexts.tasks.due import DueService
from crosswind.contexts.tasks.leases import LeaseService
from crosswind.contexts.tasks.service import TaskService
from crosswind.doors.rest.family import Provided

Health = Annotated[HealthService, Provided("health")]
Access = Annotated[AccessService, Provided("access")]
Audit = Annotated[AuditService, Provided("audit")]
Classifications = Annotated[ClassificationService, Provided("classifications")]
Answers = Annotated[ComplianceAnswers, Provided("compliance_answers")]
Logins = Annotated[LoginService, Provided("logins")]
Tasks = Annotated[TaskService, Provided("tasks")]
Leases = Annotated[LeaseService, Provided("leases")]
DueDiscoveries = Annotated[DueService, Provided("due")]
Connections = Annotated[ConnectionService, Provided("connections")]
ConnectionTests = Annotated[ConnectionTesting, Provided("connection_tests")]
Relationships = Annotated[RelationshipService, Provided("relationships")]
Adoptions = Annotated[AdoptionService, Provided("adoptions")]
Catalog = Annotated[CatalogService, Provided("catalog")]
Search = Annotated[SearchService, Provided("search")]
TagsOf = Annotated[TagService, Provided("tags")]
Said = Annotated[SaidService, Provided("said")]
Domains = Annotated[DomainService, Provided("domains")]
Terms = Annotated[TermService, Provided("terms")]
Products = Annotated[ProductService, Provided("products")]
Lineages = Annotated[LineageService, Provided("lineages")]
Impacts = Annotated[ImpactService, Provided("impacts")]
Ingestion = Annotated[IngestionService, Provided("ingestion")]
Compliance = Annotated[ComplianceService, Provided("compliance")]
Remedies = Annotated[RemedyService, Provided("remedies")]
Findings = Annotated[FindingService, Provided("findings")]
ScanStarts = Annotated[ScanStarter, Provided("scan_starts")]
Scans = Annotated[ScanService, Provided("scans")]
Crawls = Annotated[CrawlService, Provided("crawls")]
Places = Annotated[PlaceService, Provided("places")]
Waivers = Annotated[WaiverService, Provided("waivers")]
