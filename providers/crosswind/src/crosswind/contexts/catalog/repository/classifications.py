"""How sensitive something can be: the four names that every tenant has, and those that a tenant added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import ClassificationRow

C = ClassificationRow
_SHOWN = (C.id, C.name, C.level, C.description, C.created_at)
_SPACE = UUID("6f0f5c5e-4a0e-5f0c-9a53-0d6c1f2b7a11")


@dataclass(frozen=True, slots=True)
class Classification:
    """A name and its level: the higher, the more harm is done when the thing gets out."""

    id: UUID
    name: str
    level: int
    description: str | None
    created_at: datetime | None = None


BUILT_IN = tuple(
    Classification(uuid5(_SPACE, name), name, level, description)
    for level, (name, description) in enumerate(
        (
            ("public", "Anybody may know it"),
            ("internal", "For everybody in the organisation, and nobody else"),
            ("confidential", "For those who need it in their work"),
            ("restricted", "For named people; getting out does serious harm"),
        )
    )
)


def known(session: Session, tenant: str) -> list[Classification]:
    """All classifications of a tenant, the least sensitive first: one statement, no write."""
    rows = session.execute(select(*_SHOWN).where(C.tenant == tenant))
    return sorted([*BUILT_IN, *(Classification(*row) for row in rows)], key=lambda each: (each.level, each.name))


def add(session: Session, values: dict[str, Any]) -> Classification | None:
    """Insert a classification; None when its name is taken, in whatever case."""
    if any(values["name"].lower() == each.name for each in BUILT_IN):
        return None
    row = session.execute(insert(C).values(values).on_conflict_do_nothing().returning(*_SHOWN)).one_or_none()
    return None if row is None else Classification(*row)
