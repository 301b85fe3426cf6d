"""How assets spread over types, schemas, connections, tags and classifications: one statement.

What an asset says in one value is counted in groups, which an index alone answers where nothing is searched for; tags,
and what columns say, are counted one by one over the assets that have any.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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

from crosswind.contexts.catalog.repository.scope import A, plan_by_values
from crosswind.contexts.catalog.repository.search import matched, narrowed
from crosswind.contexts.catalog.schemas import SearchQuery
from crosswind.contexts.catalog.words import Query
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.kit.actor import Actor

NAMES = ("type", "tags", "classification", "connection", "schema")
MOST_VALUES = 50
_SINGLE = (A.type, A.schema, A.connection_key, A.classification)
_MANY = (A.tags, A.column_tags, A.column_classifications)
_NONE = text("'{}'::text[]")


def facets(session: Session, actor: Actor, query: SearchQuery, words: Query) -> Sequence[Row[Any]]:
    """(facet, value, hits) over the hits up to the cap, or over everything where nothing is searched for."""
    plan_by_values(session)
    if words.terms:
        hit = matched(actor, query, words, *_SINGLE, *_MANY).cte("hit")
        return _counted(session, hit, literal(1), hit)
    where = narrowed(actor, query)
    grouped = select(*_SINGLE, func.count().label("number")).where(*where).group_by(*_SINGLE).cte("grouped")
    labelled = select(A.classification, *_MANY).where(*where, or_(*(each != _NONE for each in _MANY))).cte("labelled")
    return _counted(session, grouped, grouped.c.number, labelled)


def _counted(session: Session, single: Any, number: Any, many: Any) -> Sequence[Row[Any]]:
    """`number` is how many assets a row of `single` stands for; a row of `many` stands for one."""
    shown = single.c
    tags = union_all(_each(many, many.c.tags), _each(many, many.c.column_tags, new_to=many.c.tags))
    own = select(shown.classification.label("value"), number.label("number")).select_from(single)
    new = func.array_remove(array([many.c.classification]), None)
    levels = union_all(own, _each(many, many.c.column_classifications, new_to=new))
    place = select(ConnectionRow.id.label("value"), number.label("number"))
    kinds = [
        _facet("type", select(shown.type.label("value"), number.label("number")).select_from(single)),
        _facet("schema", select(shown.schema.label("value"), number.label("number")).select_from(single)),
        _facet("connection", place.join(single, shown.connection_key == ConnectionRow.key)),
        _facet("tags", tags),
        _facet("classification", levels),
        select(literal("total"), literal(""), _sum(number)).select_from(single),
    ]
    return session.execute(union_all(*[select(kind.subquery()) for kind in kinds])).all()


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
