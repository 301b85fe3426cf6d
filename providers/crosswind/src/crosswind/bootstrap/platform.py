"""Settings in, platform out: the adapters that one process shares."""

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
from crosswind.adapters.people import Standing
from crosswind.adapters.runs import AirflowRuns
from crosswind.adapters.sealing import AirflowSealing
from crosswind.bootstrap.services import Services
from crosswind.connectors.registry import ConnectorRegistry, installed
from crosswind.connectors.sql.apart import SqlReader
from crosswind.contexts.access.entry import Entry
from crosswind.contexts.access.limits import RateLimits
from crosswind.contexts.access.ports import IdentityProvider
from crosswind.contexts.catalog.transfer.turns import Turns
from crosswind.contexts.connections import reconcile
from crosswind.contexts.connections.dialling import Dialler
from crosswind.contexts.connections.ports import AirflowConnections
from crosswind.contexts.events.delivering import Deliverer
from crosswind.contexts.governance import sink as audit_sink
from crosswind.contexts.governance.compliance.book import RuleBook
from crosswind.contexts.governance.denials import Denials
from crosswind.contexts.tasks import leases
from crosswind.contexts.tasks.ports import Runs
from crosswind.kit.actor import Actor
from crosswind.kit.outbound import OutboundGuard
from crosswind.kit.relay import Relay
from crosswind.kit.store import make_engine
from crosswind.kit.unit_of_work import Event
from crosswind.settings import STRAIGHT_THREADS, Settings

ASKED_AGAIN = 60.0


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
        self.turns = Turns()
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
            self.settings.store_url,
            pool_size=self.settings.request_threads + STRAIGHT_THREADS,
            isolation_level="AUTOCOMMIT",
            ping=False,
        )
        self.on_close(engine.dispose)
        return engine

    @contextmanager
    def straight_session(self) -> Iterator[Session]:
        """A session whose every statement is a transaction of its own, for work that is one statement mostly."""
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
