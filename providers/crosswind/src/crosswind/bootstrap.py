"""The one place that knows which part meets which: settings in, platform out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crosswind.kit.actor import Actor
from crosswind.kit.store import make_engine
from crosswind.kit.unit_of_work import Event, UnitOfWork
from crosswind.settings import Settings


class Services:
    """The services of one unit of work, each made when first asked for."""

    def __init__(self, platform: Platform, session: Session, actor: Actor) -> None:
        self.platform = platform
        self.uow = UnitOfWork(session, actor, _write_audit)


class Platform:
    """The settings, the store and the adapters of one process."""

    def __init__(self, settings: Settings, *, engine: Engine | None = None) -> None:
        self.settings = settings
        self.engine = engine or make_engine(settings.store_url, pool_size=settings.pool_size)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that is rolled back unless it was committed."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def services(self, session: Session, actor: Actor) -> Services:
        """The services for one unit of work."""
        return Services(self, session, actor)

    def close(self) -> None:
        """Let go of the store's connections."""
        self.engine.dispose()


def _write_audit(session: Session, actor: Actor, events: Sequence[Event]) -> None:
    """Audit is written by the governance context once it is there."""


def from_airflow() -> Platform:
    """The platform as Airflow's configuration describes it."""
    return Platform(Settings.from_airflow())
