"""The one place that knows which part meets which: settings in, platform out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from pathlib import Path
from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from crosswind.adapters.airflow_connections import AirflowDatabaseConnections
from crosswind.adapters.configured import AirflowConfigurations
from crosswind.adapters.crawl_grants import LeaseGrants
from crosswind.adapters.import_grants import ImportLeaseGrants
from crosswind.adapters.import_sources import ImportSources
from crosswind.adapters.people import Standing
from crosswind.adapters.runs import AirflowRuns
from crosswind.adapters.scan_grants import ScanLeaseGrants
from crosswind.adapters.sealing import AirflowSealing
from crosswind.connectors.registry import ConnectorRegistry, installed
from crosswind.connectors.sql.apart import SqlReader
from crosswind.contexts.access.entry import Entry
from crosswind.contexts.access.limits import RateLimits
from crosswind.contexts.access.login import LoginService
from crosswind.contexts.access.ports import IdentityProvider
from crosswind.contexts.access.service import AccessService
from crosswind.contexts.catalog.openlineage.service import OpenLineageService
from crosswind.contexts.catalog.repository import crawls
from crosswind.contexts.catalog.service.assets import CatalogService
from crosswind.contexts.catalog.service.crawls import CrawlService
from crosswind.contexts.catalog.service.impact import ImpactService
from crosswind.contexts.catalog.service.ingestion import IngestionService
from crosswind.contexts.catalog.service.lineage import LineageService
from crosswind.contexts.catalog.service.places import PlaceService
from crosswind.contexts.catalog.service.relationships import RelationshipService
from crosswind.contexts.catalog.service.search import SearchService
from crosswind.contexts.catalog.service.sql_lineage import SqlLineageService
from crosswind.contexts.catalog.service.tags import TagService
from crosswind.contexts.catalog.spreading import service as spreading
from crosswind.contexts.catalog.transfer.exports import ExportService
from crosswind.contexts.catalog.transfer.imports import ImportService
from crosswind.contexts.catalog.transfer.sheets import SheetService
from crosswind.contexts.catalog.transfer.uploads import UploadService
from crosswind.contexts.catalog.versions.service import VersionService
from crosswind.contexts.catalog.vocabulary.said import SaidService
from crosswind.contexts.catalog.vocabulary.service import DomainService, ProductService, TermService
from crosswind.contexts.connections import reconcile
from crosswind.contexts.connections.adoption import AdoptionService
from crosswind.contexts.connections.dialling import Dialler
from crosswind.contexts.connections.ports import AirflowConnections
from crosswind.contexts.connections.records import Records
from crosswind.contexts.connections.service import ConnectionService
from crosswind.contexts.connections.testing import ConnectionTesting
from crosswind.contexts.events import sink as outbox_sink
from crosswind.contexts.events.delivering import Deliverer
from crosswind.contexts.events.webhooks import WebhookService
from crosswind.contexts.governance import sink as audit_sink
from crosswind.contexts.governance.classification.service import ClassificationService
from crosswind.contexts.governance.compliance.answers.service import ComplianceAnswers
from crosswind.contexts.governance.compliance.book import RuleBook
from crosswind.contexts.governance.compliance.remedies.changes import Changes
from crosswind.contexts.governance.compliance.remedies.service import RemedyService, Together
from crosswind.contexts.governance.compliance.repository.violations import close_connection
from crosswind.contexts.governance.compliance.scanning import ScanStarter
from crosswind.contexts.governance.compliance.service import ComplianceService
from crosswind.contexts.governance.compliance.waivers import WaiverService
from crosswind.contexts.governance.denials import Denials
from crosswind.contexts.governance.findings.scans import ScanService
from crosswind.contexts.governance.findings.service import FindingService
from crosswind.contexts.governance.service import AuditService
from crosswind.contexts.governance.trail import AuditTrailService
from crosswind.contexts.monitoring.service import HealthService
from crosswind.contexts.tasks import leases
from crosswind.contexts.tasks.due import DueService
from crosswind.contexts.tasks.ports import Runs
from crosswind.contexts.tasks.service import TaskService
from crosswind.kit.actor import Actor
from crosswind.kit.outbound import OutboundGuard
from crosswind.kit.relay import Relay
from crosswind.kit.store import make_engine
from crosswind.kit.unit_of_work import Event, UnitOfWork
from crosswind.settings import Settings

ASKED_AGAIN = 60.0


def _sinks(session: Session, actor: Actor, events: Sequence[Event]) -> None:
    spreading.after_changes(session, actor, events)
    audit_sink.write(session, actor, events)
    outbox_sink.write(session, actor, events)


class Services:
    """The services of one unit of work, each made when first asked for."""

    def __init__(self, platform: Platform, session: Session, actor: Actor) -> None:
        self.platform = platform
        self.uow = UnitOfWork(session, actor, _sinks, platform.relay.nudge)

    @cached_property
    def access(self) -> AccessService:
        """Keys, members and grants."""
        return AccessService(self.uow, self.platform.identity, self.platform.settings.rate_limit)

    @cached_property
    def audit(self) -> AuditService:
        """The audit, to be read."""
        return AuditService(self.uow)

    @cached_property
    def health(self) -> HealthService:
        """The platform's own health."""
        return HealthService(self.uow, self.platform.unseen)

    @cached_property
    def logins(self) -> LoginService:
        """Logins by password, refresh token and link."""
        return LoginService(self.uow, self.platform.session, self.platform.identity)

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
    def catalog(self) -> CatalogService:
        """Assets, read and described."""
        return CatalogService(self.uow)

    @cached_property
    def search(self) -> SearchService:
        """Assets, found by words."""
        return SearchService(self.uow)

    @cached_property
    def tags(self) -> TagService:
        """The vocabulary of tags."""
        return TagService(self.uow)

    @cached_property
    def audit_trail(self) -> AuditTrailService:
        """The audit as the metastore shows it."""
        return AuditTrailService(self.uow)

    @cached_property
    def versions(self) -> VersionService:
        """What assets were before."""
        return VersionService(self.uow, self.catalog)

    @cached_property
    def relationships(self) -> RelationshipService:
        """Edges between assets, made by people."""
        return RelationshipService(self.uow)

    @cached_property
    def spreading(self) -> spreading.SpreadingService:
        """Tags that spread along lineage."""
        return spreading.SpreadingService(self.uow)

    @cached_property
    def said(self) -> SaidService:
        """What the vocabulary says of assets."""
        return SaidService(self.uow)

    @cached_property
    def domains(self) -> DomainService:
        """Parts of the business."""
        return DomainService(self.uow)

    @cached_property
    def terms(self) -> TermService:
        """Words of the business."""
        return TermService(self.uow)

    @cached_property
    def products(self) -> ProductService:
        """Assets that are given out together."""
        return ProductService(self.uow)

    @cached_property
    def classifications(self) -> ClassificationService:
        """Classifications, and resources labelled."""
        return ClassificationService(self.uow)

    @cached_property
    def lineages(self) -> LineageService:
        """What assets are made of."""
        return LineageService(self.uow)

    @cached_property
    def impacts(self) -> ImpactService:
        """What breaks downstream."""
        return ImpactService(self.uow)

    @cached_property
    def sql_lineages(self) -> SqlLineageService:
        """Statements, read for their lineage."""
        return SqlLineageService(self.uow, self.platform.sql_reader, self.platform.connectors)

    @cached_property
    def openlineage(self) -> OpenLineageService:
        """What running jobs tell."""
        return OpenLineageService(self.uow)

    @cached_property
    def ingestion(self) -> IngestionService:
        """Many assets at once."""
        return IngestionService(self.uow)

    @cached_property
    def imports(self) -> ImportService:
        """The server's side of imports of files."""
        return ImportService(self.uow, ImportLeaseGrants(self.uow.session, self.uow.actor))

    @cached_property
    def exports(self) -> ExportService:
        """The catalog as a file."""
        return ExportService(self.uow, self.platform.session)

    @cached_property
    def sheets(self) -> SheetService:
        """Descriptions, tags and owners as a sheet."""
        return SheetService(self.uow)

    @cached_property
    def uploads(self) -> UploadService:
        """Files that are sent to be taken in."""
        return UploadService(self.uow)

    @cached_property
    def places(self) -> PlaceService:
        """Schemas and tables of a connection."""
        return PlaceService(self.uow)

    @cached_property
    def crawls(self) -> CrawlService:
        """The server's side of crawls."""
        return CrawlService(self.uow, LeaseGrants(self.uow.session, self.uow.actor))

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
    def webhooks(self) -> WebhookService:
        """Receivers that are told what changes."""
        platform = self.platform
        return WebhookService(self.uow, platform.sealing, platform.webhook_guard, platform.settings.allowed_addresses)

    @cached_property
    def scans(self) -> ScanService:
        """The server's side of scans."""
        grants = ScanLeaseGrants(self.uow.session, self.uow.actor)
        return ScanService(self.uow, grants, self.compliance.evaluate, self.compliance.hold)


