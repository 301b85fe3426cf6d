"""Full text search: at most so many hits are ranked, and only the page's are highlighted.

The score of a hit is 1 where its name or qualified name is exactly what was typed, else at most 0.99: 0.6 times the
store's rank of the words by where they stand (name 1, column names and tags 0.4, descriptions 0.2, the rest 0.1), 0.2
where each word is a whole word of the name, 0.1 times how fresh it is (half when it last changed 90 days ago), and, for
the best 200, 0.05 times how many assets read it (20 count as 1). What is found inside a word only has 0.05 times that
word's rank instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ARRAY,
    REAL,
    ClauseElement,
    ColumnElement,
    Executable,
    Float,
    Row,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.asked import Filters
from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.catalog.repository.narrow import clauses, narrowed
from crosswind.contexts.catalog.repository.scope import BRIEF, A, Clause, counted, plan_by_values, windowed
from crosswind.contexts.catalog.words import Query
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

CAP = 2_000
FREQUENT = 20_000
"""From so many hits on, by the store's own statistics, walking the newest assets may be quicker than all hits."""
WALKED = 60_000
"""The newest assets that are walked at most; a word is frequent when so many are likely to hold enough hits."""
COLUMNS_SHOWN = 20
BELOW_EXACT = 0.99
BEST = 200
HALVED = 90.0
"""Days after which freshness counts half."""
_WEIGHTS = [0.1, 0.2, 0.4, 1.0]
_DAY = 86_400.0
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
_ASSETS = "SELECT reltuples FROM pg_class WHERE oid = 'crosswind.assets'::regclass"
_USED = literal_column(
    "0.05 * (SELECT count(*) FROM (SELECT FROM crosswind.relationships r WHERE r.upstream_key = placed.key LIMIT 20)"
    " AS reader) / 20",
    Float,
)
Among = Literal["all", "newest", "some"]
Shown = Callable[[Any], Sequence[ColumnElement[Any]]]


class _Explain(Executable, ClauseElement):
    """The plan of a statement as JSON, without running it."""

    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain)
def _explain(element: _Explain, compiler: Any, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **options)}"


class Hits(NamedTuple):
    """A page of hits; `total` up to the cap and one, ranked `among` all, the newest or some of them."""

    rows: Sequence[Row[Any]]
    total: int
    among: Among


def hits(session: Session, actor: Actor, filters: Filters, words: Query, window: Window) -> Hits:
    """The page's hits, best first: an estimate and one statement, two where a frequent word turns out to be rare."""
    plan_by_values(session)
    where = narrowed(actor, filters)
    if frequent(session, actor, filters, words):
        rows = _ranked(session, matched(where, words, _scored(words), newest=True), window)
        if rows and rows[0].total > CAP:
            return Hits(rows, rows[0].total, "newest")
    rows = _ranked(session, matched(where, words, _scored(words)), window)
    total = rows[0].total if rows else 0
    return Hits(rows, total, "some" if total > CAP else "all")


def newest(session: Session, actor: Actor, filters: Filters, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """Everything, newest first, where nothing is searched for, and how many there are up to what is counted and one."""
    plan_by_values(session)
    where = narrowed(actor, filters)
    total = counted(session, where)
    order = (A.updated_at.desc(), A.key.desc())
    shown = (A.key, literal(0.0).label("score"), *BRIEF)
    return session.execute(windowed(shown, where, order, window)).all(), total


def frequent(session: Session, actor: Actor, filters: Filters, words: Query) -> bool:
    """Whether the newest assets are likely to hold enough hits, by the store's statistics; no asset is read for it."""
    where = (A.tenant == actor.tenant, A.removed_at.is_(None), *clauses(actor, filters), fits(A, words.found_by))
    (plan,) = session.execute(_Explain(select(A.key).where(*where))).one()
    hits = int(plan[0]["Plan"]["Plan Rows"])
    return hits >= FREQUENT and CAP * float(session.execute(text(_ASSETS)).scalar_one()) / hits <= WALKED


def columns(session: Session, asset_keys: list[int], patterns: list[str]) -> Sequence[Row[Any]]:
    """Columns of the assets with a name, text or tag that may hold one of the words: a superset of what is marked."""
    if not asset_keys:
        return []
    values = {"keys": asset_keys, "patterns": patterns, "most": COLUMNS_SHOWN}
    return session.execute(text(_COLUMNS), values).all()


def matched(where: Sequence[Clause], words: Query, shown: Shown, *, newest: bool = False) -> Select[Any]:
    """Up to one more hit than the cap; assets of exactly that name are among them in any case."""
    name = words.text.strip()
    named = select(*shown(A)).where(*where, or_(A.name == name, A.qualified_name == name)).limit(CAP + 1)
    among = _walked(where) if newest else A
    rest = () if newest else where
    others = select(*shown(among)).where(
        *rest, among.name != name, among.qualified_name != name, fits(among, words.found_by)
    )
    both = union_all(select(named.subquery()), select(others.limit(CAP + 1).subquery())).subquery()
    return select(*both.c).limit(CAP + 1)


def _walked(where: Sequence[Clause]) -> Any:
    """The newest assets, one by one as they are asked for."""
    asked = select(AssetRow.__table__).where(*where).order_by(A.updated_at.desc(), A.key.desc())
    return asked.limit(WALKED).subquery().c


def fits(assets: Any, query: str) -> Clause:
    """Assets that a tsquery finds."""
    found: Clause = assets.search.bool_op("@@")(cast(query, TSQUERY))
    return found


def _scored(words: Query) -> Shown:
    name = words.text.strip().lower()

    def shown(assets: Any) -> tuple[ColumnElement[Any], ...]:
        exact = or_(func.lower(assets.name) == name, func.lower(assets.qualified_name) == name)
        rank = _rank(assets, words.tsquery)
        whole = case((fits(assets, words.whole), 0.2), else_=0.0)
        days = func.greatest(func.extract("epoch", func.now() - assets.updated_at) / _DAY, 0)
        score = 0.6 * rank + whole + 0.1 / (1 + days / HALVED)
        if words.inside:
            score += 0.05 * _rank(assets, words.found_by)
        return assets.key, assets.name, case((exact, 1.0), else_=func.least(BELOW_EXACT, score)).label("score")

    return shown


def _rank(assets: Any, query: str) -> ColumnElement[float]:
    rank = func.ts_rank(cast(_WEIGHTS, ARRAY(REAL)), assets.search, cast(query, TSQUERY))
    return func.least(rank, 1.0)


def _ranked(session: Session, found: Select[Any], window: Window) -> Sequence[Row[Any]]:
    hit = found.cte("found")
    order = (hit.c.score.desc(), hit.c.name, hit.c.key)
    placed = select(hit, func.row_number().over(order_by=order).label("place"), func.count().over().label("total"))
    at = placed.cte("placed").c
    best = case((and_(at.place <= BEST, at.score < 1), func.least(BELOW_EXACT, at.score + _USED)), else_=at.score)
    scored = select(at.key, at.name, at.total, (at.place > BEST).label("late"), best.label("score")).subquery()
    again = (scored.c.late, scored.c.score.desc(), scored.c.name, scored.c.key)
    page = select(scored).order_by(*again).limit(window.limit).offset(window.offset).subquery()
    shown = select(A.key, page.c.score, page.c.total, *BRIEF).join(page, page.c.key == A.key)
    return session.execute(shown.order_by(page.c.late, page.c.score.desc(), A.name, A.key)).all()
