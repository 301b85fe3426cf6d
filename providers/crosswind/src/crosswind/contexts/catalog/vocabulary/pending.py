"""New names and ends of what has very many assets: told by housekeeping, a stretch of assets in each transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session, aliased

from crosswind.contexts.catalog.vocabulary import members
from crosswind.contexts.catalog.vocabulary.models import DomainRow, PendingRow, ProductRow, TermRow
from crosswind.contexts.catalog.vocabulary.repository import Noun, remove
from crosswind.kit import outbox
from crosswind.kit.actor import Actor

_NOUNS: dict[str, tuple[Noun, str]] = {
    "domains": (DomainRow, "DOMAIN"), "terms": (TermRow, "TERM"), "data_products": (ProductRow, "DATA_PRODUCT"),
}  # fmt: skip


def mark(session: Session, actor: Actor, noun: Noun, key: int, told: str, was: str, *, ends: bool) -> None:
    """Leave it to housekeeping to tell the members, and to take them out where it ends."""
    asked = {"tenant": actor.tenant, "author": actor.subject, "author_name": actor.name}
    values = {"noun": noun.__tablename__, "noun_key": key, "told": told, "was": was, "ends": ends}
    session.execute(insert(PendingRow).values(**asked, **values))


def tend(
    sessions: Callable[[], AbstractContextManager[Session]], seconds: float, published: Callable[[], object]
) -> int:
    """Go on with what is pending for so long, each stretch committed by itself; returns how many stretches."""
    end, done = monotonic() + seconds, 0
    while monotonic() < end:
        with sessions() as session:
            if not _step(session):
                return done
            session.commit()
        published()
        done += 1
    return done


def _step(session: Session) -> bool:
    """Take one stretch further what was asked first of its noun; whether there was any that no other process has.

    It does not wait for long for who writes the same assets: whatever else housekeeping does would wait with it.
    """
    session.execute(text("SET LOCAL lock_timeout = '1s'"))
    row = session.scalar(_FIRST)
    if row is None:
        return False
    noun, _ = _NOUNS[row.noun]
    actor = Actor(row.author, row.author_name, row.tenant)
    last = members.stretch(session, actor, noun, row.noun_key, row.told, row.beyond, was=row.was, out=row.ends)
    if last is not None:
        session.execute(update(PendingRow).where(PendingRow.key == row.key).values(beyond=last))
    elif not row.ends or _end(session, row):
        session.execute(delete(PendingRow).where(PendingRow.key == row.key))
    else:
        session.execute(update(PendingRow).where(PendingRow.key == row.key).values(beyond=0))
    return True


_earlier = aliased(PendingRow)
_FIRST = (
    select(PendingRow)
    .where(
        ~select(_earlier.key)
        .where(
            _earlier.noun == PendingRow.noun, _earlier.noun_key == PendingRow.noun_key, _earlier.key < PendingRow.key
        )
        .exists()
    )
    .order_by(PendingRow.key)
    .limit(1)
    .with_for_update(skip_locked=True)
)


def _end(session: Session, row: PendingRow) -> bool:
    """Remove what has no members any more and tell of it; False where some were put in meanwhile."""
    noun, entity_type = _NOUNS[row.noun]
    found = session.execute(select(noun.id, noun.name).where(noun.key == row.noun_key).with_for_update()).one_or_none()
    if found is None:
        return True
    if members.count(session, noun, row.noun_key, 1):
        return False
    remove(session, noun, row.noun_key)
    data = {"id": str(found.id), "name": found.name}
    told = outbox.NewRow(
        type=f"{outbox.SPOKEN[entity_type]}.deleted", entity_type=entity_type, entity_id=str(found.id), action="DELETE",
        data=data,
    )  # fmt: skip
    outbox.add_many(session, row.tenant, [told])
    return True
