"""Lineage over the edges: whole walks in one statement, or by columns a statement a level and direction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Row,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow, RelationshipRow
from crosswind.contexts.catalog.repository.narrow import seen
from crosswind.contexts.catalog.repository.scope import BRIEF, A, Clause, Scope, plan_by_values, seen_by
from crosswind.contexts.catalog.repository.spelled import HERE, KEPT, Spelled, spelled
from crosswind.contexts.catalog.vocabulary.models import AssetOwnerRow as O
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.kit.actor import Actor

R = RelationshipRow.__table__.c
C = ColumnRow.__table__.c
Direction = Literal["upstream", "downstream"]
_PARSED = "parsed"
_SHOWN = tuple(column.key for column in BRIEF)
_ASKED: dict[str, Any] = {
    "directions": ARRAY(Text), "depth": Integer, "limit": Integer, "edge_types": ARRAY(Text),
    "asset_types": ARRAY(Text),
}  # fmt: skip
"""What a walk in the store is told of the question, in the order of its arguments."""
_decode = msgspec.json.Decoder().decode


class Edge(msgspec.Struct, gc=False):
    """An edge that leaves the front at `near`, and the asset at its other end with its brief facts.

    It is part of no cycle, so the garbage collector is not told of it: an answer holds a thousand.
    """

    walk: int
    key: int
    near: int
    far: int
    source: int
    id: UUID
    type: str
    metadata: Any
    created_at: datetime
    asset: dict[str, Any]


class Front(NamedTuple):
    """Where one of the walks stands: the assets to leave, how many edges it may take, and by which columns."""

    walk: int
    keys: Sequence[int]
    room: int
    columns: Sequence[str]


class Bounds(NamedTuple):
    """How far walks go: levels, entries a walk, the types of edges, and those of assets that are shown (none: all)."""

    depth: int
    limit: int
    types: Sequence[str] = ()
    shown: Sequence[str] = ()


def walked(
    session: Session, actor: Actor, ids: Iterable[UUID], directions: Iterable[Direction], bounds: Bounds
) -> Sequence[Row[Any]]:
    """Walks from the assets that the actor may see, by one call of a function of the store for each.

    A row a level and direction, the asset's brief facts in each; `entries` are JSON that is sent as it stands, joined
    by commas.
    """
    values = {
        "ids": list(ids), "directions": list(directions), "depth": bounds.depth, "limit": bounds.limit,
        "edge_types": list(bounds.types) or None, "asset_types": list(bounds.shown) or None,
    }  # fmt: skip
    return _walks(Scope.of(actor)).run(session, values).all()


def roots(session: Session, actor: Actor, ids: Iterable[UUID]) -> Sequence[Row[Any]]:
    """The assets that walks start from, as far as the actor may see them; a walk's statements are planned each time."""
    plan_by_values(session)
    wanted = A.id == func.any(bindparam("ids", list(ids), ARRAY(A.id.type)))
    return session.execute(select(A.key, *BRIEF).where(wanted, seen_by(actor), A.deleted_at.is_(None))).all()


def level(
    session: Session, actor: Actor, fronts: Iterable[Front], direction: Direction, types: Sequence[str]
) -> list[Edge]:
    """The edges that leave each front in one direction, with the asset at their other end; at most its room each.

    They map one of the front's columns, or say nothing of columns.
    """
    told = msgspec.json.encode([each._asdict() for each in fronts]).decode()
    values = {"fronts": told, **({"types": list(types)} if types else {})}
    rows = _level(direction, bool(types)).run(session, values, seen(actor)).all()
    edges = [_edge(row) for row in rows]
    edges.sort(key=attrgetter("walk", "key"))
    return edges


def _edge(row: Row[Any]) -> Edge:
    walk, key, near, far, source, identifier, kind, metadata, created_at, *shown = row
    asset = dict(zip(_SHOWN, shown, strict=True))
    return Edge(walk, key, near, far, source, identifier, kind, _decode(metadata), created_at, asset)


def has_column(session: Session, asset_key: int, name: str) -> bool:
    """Whether an asset has a column of this name, or no columns are known of it at all."""
    of_asset = (C.asset_key == asset_key, C.removed_at.is_(None))
    named = exists().where(*of_asset, C.name == name)
    return bool(session.scalar(select(or_(named, ~exists().where(*of_asset)))))


