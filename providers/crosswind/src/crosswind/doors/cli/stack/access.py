"""Keys and login links of an installation, made at its own store without asking Airflow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from crosswind.contexts.access import secrets
from crosswind.contexts.access.models import ApiKey
from crosswind.contexts.access.permissions import PERMISSIONS
from crosswind.contexts.access.schemas import KeyRequest
from crosswind.contexts.access.service import AccessService
from crosswind.contexts.governance import sink
from crosswind.doors.cli.stack import files
from crosswind.doors.cli.stack.layout import Layout
from crosswind.kit.actor import Actor
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind.kit.unit_of_work import UnitOfWork

DATABASE = "airflow"
OWNER = "admin"
INGEST = ("lease:create", "due:start")
"""What a task's key is worth: it can ask for leases and start what is due, nothing else."""
LINEAGE = ("lineage:ingest",)
EVENTS_A_MINUTE = 60_000
"""Events are not sent again: a burst of tasks must not run into a limit made for people."""


@dataclass(frozen=True, repr=False)
class PlatformKeys:
    """The administrator's key, for `crosswind.env`, the one that tasks start from, and the one of lineage events."""

    admin: str
    ingest: str
    lineage: str


def platform_keys(layout: Layout) -> PlatformKeys:
    """Return the installation's API keys; those that the store does not know any more are made anew."""
    path = layout.run / "api-keys.json"
    found = files.read_json(path)
    with unit_of_work(layout) as uow:
        access = AccessService(uow)
        admin = found.get("admin") or ""
        if not stands(uow.session, admin):
            admin = access.create_key(KeyRequest(name="crosswind up", owner=OWNER)).key
        ingest = found.get("ingest") or ""
        if not stands(uow.session, ingest):
            ingest = access.create_platform_key("tasks", INGEST).key
        lineage = found.get("lineage") or ""
        if not stands(uow.session, lineage):
            lineage = access.create_platform_key("openlineage", LINEAGE, rate_limit=EVENTS_A_MINUTE).key
        keys = PlatformKeys(admin, ingest, lineage)
        if asdict(keys) != found:
            uow.commit()
            files.write_json(path, asdict(keys))
    return keys


def login_link(layout: Layout, next_path: str) -> str:
    """Return an address that signs the administrator in once and goes on to a page."""
    with unit_of_work(layout) as uow:
        ticket = AccessService(uow).create_ticket(OWNER, next_path)
        uow.commit()
    return f"{layout.base}/crosswind/platform/v1/login/{ticket}"


@contextmanager
def unit_of_work(layout: Layout) -> Iterator[UnitOfWork]:
    """Open a transaction on the store as the installation itself."""
    engine = create_engine(EmbeddedPostgres(layout.postgres).url(DATABASE), poolclass=NullPool)
    actor = Actor("system", "crosswind up", kind="system", permissions=PERMISSIONS)
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield UnitOfWork(session, actor, sink.write)
    finally:
        engine.dispose()


def stands(session: Session, key: str) -> bool:
    """Tell whether the store knows this key and nobody has revoked it."""
    if not key:
        return False
    found = select(ApiKey.id).where(ApiKey.hash == secrets.digest(key), ApiKey.revoked_at.is_(None))
    return session.scalar(found) is not None
