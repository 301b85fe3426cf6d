"""What the vocabulary says of an asset, as columns of a statement over assets: asked for rows that are shown alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, String, Subquery, func, join, literal_column, select
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


class Said(NamedTuple):
    """One thing that is said: what of it is shown, the column that names its asset, and where both are read."""

    name: str
    shown: ColumnElement[Any]
    asset: Any
    read: FromClause

    def of_each(self) -> ColumnElement[Any]:
        """Of the asset of each row, by a look-up."""
        return select(self.shown).select_from(self.read).where(self.asset == A.key).scalar_subquery().label(self.name)

    def of_all(self, keys: ColumnElement[Any]) -> Subquery:
        """Of the assets with these keys, a row for each of which it is said: all of them at once."""
        shown = (self.asset.label("asset_key"), self.shown.label(self.name))
        found = select(*shown).select_from(self.read).where(self.asset == func.any(keys))
        return found.group_by(self.asset).subquery(f"said_{self.name}")


def _agg(found: Any, *order: Any) -> ColumnElement[Any]:
    """All of them as JSON; null where there is none, as for most assets, so that nothing has to be read."""
    return func.jsonb_agg(aggregate_order_by(found, *order))


def _key(name: str) -> ColumnElement[str]:
    return literal_column(f"'{name}'", String)


def _through(link: Any, key: Any, noun: Any) -> FromClause:
    return join(link, noun, key == noun.key)


_owner = func.jsonb_build_object(_key("kind"), _O.kind, _key("name"), _O.name, _key("role"), _O.role)
_reached = func.jsonb_build_object(
    _key("tag"), TagRow.name, _key("from_asset"), _FROM.c.id, _key("from_name"), _FROM.c.name, _key("depth"), _P.depth
)
PARTS = (
    Said("owners", _agg(_owner, _O.role, _O.kind, _O.name), _O.asset_key, AssetOwnerRow.__table__),
    Said(
        "domain",
        func.min(DomainRow.name),
        AssetDomainRow.asset_key,
        _through(AssetDomainRow, AssetDomainRow.domain_key, DomainRow),
    ),
    Said(
        "terms",
        _agg(TermRow.name, TermRow.name),
        AssetTermRow.asset_key,
        _through(AssetTermRow, AssetTermRow.term_key, TermRow),
    ),
    Said(
        "products",
        _agg(ProductRow.name, ProductRow.name),
        ProductAssetRow.asset_key,
        _through(ProductAssetRow, ProductAssetRow.product_key, ProductRow),
    ),
    Said(
        "propagated",
        _agg(_reached, TagRow.name),
        _P.asset_key,
        _through(PropagatedTagRow, _P.tag_key, TagRow).join(_FROM, _FROM.c.key == _P.from_key),
    ),
)
SAID = tuple(part.of_each() for part in PARTS)


def without_hidden(session: Session, actor: Actor, rows: Sequence[Any]) -> Sequence[Any]:
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
