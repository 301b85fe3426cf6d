"""What the vocabulary says of an asset, as columns of a statement over assets: asked for rows that are shown alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, String, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, TagRow
from crosswind.contexts.catalog.repository.scope import A, seen_by
from crosswind.contexts.catalog.vocabulary.models import (
    AssetDomainRow,
    AssetOwnerRow,
    AssetTermRow,
    DomainRow,
    ProductAssetRow,
    ProductRow,
    PropagatedTagRow,
    TermRow,
)
from crosswind.kit.actor import Actor

_O, _P = AssetOwnerRow.__table__.c, PropagatedTagRow.__table__.c
_FROM = AssetRow.__table__.alias("origin")


def _agg(found: Any, *order: Any) -> ColumnElement[Any]:
    """All of them as JSON; null where there is none, as for most assets, so that nothing has to be read."""
    return func.jsonb_agg(aggregate_order_by(found, *order))


def _key(name: str) -> ColumnElement[str]:
    return literal_column(f"'{name}'", String)


_owner = func.jsonb_build_object(_key("kind"), _O.kind, _key("name"), _O.name, _key("role"), _O.role)
_reached = func.jsonb_build_object(
    _key("tag"), TagRow.name, _key("from_asset"), _FROM.c.id, _key("from_name"), _FROM.c.name, _key("depth"), _P.depth
)
owners = select(_agg(_owner, _O.role, _O.kind, _O.name)).where(_O.asset_key == A.key).scalar_subquery()
domain = (
    select(DomainRow.name)
    .join(AssetDomainRow, AssetDomainRow.domain_key == DomainRow.key)
    .where(AssetDomainRow.asset_key == A.key)
    .scalar_subquery()
)
terms = (
    select(_agg(TermRow.name, TermRow.name))
    .join(AssetTermRow, AssetTermRow.term_key == TermRow.key)
    .where(AssetTermRow.asset_key == A.key)
    .scalar_subquery()
)
products = (
    select(_agg(ProductRow.name, ProductRow.name))
    .join(ProductAssetRow, ProductAssetRow.product_key == ProductRow.key)
    .where(ProductAssetRow.asset_key == A.key)
    .scalar_subquery()
)
propagated = (
    select(_agg(_reached, TagRow.name))
    .select_from(PropagatedTagRow)
    .join(TagRow, TagRow.key == _P.tag_key)
    .join(_FROM, _FROM.c.key == _P.from_key)
    .where(_P.asset_key == A.key)
    .scalar_subquery()
)
SAID = (
    owners.label("owners"), domain.label("domain"), terms.label("terms"), products.label("products"),
    propagated.label("propagated"),
)  # fmt: skip


def without_hidden(session: Session, actor: Actor, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """The rows, with the names of those origins of tags taken out that the actor may not see.

    Only an actor that is held to attributes may not see some of its tenant, so only that one costs a statement.
    """
    reached = [each for row in rows for each in row.propagated or ()] if actor.attributes else []
    if reached:
        origins = {UUID(each["from_asset"]) for each in reached}
        seen = set(session.scalars(select(A.id).where(A.id.in_(origins), seen_by(actor))))
        for each in reached:
            if UUID(each["from_asset"]) not in seen:
                each["from_name"] = None
    return rows
