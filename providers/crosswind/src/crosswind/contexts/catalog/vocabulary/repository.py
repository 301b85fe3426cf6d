"""Domains, terms and data products, and what they are put on: a constant number of statements for any number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, String, cast, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.catalog.repository.scope import A, connection_id, seen_by
from crosswind.contexts.catalog.versions.deltas import State
from crosswind.contexts.catalog.versions.repository import Kept, keep
from crosswind.contexts.catalog.vocabulary.models import (
    AssetDomainRow,
    AssetOwnerRow,
    AssetTermRow,
    ColumnTermRow,
    DomainRow,
    PendingRow,
    ProductAssetRow,
    ProductRow,
    RelatedTermRow,
    TermRow,
)
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

Noun = type[DomainRow] | type[TermRow] | type[ProductRow]
MEMBERS: dict[Noun, tuple[Any, str]] = {
    DomainRow: (AssetDomainRow, "domain_key"),
    TermRow: (AssetTermRow, "term_key"),
    ProductRow: (ProductAssetRow, "product_key"),
}
"""In which table, and by which of its columns, assets are put on one."""
_HOLDERS = select(A.key, A.id, A.version, connection_id)


def page(
    session: Session, noun: Noun, tenant: str, search: str | None, window: Window
) -> tuple[Sequence[Row[Any]], int]:
    """One window by name, and how many there are."""
    where = [noun.tenant == tenant]
    if search:
        where.append(_holds(noun, search.lower()))
    total = session.scalar(select(func.count()).select_from(noun).where(*where)) or 0
    asked = _shown(noun).where(*where).order_by(noun.name).limit(window.limit).offset(window.offset)
    return session.execute(asked).all(), total


def _holds(noun: Noun, search: str) -> ColumnElement[bool]:
    """Whether the name, or a synonym of a term, holds what is looked for."""
    named = func.lower(noun.name).contains(search, autoescape=True)
    if noun is not TermRow:
        return named
    each = func.unnest(TermRow.synonyms).table_valued("synonym").render_derived()
    holding = func.lower(each.c.synonym).contains(search, autoescape=True)
    return or_(named, select(each.c.synonym).where(holding).correlate(TermRow).exists())


def find(session: Session, noun: Noun, tenant: str, identifier: UUID, *, lock: bool = False) -> Row[Any] | None:
    """One by its id; the lock lets assets still be put in, as who does that holds assets that we may wait for.

    It is read once it is locked, with what of it became pending meanwhile.
    """
    mine = (noun.tenant == tenant, noun.id == identifier)
    if lock:
        session.execute(select(noun.key).where(*mine).with_for_update(key_share=True))
    return session.execute(_shown(noun).where(*mine)).one_or_none()


def named(session: Session, noun: Noun, tenant: str, asked: Iterable[str]) -> dict[str, Row[Any]]:
    """Those that go by these names or ids, by what was asked; what is neither, or is being removed, is left out."""
    wanted = {each.lower(): each for each in asked}
    if not wanted:
        return {}
    either = or_(noun.name.in_(wanted.values()), cast(noun.id, String).in_(wanted))
    ending = _pending(noun, PendingRow.key).where(PendingRow.ends).exists()
    rows = session.execute(select(noun.key, noun.id, noun.name).where(noun.tenant == tenant, either, ~ending)).all()
    by_id = {wanted[str(row.id)]: row for row in rows if str(row.id) in wanted}
    return {**by_id, **{row.name: row for row in rows if row.name in wanted.values()}}


def add(session: Session, noun: Noun, values: dict[str, Any]) -> UUID | None:
    """Insert one; None when its name is taken."""
    free = insert(noun).values(values).on_conflict_do_nothing(index_elements=["tenant", "name"])
    return session.execute(free.returning(noun.id)).scalar_one_or_none()


def taken(session: Session, noun: Noun, tenant: str, name: str) -> bool:
    """Whether a name is in use."""
    return session.scalar(select(noun.key).where(noun.tenant == tenant, noun.name == name)) is not None


def near(session: Session, noun: Noun, tenant: str, name: str) -> str | None:
    """A name that differs from this one by its case alone."""
    alike = (func.lower(noun.name) == func.lower(name), noun.name != name)
    return session.scalar(select(noun.name).where(noun.tenant == tenant, *alike).order_by(noun.name).limit(1))


def lacking(session: Session, noun: Noun, tenant: str, called: str, name: str) -> str:
    """What is said of a name that nothing has."""
    other = near(session, noun, tenant, name)
    return f"There is no {called} '{name}'" + (f"; did you mean '{other}'?" if other else "")


def write(session: Session, noun: Noun, key: int, values: dict[str, Any]) -> None:
    """Write what changed and count the version up."""
    values = {**values, "version": noun.version + 1, "updated_at": func.now()}
    session.execute(update(noun).where(noun.key == key).values(values))


def remove(session: Session, noun: Noun, key: int) -> None:
    """Delete one, and take it off whatever it is on."""
    session.execute(delete(noun).where(noun.key == key))


def relate(session: Session, key: int, related: Sequence[int]) -> None:
    """Make these the terms that belong to this one, in both directions."""
    either = or_(RelatedTermRow.term_key == key, RelatedTermRow.related_key == key)
    session.execute(delete(RelatedTermRow).where(either))
    pairs = [(key, each) for each in related] + [(each, key) for each in related]
    if pairs:
        session.execute(insert(RelatedTermRow), [{"term_key": one, "related_key": other} for one, other in pairs])


def holder(session: Session, actor: Actor, asset_id: UUID, *, lock: bool = False) -> Row[Any] | None:
    """The key, version and connection of an asset that the actor may see."""
    asked = _HOLDERS.where(A.id == asset_id, seen_by(actor), A.deleted_at.is_(None))
    return session.execute(asked.with_for_update(of=AssetRow.__table__) if lock else asked).one_or_none()


def holders(session: Session, actor: Actor, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """The assets of these ids that the actor may see, locked in the order of their keys."""
    asked = _HOLDERS.where(A.id.in_(ids), seen_by(actor), A.deleted_at.is_(None)).order_by(A.key)
    return session.execute(asked.with_for_update(of=AssetRow.__table__)).all()


def touch(
    session: Session,
    actor: Actor,
    keys: Sequence[int],
    changes: Sequence[str],
    before: Mapping[int, State] = MappingProxyType({}),
) -> None:
    """Count the versions of assets up of which something else than their own row changed, and keep what was before."""
    changed = {"version": A.version + 1, "updated_at": func.now()}
    made = update(AssetRow).where(A.key.in_(keys)).values(changed).returning(A.key, A.version + A.source_version)
    rows = session.execute(made)
    keep(session, actor, [Kept(key, number, "curated", [*changes], before.get(key, {})) for key, number in rows])


def owners(session: Session, asset_key: int) -> list[dict[str, str]]:
    """The owners of an asset by role, kind and name."""
    o = AssetOwnerRow
    asked = select(o.kind, o.name, o.role).where(o.asset_key == asset_key).order_by(o.role, o.kind, o.name)
    return [row._asdict() for row in session.execute(asked)]


def write_owners(session: Session, tenant: str, asset_key: int, given: Sequence[dict[str, str]]) -> None:
    """Make these the owners of an asset."""
    session.execute(delete(AssetOwnerRow).where(AssetOwnerRow.asset_key == asset_key))
    if given:
        rows = [{**each, "tenant": tenant, "asset_key": asset_key} for each in given]
        session.execute(insert(AssetOwnerRow), rows)


def domain(session: Session, asset_key: int) -> str | None:
    """The name of an asset's domain."""
    asked = select(DomainRow.name).join(AssetDomainRow, AssetDomainRow.domain_key == DomainRow.key)
    return session.scalar(asked.where(AssetDomainRow.asset_key == asset_key))


