"""Reads and writes of the access tables; what a request needs is one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select, text, update
from sqlalchemy.orm import Session

from crosswind.contexts.access.models import ApiKey, Grant, Member
from crosswind.kit.paging import Window

_STANDING = """
    (SELECT jsonb_agg(jsonb_build_array(m.tenant, m.roles)) FROM crosswind.members m WHERE m.subject = {subject}),
    (SELECT jsonb_agg(jsonb_build_array(g.tenant, g.attribute, g.value))
       FROM crosswind.grants g WHERE g.subject = {subject})
"""
_BY_SUBJECT = text("SELECT" + _STANDING.format(subject=":subject"))
_OF_KEY = """
    k.id, k.name, k.tenant, k.owner, k.scopes, k.expires_at <= now() OR k.revoked_at IS NOT NULL,
    k.last_used_at IS NULL OR k.last_used_at < now() - interval '5 minutes', k.rate_limit,
""" + _STANDING.format(subject="k.owner")
_BY_KEY = f"SELECT k.expires_at, jsonb_build_array({_OF_KEY}) FROM crosswind.api_keys k WHERE k.hash = %(hash)s"  # noqa: S608 - no value is formatted in
"""Facts in one array, asked for in the driver's words: each column and each layer costs every request."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What our own tables say of a subject: tenants with roles, and attribute grants a tenant."""

    members: dict[str, tuple[str, ...]]
    grants: dict[str, dict[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key as the guard reads it."""

    id: str
    name: str
    tenant: str
    owner: str | None
    scopes: tuple[str, ...] | None
    over: bool
    stale: bool
    expires_at: datetime | None
    rate_limit: int | None
    standing: Standing


def standing_of(session: Session, subject: str) -> Standing:
    """The standing of a subject."""
    members, grants = session.execute(_BY_SUBJECT, {"subject": subject}).one()
    return _standing(members, grants)


def key_by_hash(session: Session, digest: bytes) -> FoundKey | None:
    """A key and its owner's standing, also when the key is over."""
    row = session.connection().exec_driver_sql(_BY_KEY, {"hash": digest}).one_or_none()
    if row is None:
        return None
    expires_at, (identifier, name, tenant, owner, scopes, over, stale, rate_limit, members, grants) = row
    scoped = None if scopes is None else tuple(scopes)
    standing = _standing(members, grants)
    return FoundKey(identifier, name, tenant, owner, scoped, bool(over), bool(stale), expires_at, rate_limit, standing)


def key_names(session: Session, tenant: str, identifiers: Collection[str]) -> dict[str, str]:
    """What keys of a tenant are called, by id."""
    if not identifiers:
        return {}
    asked = select(ApiKey.id, ApiKey.name).where(ApiKey.tenant == tenant, ApiKey.id.in_(identifiers))
    return {row.id: row.name for row in session.execute(asked)}


def touch_key(session: Session, identifier: str) -> None:
    """Note that a key was used, unless somebody else is writing the same."""
    free = select(ApiKey.id).where(ApiKey.id == identifier).with_for_update(skip_locked=True)
    session.execute(
        update(ApiKey)
        .where(ApiKey.id.in_(free))
        .values(last_used_at=func.now())
        .execution_options(synchronize_session=False)
    )


def _standing(members: list[Any] | None, grants: list[Any] | None) -> Standing:
    found: dict[str, dict[str, frozenset[str]]] = {}
    for tenant, attribute, value in grants or ():
        values = found.setdefault(tenant, {})
        values[attribute] = values.get(attribute, frozenset()) | {value}
    return Standing({tenant: tuple(roles) for tenant, roles in members or ()}, found)


class AccessRepository:
    """Rows of one tenant at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: ApiKey | Member | Grant) -> None:
        """Insert a row now, so that a taken name is told now."""
        self._session.add(row)
        self._session.flush()

    def taken(self, row: Member | Grant) -> bool:
        """Whether such a row is there already."""
        model = type(row)
        where = [model.tenant == row.tenant, model.subject == row.subject]
        if isinstance(row, Grant):
            where += [Grant.attribute == row.attribute, Grant.value == row.value]
        return self._session.scalar(select(func.count()).select_from(model).where(*where)) != 0

    def page(
        self, model: type[Any], tenant: str, window: Window, *conditions: ColumnElement[bool]
    ) -> tuple[Sequence[Any], int]:
        """A window of a tenant's rows, newest first, and how many there are."""
        where = (model.tenant == tenant, *conditions)
        statement: Select[Any] = select(model).where(*where).order_by(model.created_at.desc(), model.id)
        rows = self._session.scalars(statement.limit(window.limit).offset(window.offset)).all()
        total = self._session.scalar(select(func.count()).select_from(model).where(*where)) or 0
        return rows, total

    def get(self, model: type[Any], tenant: str, identifier: str) -> Any | None:
        """A tenant's row."""
        return self._session.scalar(select(model).where(model.tenant == tenant, model.id == identifier))

    def remove(self, model: type[Any], tenant: str, identifier: str) -> None:
        """Delete a tenant's row."""
        self._session.execute(delete(model).where(model.tenant == tenant, model.id == identifier))

    def revoke_key(self, key: ApiKey, at: datetime) -> None:
        """Revoke a key."""
        key.revoked_at = at
        self._session.flush()
