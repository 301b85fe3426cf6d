"""Full text search: at most so many hits are ranked, and only the page's are highlighted.

The score of a hit is 1 where its name or qualified name is exactly what was typed, else at most 0.99, which it is where
its qualified name ends in what was typed (`public.orders`): 0.6 times the store's rank of the words by where they stand
(name 1, column names and tags 0.4, descriptions 0.2, the rest 0.1), 0.2 where each word is a whole word of the name,
0.1 times how fresh it is (half when it last changed 90 days ago), and, for the best 200, 0.05 times how many assets
read it (20 count as 1). What is found inside a word only has 0.05 times that word's rank instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ARRAY,
    REAL,
    ColumnElement,
    Float,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    collate,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.asked import Filters
from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.catalog.repository.narrow import left, narrowed
from crosswind.contexts.catalog.repository.scope import (
    BRIEF,
    LIMIT,
    NEWEST,
    OFFSET,
    A,
    counted,
    plan_by_values,
    sliced,
    windowed,
)
from crosswind.contexts.catalog.repository.spelled import HERE, Spelled, spelled
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
_COLUMNS = text("""
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
""")
_ASSETS = "SELECT reltuples FROM pg_class WHERE oid = 'crosswind.assets'::regclass"
_USED = literal_column(
    "0.05 * (SELECT count(*) FROM (SELECT FROM crosswind.relationships r WHERE r.upstream_key = placed.key LIMIT 20)"
    " AS reader) / 20",
    Float,
)
Among = Literal["all", "newest", "some"]
Shown = Callable[[Any], Sequence[ColumnElement[Any]]]


class Hits(NamedTuple):
    """A page of hits; `total` up to the cap and one, ranked `among` all, the newest or some of them."""

    rows: Sequence[Row[Any]]
    total: int
    among: Among


def hits(session: Session, actor: Actor, filters: Filters, words: Query, window: Window) -> Hits:
    """The page's hits, best first: an estimate and one statement, two where a frequent word turns out to be rare.

    A page beyond the last is asked for once more at its start, for the total alone.
    """
    plan_by_values(session)
    where, inside = narrowed(actor, filters), bool(words.inside)
    values = {**sought(words), **sliced(window)}
    if frequent(session, actor, filters, words):
        rows = _ranked(inside=inside, newest=True).run(session, values, where).all()
        if rows and rows[0].total > CAP:
            return Hits(rows, rows[0].total, "newest")
    rows = _ranked(inside=inside, newest=False).run(session, values, where).all()
    first = rows[:1]
    if not rows and window.offset:
        first = _ranked(inside=inside, newest=False).run(session, {**values, **sliced(Window(1))}, where).all()
    total = first[0].total if first else 0
    return Hits(rows, total, "some" if total > CAP else "all")


def newest(session: Session, actor: Actor, filters: Filters, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """Everything, newest first, where nothing is searched for, and how many there are up to what is counted and one."""
    plan_by_values(session)
    where = narrowed(actor, filters)
    total = counted(session, where)
    return _newest().run(session, sliced(window), where).all(), total


def frequent(session: Session, actor: Actor, filters: Filters, words: Query) -> bool:
    """Whether the newest assets are likely to hold enough hits, by the store's statistics; no asset is read for it."""
    ((plan,),) = _estimated().run(session, {"found_by": words.found_by}, left(actor, filters))
    hits = int(plan[0]["Plan"]["Plan Rows"])
    return hits >= FREQUENT and CAP * float(session.connection().exec_driver_sql(_ASSETS).scalar_one()) / hits <= WALKED


def columns(session: Session, asset_keys: list[int], patterns: list[str]) -> Sequence[Row[Any]]:
    """Columns of the assets with a name, text or tag that may hold one of the words: a superset of what is marked."""
    if not asset_keys:
        return []
    values = {"keys": asset_keys, "patterns": patterns, "most": COLUMNS_SHOWN}
    return session.execute(_COLUMNS, values).all()


def sought(words: Query) -> dict[str, Any]:
    """The words as the values of statements with `matched`."""
    name = words.text.strip()
    last = name.replace("/", ".").rpartition(".")[2]
    asked = {"name": name, "last": [last, last.lower(), last.upper()], "tsquery": words.tsquery, "whole": words.whole}
    return {**asked, "found_by": words.found_by, "walked": WALKED}


