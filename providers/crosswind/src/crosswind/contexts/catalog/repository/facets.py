"""How assets spread over what is said of them: one statement, beside an estimate where words are searched for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Row,
    Select,
    String,
    Text,
    all_,
    cast,
    column,
    func,
    literal,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.asked import Filters
from crosswind.contexts.catalog.repository.narrow import narrowed
from crosswind.contexts.catalog.repository.scope import COUNTED, NEWEST, A, plan_by_values
from crosswind.contexts.catalog.repository.search import CAP, Among, frequent, matched, sought
from crosswind.contexts.catalog.repository.spelled import HERE, Spelled, spelled
from crosswind.contexts.catalog.vocabulary.models import (
    AssetDomainRow,
    AssetOwnerRow,
    AssetTermRow,
    DomainRow,
    ProductAssetRow,
    ProductRow,
    TermRow,
)
from crosswind.contexts.catalog.words import Query
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.kit.actor import Actor

NAMES = ("type", "tags", "classification", "connection", "schema", "owner", "domain", "term", "product")
MOST_VALUES = 50
_SINGLE = ("type", "schema", "connection_key", "classification")
_MANY = ("tags", "column_tags", "propagated_tags", "column_classifications", "source_owners")
MOST = COUNTED
"""Assets that are counted where nothing is searched for: the newest."""


class Facets(NamedTuple):
    """(facet, value, hits) over hits `among` all, the newest or some."""

    rows: Sequence[Row[Any]]
    total: int
    among: Among


def facets(session: Session, actor: Actor, filters: Filters, words: Query) -> Facets:
    """Counts over the hits up to the cap, or over the newest assets where nothing is searched for."""
    plan_by_values(session)
    where = narrowed(actor, filters)
    if not words.terms:
        rows = _of_everything().run(session, where=where).all()
        return Facets(rows, _total(rows), "newest" if _total(rows) > MOST else "all")
    values = sought(words)
    if frequent(session, actor, filters, words):
        rows = _of_matched(newest=True).run(session, values, where).all()
        if _total(rows) > CAP:
            return Facets(rows, _total(rows), "newest")
    rows = _of_matched(newest=False).run(session, values, where).all()
    return Facets(rows, _total(rows), "some" if _total(rows) > CAP else "all")


def _total(rows: Sequence[Row[Any]]) -> int:
    return next(int(row.hits) for row in rows if row.facet == "total")


def _shown(assets: Any) -> list[Any]:
    return [assets[name] for name in ("key", *_SINGLE, *_MANY)]


@cache
def _of_everything() -> Spelled:
    return spelled(_of_hits(select(*_shown(A)).where(HERE).order_by(*NEWEST).limit(MOST + 1)))


@cache
def _of_matched(*, newest: bool) -> Spelled:
    return spelled(_of_hits(matched(_shown, newest=newest)))


def _of_hits(found: Select[Any]) -> CompoundSelect[Any]:
    hit = found.cte("hit")
    own = hit.c
    tags = union_all(
        _each(hit, own.tags),
        _each(hit, own.column_tags, new_to=own.tags),
        _each(hit, own.propagated_tags, new_to=own.tags.op("||")(own.column_tags)),
    )
    levels = union_all(
        select(own.classification.label("value")),
        _each(hit, own.column_classifications, new_to=func.array_remove(array([own.classification]), None)),
    )
    place = select(ConnectionRow.id.label("value")).join(hit, own.connection_key == ConnectionRow.key)
    kinds = [
        _facet("type", select(own.type.label("value"))),
        _facet("schema", select(own.schema.label("value"))),
        _facet("connection", place),
        _facet("tags", tags),
        _facet("classification", levels),
        _facet("owner", _owners(hit)),
        _facet("domain", _said(DomainRow.name, AssetDomainRow, hit).join(DomainRow)),
        _facet("term", _said(TermRow.name, AssetTermRow, hit).join(TermRow)),
        _facet("product", _said(ProductRow.name, ProductAssetRow, hit).join(ProductRow)),
        select(literal("total"), literal(""), func.count()).select_from(hit),
    ]
    return union_all(*[select(kind.subquery()) for kind in kinds])


def _said(value: Any, link: Any, hit: Any) -> Select[Any]:
    """What the vocabulary says of each hit, once."""
    said = select(value.label("value"), link.asset_key).join(hit, hit.c.key == link.asset_key)
    return said.distinct()


def _owners(hit: Any) -> CompoundSelect[Any]:
    """Who answers for each hit, once, whether people or its source say so."""
    names = func.jsonb_array_elements_text(hit.c.source_owners)
    each = names.table_valued(column("value", Text)).render_derived().lateral()
    by_source = select(each.c.value, hit.c.key).select_from(hit.join(each, true()))
    said = select(AssetOwnerRow.name.label("value"), AssetOwnerRow.asset_key)
    return union(
        said.join(hit, hit.c.key == AssetOwnerRow.asset_key), by_source.where(hit.c.source_owners.is_not(None))
    )


def _each(hit: Any, values: Any, new_to: Any = None) -> Select[Any]:
    """Each value of an array as a row; with `new_to` only those that the asset does not have itself."""
    each = func.unnest(values).table_valued(column("value", Text)).render_derived().lateral()
    found = select(each.c.value).select_from(hit.join(each, true()))
    return found if new_to is None else found.where(each.c.value != all_(new_to))


def _facet(name: str, values: Any) -> Select[Any]:
    found = values.subquery()
    value, number = cast(found.c.value, String).label("value"), func.count()
    counted = select(literal(name).label("facet"), value, number.label("hits")).where(found.c.value.is_not(None))
    return counted.group_by(found.c.value).order_by(number.desc(), found.c.value).limit(MOST_VALUES)
