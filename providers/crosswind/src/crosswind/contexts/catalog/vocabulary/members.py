"""What is in a domain or data product, or is about a term, told of its new name or end: a thousand assets at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, union
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.catalog.repository.scope import A
from crosswind.contexts.catalog.vocabulary import past
from crosswind.contexts.catalog.vocabulary.models import (
    AssetTermRow,
    ColumnTermRow,
    DomainRow,
    TermRow,
)
from crosswind.contexts.catalog.vocabulary.repository import MEMBERS, Noun, leave, touch
from crosswind.kit import outbox
from crosswind.kit.actor import Actor

AT_A_TIME = 1_000
_BRIEF = select(A.key, A.id, A.type, A.name, A.qualified_name, A.version, A.connection_key)


def count(session: Session, noun: Noun, key: int, most: int) -> int:
    """How many assets are in one, or are or have columns about it, also of those that are gone; looks no further."""
    return session.scalar(select(func.count()).select_from(_keys(noun, key).limit(most).subquery())) or 0


def tell(session: Session, actor: Actor, noun: Noun, key: int, told: str) -> None:
    """Count the version of each member up, as its answer changes, and tell who follows it; before the change itself."""
    beyond: int | None = 0
    while beyond is not None:
        beyond = stretch(session, actor, noun, key, told, beyond)


def stretch(
    session: Session,
    actor: Actor,
    noun: Noun,
    key: int,
    told: str,
    beyond: int,
    *,
    was: str | None = None,
    out: bool = False,
) -> int | None:
    """Tell the next members after a key, and take them out where it ends; the last one's key, None for no more.

    `was` is its name before where it has a new one by now.
    """
    some: Sequence[int] = session.scalars(_some(noun, key, beyond)).all()
    if not some:
        return None
    rows = _locked(session, actor, some)
    keys: list[int] = [row.key for row in rows]
    before = past.naming(session, noun, key, keys, was)
    if out:
        leave(session, noun, key, keys)
        _forget_columns(session, noun, key, keys)
    touch(session, actor, keys, [told], before)
    outbox.add_many(session, actor.tenant, [_news(row, noun) for row in rows])
    return some[-1]


def _forget_columns(session: Session, noun: Noun, key: int, asset_keys: Sequence[int]) -> None:
    if noun is TermRow:
        theirs = select(ColumnRow.key).where(ColumnRow.asset_key.in_(asset_keys))
        session.execute(
            delete(ColumnTermRow).where(ColumnTermRow.term_key == key, ColumnTermRow.column_key.in_(theirs))
        )


def _some(noun: Noun, key: int, beyond: int) -> Any:
    """The keys of the next members after one; of a term's two ways each is cut before they are put together."""
    if noun is TermRow:
        by_columns = _with_columns(key, beyond).distinct().order_by(ColumnRow.asset_key).limit(AT_A_TIME)
        own = _put_on(noun, key, beyond).order_by(AssetTermRow.asset_key).limit(AT_A_TIME)
        theirs = union(own, by_columns).subquery().c.asset_key
    else:
        theirs = _put_on(noun, key, beyond).subquery().c.asset_key
    return select(theirs).order_by(theirs).limit(AT_A_TIME)


def _locked(session: Session, actor: Actor, keys: Sequence[int]) -> Sequence[Row[Any]]:
    """Members, locked in the order of their keys; edges and runs may still be put on them meanwhile."""
    asked = _BRIEF.where(A.tenant == actor.tenant, A.key.in_(keys)).order_by(A.key)
    return session.execute(asked.with_for_update(of=AssetRow.__table__, key_share=True)).all()


def _keys(noun: Noun, key: int) -> Any:
    own = _put_on(noun, key)
    return union(own, _with_columns(key)) if noun is TermRow else own


def _put_on(noun: Noun, key: int, beyond: int = 0) -> Select[Any]:
    """What is in or about one itself, of keys after one: a stretch reads no member of those before it again."""
    link, column = MEMBERS[noun]
    return select(link.asset_key).where(getattr(link, column) == key, link.asset_key > beyond)


def _with_columns(key: int, beyond: int = 0) -> Select[Any]:
    joined = select(ColumnRow.asset_key).join(ColumnTermRow, ColumnTermRow.column_key == ColumnRow.key)
    return joined.where(ColumnTermRow.term_key == key, ColumnRow.removed_at.is_(None), ColumnRow.asset_key > beyond)


def _news(row: Row[Any], noun: Noun) -> outbox.NewRow:
    brief = {"id": str(row.id), "type": row.type, "name": row.name, "qualified_name": row.qualified_name}
    changed = "domain" if noun is DomainRow else "terms" if noun is TermRow else "products"
    return outbox.NewRow(
        type="asset.updated", entity_type="ASSET", entity_id=str(row.id), action="UPDATE",
        data={**brief, "version": row.version + 1, "changed": [changed]}, connection_key=row.connection_key,
    )  # fmt: skip