def owners(session: Session, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """The owners of these assets by name; of one without, what its metadata or its source says."""
    named = select(func.jsonb_agg(O.name.distinct(), type_=JSONB)).where(O.asset_key == A.key).scalar_subquery()
    told = func.coalesce(named, A.curated_metadata["owner"], A.curated_metadata["owners"], A.source_facts["owner"])
    wanted = A.id == func.any(bindparam("ids", list(ids), ARRAY(A.id.type)))
    return {row.id: row.owner for row in session.execute(select(A.id, told.label("owner")).where(wanted))}


@lru_cache(maxsize=KEPT)
def _walks(scope: Scope) -> Spelled:
    actor = scope.actor()
    keys, ids = (
        func.array(select(each).where(visible(actor)).order_by(ConnectionRow.key).scalar_subquery())
        for each in (ConnectionRow.key, ConnectionRow.id)
    )
    asked = (bindparam(name, None, kind) for name, kind in _ASKED.items())
    walk = (
        func.crosswind.walk_lineage(A.key, A.id, A.tenant, keys, ids, *asked)
        .table_valued("direction", "entries", "is_cut", with_ordinality="place", name="walk")
        .render_derived()
        .lateral()
    )
    wanted = A.id == func.any(bindparam("ids", None, ARRAY(A.id.type)))
    found = select(*BRIEF, walk.c.direction, walk.c.entries, walk.c.is_cut)
    found = found.select_from(AssetRow.__table__.outerjoin(walk, true()))
    return spelled(found.where(wanted, seen_by(actor), A.deleted_at.is_(None)).order_by(A.key, walk.c.place))


@cache
def _level(direction: Direction, typed: bool) -> Spelled:
    near, far = (R.downstream_key, R.upstream_key) if direction == "upstream" else (R.upstream_key, R.downstream_key)
    fronts = (
        func.json_to_recordset(cast(bindparam("fronts"), JSON))
        .table_valued(
            column("walk", Integer), column("keys", ARRAY(BigInteger)), column("room", Integer),
            column("columns", ARRAY(Text)), name="f",
        )
        .render_derived(with_types=True)
    )  # fmt: skip
    where: list[Clause] = [
        near == func.any(fronts.c["keys"]), near.is_not(None), HERE, A.deleted_at.is_(None),
        _by_column(direction, fronts),
    ]  # fmt: skip
    if typed:
        where.append(R.type == func.any(bindparam("types", type_=ARRAY(Text))))
    edge = (
        R.key.label("edge_key"), near.label("near_key"), A.key.label("far_key"), R.source_key, R.id.label("edge_id"),
        R.type.label("edge_type"), cast(R.metadata, Text).label("edge_metadata"), R.created_at.label("edge_created_at"),
    )  # fmt: skip
    edges = (
        select(*edge, *BRIEF)
        .select_from(RelationshipRow.__table__.join(AssetRow.__table__, far == A.key))
        .where(*where)
        .limit(fronts.c.room)
        .correlate(fronts)
        .lateral("e")
    )
    return spelled(select(fronts.c.walk, *edges.c).select_from(fronts.join(edges, true())))


def _by_column(direction: Direction, fronts: Any) -> Clause:
    """A mapping is `{downstream column: [upstream columns]}`; people may have written anything else there."""
    columns = fronts.c["columns"]
    given = R.metadata["column_mapping"]
    mapping = case((func.jsonb_typeof(given) == "object", given))
    if direction == "upstream":
        mapped: Any = mapping.bool_op("?|")(columns)
    else:
        pairs = func.jsonb_each(mapping).table_valued("key", "value")
        named = select(literal(1)).select_from(pairs).where(pairs.c.value.bool_op("?|")(columns))
        mapped = named.correlate(fronts, RelationshipRow.__table__).exists()
    empty = func.coalesce(mapping == cast("{}", given.type), true())
    silent = and_(empty, func.coalesce(R.metadata["column_lineage"].astext, "") != _PARSED)
    return or_(mapped, and_(silent, or_(A.type != "PIPELINE", _joins_more(direction))))


def _joins_more(direction: Direction) -> Clause:
    """Whether a job joins its dataset with one that no edge leads to directly: the direct ones tell what they know."""
    table = RelationshipRow.__table__
    job, direct = table.alias("job"), table.alias("direct")
    if direction == "upstream":
        beyond = (job.c.source_key == R.upstream_key, job.c.type == "USES", job.c.target_key != R.downstream_key)
        ends = (direct.c.source_key == R.downstream_key, direct.c.target_name == job.c.target_name)
    else:
        beyond = (job.c.source_key == R.downstream_key, job.c.type == "PRODUCES", job.c.target_key != R.upstream_key)
        ends = (direct.c.source_key == job.c.target_key, direct.c.target_name == R.target_name)
    told = exists().where(*ends, direct.c.type == "DEPENDS_ON").correlate(job, table)
    return exists().where(*beyond, ~told).correlate(table)
