"""How assets spread over what is said of them: one statement, and an estimate of it where words are searched for.

What an asset says in one value is counted in groups, which an index alone answers where nothing is searched for; tags,
and what columns say, are counted one by one over the assets that have any.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Row,
    Select,
    String,
    Text,
    all_,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.asked import Filters
from crosswind.contexts.catalog.repository.narrow import narrowed
from crosswind.contexts.catalog.repository.scope import A, Clause, plan_by_values
from crosswind.contexts.catalog.repository.search import CAP, FREQUENT, Among, estimated, fits, matched
from crosswind.contexts.catalog.vocabulary.models import (
    AssetDomainRow,
    AssetOwnerRow,
    AssetTermRow,
    DomainRow,
    TermRow,
)
from crosswind.contexts.catalog.words import Query
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.kit.actor import Actor

NAMES = ("type", "tags", "classification", "connection", "schema", "owner", "domain", "term")
MOST_VALUES = 50
_SINGLE = ("type", "schema", "connection_key", "classification")
_MANY = ("tags", "column_tags", "propagated_tags", "column_classifications")
_NONE = text("'{}'::text[]")


class Facets(NamedTuple):
    """(facet, value, hits) over hits `among` all, the newest or some."""

    rows: Sequence[Row[Any]]
    total: int
    among: Among


def facets(session: Session, actor: Actor, filters: Filters, words: Query) -> Facets:
    """Counts over the hits up to the cap, or over everything where nothing is searched for."""
    plan_by_values(session)
    where = narrowed(actor, filters)
    if not words.terms:
        rows = _of_all(session, where)
        return Facets(rows, _total(rows), "all")
    if estimated(session, [*where, fits(A, words.found_by)]) >= FREQUENT:
        rows = _of_hits(session, matched(where, words, _shown, newest=True))
        if _total(rows) > CAP:
            return Facets(rows, _total(rows), "newest")
    rows = _of_hits(session, matched(where, words, _shown))
    return Facets(rows, _total(rows), "some" if _total(rows) > CAP else "all")


def _total(rows: Sequence[Row[Any]]) -> int:
    return next(int(row.hits) for row in rows if row.facet == "total")


def _shown(assets: Any) -> list[Any]:
    return [assets[name] for name in ("key", *_SINGLE, *_MANY)]


def _of_hits(session: Session, found: Select[Any]) -> Sequence[Row[Any]]:
    hit = found.cte("hit")
    return _counted(session, hit, literal(1), hit, select(hit.c.key))


def _of_all(session: Session, where: Sequence[Clause]) -> Sequence[Row[Any]]:
    alone, many = ([A[name] for name in names] for names in (_SINGLE, _MANY))
    grouped = select(*alone, func.count().label("number")).where(*where).group_by(*alone).cte("grouped")
    labelled = select(A.classification, *many).where(*where, or_(*(each != _NONE for each in many))).cte("labelled")
    return _counted(session, grouped, grouped.c.number, labelled, select(A.key).where(*where))


def _counted(session: Session, single: Any, number: Any, many: Any, keys: Select[Any]) -> Sequence[Row[Any]]:
    """`number` is how many assets a row of `single` stands for; a row of `many` stands for one, of `keys` too."""
    shown, own = single.c, many.c
    tags = union_all(
        _each(many, own.tags),
        _each(many, own.column_tags, new_to=own.tags),
        _each(many, own.propagated_tags, new_to=own.tags.op("||")(own.column_tags)),
    )
    levels = union_all(
        select(shown.classification.label("value"), number.label("number")).select_from(single),
        _each(many, own.column_classifications, new_to=func.array_remove(array([own.classification]), None)),
    )
    place = select(ConnectionRow.id.label("value"), number.label("number"))
    kinds = [
        _facet("type", select(shown.type.label("value"), number.label("number")).select_from(single)),
        _facet("schema", select(shown.schema.label("value"), number.label("number")).select_from(single)),
        _facet("connection", place.join(single, shown.connection_key == ConnectionRow.key)),
        _facet("tags", tags),
        _facet("classification", levels),
        _facet("owner", _said(AssetOwnerRow.name, AssetOwnerRow, keys)),
        _facet("domain", _said(DomainRow.name, AssetDomainRow, keys).join(DomainRow)),
        _facet("term", _said(TermRow.name, AssetTermRow, keys).join(TermRow)),
        select(literal("total"), literal(""), _sum(number)).select_from(single),
    ]
    return session.execute(union_all(*[select(kind.subquery()) for kind in kinds])).all()


def _said(value: Any, link: Any, keys: Select[Any]) -> Select[Any]:
    """What the vocabulary says of each of these assets, once."""
    said = select(value.label("value"), link.asset_key, literal(1).label("number")).select_from(link)
    return said.where(link.asset_key.in_(keys)).distinct()


def _each(many: Any, values: Any, new_to: Any = None) -> Select[Any]:
    """Each value of an array as a row; with `new_to` only those that the asset does not have itself."""
    each = func.unnest(values).table_valued(column("value", Text)).render_derived().lateral()
    found = select(each.c.value, literal(1).label("number")).select_from(many.join(each, true()))
    return found if new_to is None else found.where(each.c.value != all_(new_to))


def _facet(name: str, values: Any) -> Select[Any]:
    found = values.subquery()
    value, total = cast(found.c.value, String).label("value"), _sum(found.c.number)
    counted = select(literal(name).label("facet"), value, total.label("hits")).where(found.c.value.is_not(None))
    return counted.group_by(found.c.value).order_by(total.desc(), found.c.value).limit(MOST_VALUES)


def _sum(number: Any) -> Any:
    return cast(func.coalesce(func.sum(number), 0), BigInteger)