class Platform:
    """The settings, the store and the adapters of one process."""

    def __init__(
        self, settings: Settings, *, engine: Engine | None = None, identity: IdentityProvider | None = None
    ) -> None:
        self.settings = settings
        self.engine = engine or make_engine(settings.store_url, pool_size=settings.pool_size)
        self.identity = identity or _airflow_identity()
        self.entry = Entry(self.identity)
        self.denials = Denials(self.session)
        self.limits = RateLimits(settings.rate_limit)
        self.relay = Relay(self.engine)
        self._closing: list[Callable[[], object]] = []
        self._unseen: tuple[float, tuple[str, ...]] = (-ASKED_AGAIN, ())

    @cached_property
    def base_url(self) -> str:
        """Where browsers reach Airflow."""
        return self.settings.base_url

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that is rolled back unless it was committed."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @cached_property
    def _straight(self) -> Engine:
        engine = make_engine(
            self.settings.store_url, pool_size=self.settings.request_threads, isolation_level="AUTOCOMMIT", ping=False
        )
        self.on_close(engine.dispose)
        return engine

    @contextmanager
    def straight_session(self) -> Iterator[Session]:
        """A session whose every statement is a transaction of its own, for work that is one statement."""
        with Session(self._straight, expire_on_commit=False) as session:
            yield session

    def services(self, session: Session, actor: Actor) -> Services:
        """The services for one unit of work."""
        return Services(self, session, actor)

    def lease_actor(self, session: Session, token: str, request_id: str) -> Actor | None:
        """The actor of a task's lease, None when it is none that is still good."""
        return leases.identify(token, session, request_id)

    @cached_property
    def airflow_connections(self) -> AirflowConnections:
        """Where addresses and secrets are kept: Airflow."""
        return AirflowDatabaseConnections()

    @cached_property
    def connectors(self) -> ConnectorRegistry:
        """The systems that can be connected to."""
        return installed()

    @cached_property
    def sql_reader(self) -> SqlReader:
        """Reads SQL in processes apart."""
        reader = SqlReader()
        self.on_close(reader.close)
        return reader

    @cached_property
    def configurations(self) -> AirflowConfigurations:
        """How connections are configured, to be judged."""
        return AirflowConfigurations(self.airflow_connections, self.connectors)

    @cached_property
    def rules(self) -> RuleBook:
        """The compliance rules in force."""
        folder = self.settings.rules_folder
        return RuleBook(Path(folder) if folder else None)

    @cached_property
    def dialler(self) -> Dialler:
        """Reaches sources within the limits of a request."""
        guard = OutboundGuard(self.settings.allowed_addresses, self.settings.own_addresses)
        return Dialler(guard, self.settings.dial_deadline)

    def unseen(self) -> Sequence[str]:
        """The roles to whom Airflow does not show our pages, asked again a minute later; none while it is away."""
        asked, found = self._unseen
        if monotonic() - asked > ASKED_AGAIN:
            with suppress(SQLAlchemyError):
                found = tuple(self.identity.unseen())
            self._unseen = monotonic(), found
        return found

    def reconcile_connections(self) -> reconcile.Reconciled:
        """Bring our connections and Airflow's in step where a request died between them."""
        return reconcile.reconcile(self.session, self.airflow_connections)

    @cached_property
    def sealing(self) -> AirflowSealing:
        """Secrets of ours, sealed with Airflow's key."""
        return AirflowSealing()

    @cached_property
    def webhook_guard(self) -> OutboundGuard:
        """Which receivers may be dialled: none in private ranges unless allowed."""
        return OutboundGuard(self.settings.allowed_addresses, self.settings.own_addresses, private=False)

    @cached_property
    def deliverer(self) -> Deliverer:
        """Tells webhooks what changed."""

        def owner(session: Session, subject: str, tenant: str) -> Actor | None:
            return Standing(self.entry, session).actor(subject, tenant)

        def record(session: Session, tenant: str, event: Event) -> None:
            audit_sink.write(session, Actor("system:webhooks", "Webhooks", tenant, "system"), [event])

        hours = self.settings.webhook_failing_hours
        return Deliverer(self.session, self.sealing, owner, self.webhook_guard, record, hours)

    @cached_property
    def runs(self) -> Runs:
        """Where long actions run: Airflow."""
        return AirflowRuns()

    def on_close(self, step: Callable[[], object]) -> None:
        """Do this first when the platform is let go of; it must not fail."""
        self._closing.append(step)

    def close(self) -> None:
        """Write what is still to be told, and let go of the store's connections."""
        for step in self._closing:
            step()
        self.relay.stop()
        with suppress(SQLAlchemyError):
            self.denials.flush()
        self.engine.dispose()


def _airflow_identity() -> IdentityProvider:
    from crosswind.adapters.identity import AirflowIdentity

    return AirflowIdentity()


@cache
def from_airflow() -> Platform:
    """The platform as Airflow's configuration describes it."""
    return Platform(Settings.from_airflow())
