"""Full text search: at most so many hits are ranked, and only the page's are highlighted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    REAL,
    ColumnElement,
    Row,
    Select,
    case,
    cast,
    func,
    literal,
    select,
    text,
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
    plan_by_values,
    seen_by,
    tagged,
    windowed,
)
from crosswind.contexts.catalog.schemas import SearchQuery
from crosswind.contexts.catalog.words import Query
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

CAP = 2_000
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
    plan_by_values(session)
    rank = func.ts_rank(cast(_WEIGHTS, ARRAY(REAL)), A.search, cast(words.tsquery, TSQUERY))
    exact = func.lower(A.name) == words.text.strip().lower()
    score = case((exact, 1.0), else_=func.least(BELOW_EXACT, rank)).label("score")
    found = matched(actor, query, words, A.key, A.name, score).cte("found")
    total = select(func.count()).select_from(found).scalar_subquery().label("total")
    best = select(*found.c, total).order_by(found.c.score.desc(), found.c.name, found.c.key)
    page = best.limit(window.limit).offset(window.offset).subquery()
    shown = select(A.key, page.c.score, page.c.total, *BRIEF).join(page, page.c.key == A.key)
    return session.execute(shown.order_by(page.c.score.desc(), A.name, A.key)).all()


def newest(session: Session, actor: Actor, query: SearchQuery, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """Everything, newest first, where nothing is searched for."""
    where = narrowed(actor, query)
    total = session.scalar(select(func.count()).select_from(AssetRow).where(*where)) or 0
    order = (A.updated_at.desc(), A.key.desc())
    shown = (A.key, literal(0.0).label("score"), *BRIEF)
    return session.execute(windowed(shown, where, order, window)).all(), total


def columns(session: Session, asset_keys: list[int], patterns: list[str]) -> Sequence[Row[Any]]:
    """Columns of the assets with a name, text or tag that may hold one of the words: a superset of what is marked."""
    if not asset_keys:
        return []
    values = {"keys": asset_keys, "patterns": patterns, "most": COLUMNS_SHOWN}
    return session.execute(text(_COLUMNS), values).all()


def matched(actor: Actor, query: SearchQuery, words: Query, *shown: ColumnElement[Any]) -> Select[Any]:
    """Up to one more hit than the cap; assets of exactly that name are among them in any case."""
    where, name = narrowed(actor, query), words.text.strip()
    named = select(*shown).where(*where, A.name == name).limit(CAP + 1)
    others = select(*shown).where(*where, A.name != name, matching(words)).limit(CAP + 1)
    both = union_all(select(named.subquery()), select(others.subquery())).subquery()
    return select(*both.c).limit(CAP + 1)


def narrowed(actor: Actor, query: SearchQuery) -> list[Clause]:
    """What the filters leave, words apart."""
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