def matched(shown: Shown, *, newest: bool) -> Select[Any]:
    """Up to one more hit than the cap; assets of exactly that name are among them in any case."""
    named = select(*shown(A)).where(HERE, _named(A)).limit(CAP + 1)
    among = _walked() if newest else A
    rest = () if newest else (HERE,)
    others = select(*shown(among)).where(*rest, not_(_named(among)), _fits(among))
    both = union_all(select(named.subquery()), select(others.limit(CAP + 1).subquery())).subquery()
    return select(*both.c).limit(CAP + 1)


def _named(assets: Any) -> ColumnElement[bool]:
    """Assets of exactly this name or qualified name, and those whose qualified name ends in it."""
    name = bindparam("name", type_=A.name.type)
    return or_(assets.name == name, assets.qualified_name == name, _ends(assets))


def _ends(assets: Any) -> ColumnElement[bool]:
    """Assets whose qualified name ends in what was typed, of which the last part is their name."""
    typed = bindparam("name", type_=A.name.type)
    tail = func.right(_parted(assets.qualified_name), func.length(typed) + 1)
    return and_(assets.name == func.any(bindparam("last", type_=ARRAY(A.name.type))), tail == _parted(typed))


def _parted(name: ColumnElement[str]) -> ColumnElement[str]:
    """A name in lower case with a dot before each part."""
    return func.translate(literal(".").concat(_lower(name)), "/", ".")


def _lower(name: ColumnElement[str]) -> ColumnElement[str]:
    """A name in lower case as the database has it, as its own collation knows ASCII alone."""
    return func.lower(collate(name, "default"))


def _walked() -> Any:
    """The newest assets, one by one as they are asked for."""
    return (
        select(AssetRow.__table__).where(HERE).order_by(*NEWEST).limit(bindparam("walked", type_=Integer)).subquery().c
    )


def _fits(assets: Any, words: str = "found_by") -> ColumnElement[bool]:
    """Assets that a tsquery finds."""
    return assets.search.bool_op("@@")(_query(words))  # type: ignore[no-any-return]


def _query(words: str) -> ColumnElement[Any]:
    return cast(bindparam(words, type_=String), TSQUERY)


@cache
def _estimated() -> Spelled:
    """The plan of a search as JSON, without running it."""
    found = spelled(select(A.key).where(HERE, _fits(A)))
    return Spelled(f"EXPLAIN (FORMAT JSON) {found.text}", found.values)


@cache
def _newest() -> Spelled:
    return spelled(windowed((A.key, literal(0.0).label("score"), *BRIEF), (HERE,), NEWEST))


def _scored(*, inside: bool) -> Shown:
    name = _lower(bindparam("name", type_=A.name.type))

    def shown(assets: Any) -> tuple[ColumnElement[Any], ...]:
        exact = or_(_lower(assets.name) == name, _lower(assets.qualified_name) == name)
        rank = _rank(assets, "tsquery")
        whole = case((_fits(assets, "whole"), 0.2), else_=0.0)
        days = func.greatest(func.extract("epoch", func.now() - assets.updated_at) / _DAY, 0)
        score = 0.6 * rank + whole + 0.1 / (1 + days / HALVED)
        if inside:
            score += 0.05 * _rank(assets, "found_by")
        ends = (_ends(assets), BELOW_EXACT)
        return assets.key, assets.name, case((exact, 1.0), ends, else_=func.least(BELOW_EXACT, score)).label("score")

    return shown


def _rank(assets: Any, words: str) -> ColumnElement[float]:
    rank = func.ts_rank(cast(_WEIGHTS, ARRAY(REAL)), assets.search, _query(words))
    return func.least(rank, 1.0)


@cache
def _ranked(*, inside: bool, newest: bool) -> Spelled:
    hit = matched(_scored(inside=inside), newest=newest).cte("found")
    order = (hit.c.score.desc(), hit.c.name, hit.c.key)
    placed = select(hit, func.row_number().over(order_by=order).label("place"), func.count().over().label("total"))
    at = placed.cte("placed").c
    best = case((and_(at.place <= BEST, at.score < 1), func.least(BELOW_EXACT, at.score + _USED)), else_=at.score)
    scored = select(at.key, at.name, at.total, (at.place > BEST).label("late"), best.label("score")).subquery()
    again = (scored.c.late, scored.c.score.desc(), scored.c.name, scored.c.key)
    page = select(scored).order_by(*again).limit(LIMIT).offset(OFFSET).subquery()
    shown = select(A.key, page.c.score, page.c.total, *BRIEF).join(page, page.c.key == A.key)
    return spelled(shown.order_by(page.c.late, page.c.score.desc(), A.name, A.key))