def domain_key(session: Session, asset_key: int) -> int | None:
    """The key of an asset's domain, also of one that is being removed."""
    return session.scalar(select(AssetDomainRow.domain_key).where(AssetDomainRow.asset_key == asset_key))


def products(session: Session, asset_key: int) -> list[str]:
    """The names of the data products that an asset is part of."""
    asked = select(ProductRow.name).join(ProductAssetRow, ProductAssetRow.product_key == ProductRow.key)
    return list(session.scalars(asked.where(ProductAssetRow.asset_key == asset_key).order_by(ProductRow.name)))


def terms(session: Session, asset_key: int) -> list[str]:
    """The names of an asset's own terms."""
    asked = select(TermRow.name).join(AssetTermRow, AssetTermRow.term_key == TermRow.key)
    return list(session.scalars(asked.where(AssetTermRow.asset_key == asset_key).order_by(TermRow.name)))


def column_terms(session: Session, asset_key: int) -> dict[str, list[str]]:
    """The names of the terms of an asset's present columns, by column."""
    asked = (
        select(ColumnRow.name, func.array_agg(text("terms.name ORDER BY terms.name")))
        .join(ColumnTermRow, ColumnTermRow.column_key == ColumnRow.key)
        .join(TermRow, TermRow.key == ColumnTermRow.term_key)
        .where(ColumnRow.asset_key == asset_key, ColumnRow.removed_at.is_(None))
        .group_by(ColumnRow.name)
        .order_by(ColumnRow.name)
    )
    return {name: list(found) for name, found in session.execute(asked)}


