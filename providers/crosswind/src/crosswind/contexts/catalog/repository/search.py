"""Full text search: at most so many hits are ranked, and only the page's are highlighted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    REAL,
    Row,
    Select,
    String,
    Text,
    all_,
    case,
    cast,
    column,
    func,
    literal,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.catalog.repository.scope import (
    BRIEF,
    A,
    Clause,
    classified,
    matching,
    on_connection,
    seen_by,
    tagged,
)
from crosswind.contexts.catalog.schemas import SearchQuery
from crosswind.contexts.catalog.words import Query
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

CAP = 2_000
FACETS = ("type", "tags", "classification", "connection", "schema")
FACET_VALUES = 50
COLUMNS_SHOWN = 20
BELOW_EXACT = 0.99
_WEIGHTS = [0.1, 0.2, 0.4, 1.0]
_COLUMNS = """
SELECT c.* FROM unnest(CAST(:keys AS bigint[])) AS a(key)
  CROSS JOIN LATERAL (
    SELECT asset_key, name, comment, description, tags FROM crosswind.columns
     WHERE asset_key = a.key AND removed_at IS NULL
       AND (replace(lower(name), '_', '') LIKE ANY (CAST(:patterns AS text[]))
            OR lower(name) LIKE ANY (CAST(:patterns AS text[]))
            OR lower(comment) LIKE ANY (CAST(:patterns AS text[]))
            OR lower(description) LIKE ANY (CAST(:patterns AS text[]))
            OR tags <> '{}' AND lower(array_to_string(tags, ' ')) LIKE ANY (CAST(:patterns AS text[]))
            OR tags <> '{}' AND regexp_replace(lower(array_to_string(tags, ' ')), '[^a-z0-9 ]', '', 'g')
               LIKE ANY (CAST(:patterns AS text[])))
     ORDER BY position LIMIT :most) c
"""


def hits(session: Session, actor: Actor, query: SearchQuery, words: Query, window: Window) -> Sequence[Row[Any]]:
    """The page's hits, best first, each with the number of all hits up to the cap and one: one statement."""
    found = _hits(actor, query, words).cte("found")
    rank = func.ts_rank(cast(_WEIGHTS, ARRAY(REAL)), A.search, cast(words.tsquery, TSQUERY))
    exact = func.lower(A.name) == words.text.strip().lower()
    score = case((exact, 1.0), else_=func.least(BELOW_EXACT, rank))
    total = select(func.count()).select_from(found).scalar_subquery()
    ranked = (
        select(A.key, score.label("score"), total.label("total"))
        .join(found, found.c.key == A.key)
        .order_by(score.desc(), A.name, A.key)
        .limit(window.limit)
        .offset(window.offset)
        .subquery()
    )
    shown = select(A.key, ranked.c.score, ranked.c.total, *BRIEF).join(ranked, ranked.c.key == A.key)
    return session.execute(shown.order_by(ranked.c.score.desc(), A.name, A.key)).all()


def newest(session: Session, actor: Actor, query: SearchQuery, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """Everything, newest first, where nothing is searched for."""
    where = _narrowed(actor, query)
    total = session.scalar(select(func.count()).select_from(AssetRow).where(*where)) or 0
    order = (A.updated_at.desc(), A.key.desc())
    listed = select(A.key, literal(0.0).label("score"), *BRIEF).where(*where).order_by(*order)
    return session.execute(listed.limit(window.limit).offset(window.offset)).all(), total


def facets(session: Session, actor: Actor, query: SearchQuery, words: Query) -> Sequence[Row[Any]]:
    """(facet, value, hits) over the hits up to the cap, or over everything where nothing is searched for."""
    chosen = _hits(actor, query, words) if words.terms else select(A.key).where(*_narrowed(actor, query))
    found = chosen.cte("found")
    shown = (A.type, A.tags, A.column_tags, A.classification, A.column_classifications, A.schema, A.connection_key)
    hit = select(*shown).join(found, found.c.key == A.key).cte("hit")
    tag = _with_columns(hit, func.unnest(hit.c.tags), hit.c.column_tags, lambda value: value != all_(hit.c.tags))
    level = _with_columns(
        hit,
        hit.c.classification,
        hit.c.column_classifications,
        lambda value: value.is_distinct_from(hit.c.classification),
    )
    place = select(ConnectionRow.id.label("value")).join(hit, hit.c.connection_key == ConnectionRow.key).subquery()
    kinds = [
        _facet("type", hit.c.type),
        _facet("schema", hit.c.schema),
        _facet("tags", tag),
        _facet("classification", level),
        _facet("connection", place.c.value),
        select(literal("total"), literal(""), func.count()).select_from(hit),
    ]
    return session.execute(union_all(*[select(kind.subquery()) for kind in kinds])).all()


def columns(session: Session, asset_keys: list[int], patterns: list[str]) -> Sequence[Row[Any]]:
    """Columns of the assets with a name, text or tag that may hold one of the words: a superset of what is marked."""
    if not asset_keys:
        return []
    values = {"keys": asset_keys, "patterns": patterns, "most": COLUMNS_SHOWN}
    return session.execute(text(_COLUMNS), values).all()


def _hits(actor: Actor, query: SearchQuery, words: Query) -> Select[Any]:
    """Up to one more hit than the cap; assets of exactly that name are among them in any case."""
    where = _narrowed(actor, query)
    named = select(A.key).where(*where, A.name == words.text.strip()).limit(CAP + 1)
    matched = select(A.key).where(*where, matching(words)).limit(CAP + 1)
    both = union_all(select(named.subquery()), select(matched.subquery())).subquery()
    return select(both.c.key).distinct().limit(CAP + 1)


def _narrowed(actor: Actor, query: SearchQuery) -> list[Clause]:
    found: list[Clause] = [seen_by(actor), A.removed_at.is_(None)]
    if query.type:
        found.append(A.type == query.type)
    if query.tag:
        found.append(tagged(actor, query.tag))
    if query.classification:
        found.append(classified(query.classification))
    if query.within:
        found.append(on_connection(actor, query.within))
    if query.schema_:
        found.append(A.schema == query.schema_)
    return found


def _with_columns(hit: Any, own: Any, repeated: Any, new: Callable[[Any], Clause]) -> Any:
    """What the hits say themselves, and what their columns say that is new: each value once an asset."""
    each = func.unnest(repeated).table_valued(column("value", Text)).render_derived().lateral()
    of_columns = select(each.c.value).select_from(hit.join(each, true())).where(new(each.c.value))
    return union_all(select(own.label("value")), of_columns).subquery().c.value


def _facet(name: str, column: Any) -> Select[Any]:
    counted = select(literal(name).label("facet"), cast(column, String).label("value"), func.count().label("hits"))
    most = counted.where(column.is_not(None)).group_by(column).order_by(func.count().desc(), column)
    return most.limit(FACET_VALUES)
