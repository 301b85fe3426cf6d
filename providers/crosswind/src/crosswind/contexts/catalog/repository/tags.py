"""The vocabulary of a tenant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, String, cast, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import TagRow
from crosswind.kit.errors import Invalid
from crosswind.kit.paging import Window

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
T = TagRow
SHOWN = (T.id, T.name, T.category, T.description, T.propagates, T.propagation_depth, T.created_at)


def page(session: Session, tenant: str, category: str | None, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """One window of tags by name, and how many there are."""
    where = [T.tenant == tenant, *([T.category == category] if category else [])]
    total = session.scalar(select(func.count()).select_from(T).where(*where)) or 0
    listed = select(*SHOWN).where(*where).order_by(T.name).limit(window.limit).offset(window.offset)
    return session.execute(listed).all(), total


def named(session: Session, tenant: str, asked: Sequence[str]) -> dict[str, str]:
    """The names of tags asked for by name or id; what is neither is left out, and an id is never another's name."""
    lowered = {each.lower(): each for each in asked}
    either = or_(T.name.in_(asked), cast(T.id, String).in_(lowered))
    rows = session.execute(select(T.id, T.name).where(T.tenant == tenant, either)).all()
    by_id = {lowered[str(row.id)]: row.name for row in rows if str(row.id) in lowered}
    return {**{row.name: row.name for row in rows}, **by_id}


def of_names(session: Session, tenant: str, names: Iterable[str]) -> Sequence[Row[Any]]:
    """The tags of these names, in one statement."""
    return session.execute(select(*SHOWN).where(T.tenant == tenant, T.name.in_(sorted(set(names))))).all()


def is_id(given: str) -> bool:
    """Whether a tag is given by its id, by the look of it."""
    return _ID.fullmatch(given) is not None


def by_name_or_id(session: Session, tenant: str, given: Iterable[str]) -> list[str]:
    """The names of tags given by name or by id, each once; Invalid for an id that no tag has."""
    asked = list(dict.fromkeys(given))
    ids = [each for each in asked if is_id(each)]
    if not ids:
        return asked
    known = named(session, tenant, ids)
    for each in ids:
        if each not in known:
            raise Invalid(f"There is no tag with the id '{each}'", field="tags")
    return list(dict.fromkeys(known.get(each, each) for each in asked))


def name_of(session: Session, tenant: str, tag_id: UUID) -> str | None:
    """The name of a tag."""
    return session.scalar(select(T.name).where(T.tenant == tenant, T.id == tag_id))


def add(session: Session, values: dict[str, Any]) -> Row[Any] | None:
    """Insert a tag; None when its name is taken."""
    statement = insert(T).values(values).on_conflict_do_nothing(index_elements=["tenant", "name"])
    return session.execute(statement.returning(*SHOWN)).one_or_none()


def missing(session: Session, tenant: str, names: Iterable[str]) -> set[str]:
    """Those of the words that are not in the vocabulary."""
    wanted = set(names)
    return wanted - set(session.scalars(select(T.name).where(T.tenant == tenant, T.name.in_(sorted(wanted)))))


def near(session: Session, tenant: str, names: Iterable[str]) -> dict[str, str]:
    """Of words that are no tags those that differ from a tag by their case alone, with that."""
    wanted = {each.lower(): each for each in names}
    if not wanted:
        return {}
    rows = session.scalars(select(T.name).where(T.tenant == tenant, func.lower(T.name).in_(wanted)).order_by(T.name))
    return {wanted[name.lower()]: name for name in rows if name.lower() in wanted and wanted[name.lower()] != name}


def ensure(session: Session, tenant: str, names: Iterable[str], subject: str) -> None:
    """Put words that assets use into the vocabulary where they are missing."""
    lacking = missing(session, tenant, names)
    rows = [{"tenant": tenant, "name": name, "created_by": subject} for name in sorted(lacking)]
    if rows:
        session.execute(insert(T).on_conflict_do_nothing(index_elements=["tenant", "name"]), rows)


def find(session: Session, tenant: str, tag_id: UUID, *, lock: bool = False) -> Row[Any] | None:
    """A tag by its id."""
    chosen = select(*SHOWN).where(T.tenant == tenant, T.id == tag_id)
    return session.execute(chosen.with_for_update() if lock else chosen).one_or_none()


def write(session: Session, tag_id: UUID, values: dict[str, Any]) -> None:
    """Write what a tag says."""
    session.execute(update(T).where(T.id == tag_id).values(values))


def remove(session: Session, tag_id: UUID) -> None:
    """Delete a tag."""
    session.execute(delete(T).where(T.id == tag_id))