def column_keys(session: Session, asset_key: int, names: Sequence[str]) -> dict[str, int]:
    """The keys of an asset's present columns of these names."""
    c = ColumnRow
    asked = select(c.name, c.key).where(c.asset_key == asset_key, c.name.in_(names), c.removed_at.is_(None))
    return {row.name: row.key for row in session.execute(asked)}


def write_terms(session: Session, asset_key: int, term_keys: Sequence[int]) -> None:
    """Make these the terms of an asset."""
    session.execute(delete(AssetTermRow).where(AssetTermRow.asset_key == asset_key))
    if term_keys:
        session.execute(insert(AssetTermRow), [{"asset_key": asset_key, "term_key": key} for key in term_keys])


def write_column_terms(session: Session, given: dict[int, Sequence[int]]) -> None:
    """Make these the terms of these columns."""
    session.execute(delete(ColumnTermRow).where(ColumnTermRow.column_key.in_(given)))
    rows = [{"column_key": column, "term_key": term} for column, keys in given.items() for term in keys]
    if rows:
        session.execute(insert(ColumnTermRow), rows)


def join(session: Session, noun: Noun, key: int, asset_keys: Sequence[int]) -> list[int]:
    """Put assets in; returns those that were not. An asset that is in another domain leaves it."""
    link, column = MEMBERS[noun]
    if not asset_keys:
        return []
    adding = insert(link).values([{"asset_key": asset, column: key} for asset in asset_keys])
    if noun is DomainRow:
        moved = adding.excluded.domain_key
        adding = adding.on_conflict_do_update(
            index_elements=["asset_key"], set_={"domain_key": moved}, where=link.domain_key != moved
        )
    else:
        adding = adding.on_conflict_do_nothing()
    joined = list(session.scalars(adding.returning(link.asset_key)))
    if noun is DomainRow:
        session.execute(update(AssetRow).where(A.key.in_(joined)).values(domain_key=key))
    return joined


def leave(session: Session, noun: Noun, key: int, asset_keys: Sequence[int]) -> list[int]:
    """Take assets out; returns those that were in."""
    link, column = MEMBERS[noun]
    if not asset_keys:
        return []
    gone = delete(link).where(getattr(link, column) == key, link.asset_key.in_(asset_keys))
    left = list(session.scalars(gone.returning(link.asset_key)))
    if noun is DomainRow:
        session.execute(update(AssetRow).where(A.key.in_(left)).values(domain_key=None))
    return left


def _pending(noun: Noun, asked: Any) -> Select[Any]:
    mine = (PendingRow.noun == noun.__tablename__, PendingRow.noun_key == noun.key)
    return select(asked).where(*mine).correlate(noun)


def _shown(noun: Noun) -> Any:
    pending = _pending(noun, func.bool_or(PendingRow.ends)).scalar_subquery().label("ends")
    own = (noun.key, noun.id, noun.name, noun.description, noun.version, noun.created_at, noun.updated_at, pending)
    if noun is not TermRow:
        return select(*own, noun.owner_kind, noun.owner_name)  # type: ignore[union-attr]
    other = TermRow.__table__.alias("other")
    related = (
        select(func.coalesce(func.array_agg(text("other.name ORDER BY other.name")), text("'{}'::text[]")))
        .select_from(RelatedTermRow.__table__.join(other, other.c.key == RelatedTermRow.related_key))
        .where(RelatedTermRow.term_key == TermRow.key)
        .correlate(TermRow)
        .scalar_subquery()
    )
    return select(*own, TermRow.synonyms, related.label("related"))
