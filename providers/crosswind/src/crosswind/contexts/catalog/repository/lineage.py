"""Lineage, level by level over the edges; each asset is expanded once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from crosswind.contexts.catalog.models import AssetRow, RelationshipRow
from crosswind.contexts.catalog.repository.scope import BRIEF, A, seen_by
from crosswind.kit.actor import Actor

R = RelationshipRow
Direction = Literal["upstream", "downstream"]


def level(session: Session, actor: Actor, front: list[int], direction: Direction, limit: int) -> Sequence[Row[Any]]:
    """The edges that leave the front in one direction, with the asset at their other end; at most `limit`."""
    near, far = (R.downstream_key, R.upstream_key) if direction == "upstream" else (R.upstream_key, R.downstream_key)
    source, target = aliased(AssetRow), aliased(AssetRow)
    edge = (
        R.id.label("edge_id"), R.type.label("edge_type"), R.metadata_.label("edge_metadata"),
        source.id.label("source_id"), target.id.label("target_id"),
    )  # fmt: skip
    statement = (
        select(A.key, *BRIEF, *edge)
        .join(R, far == A.key)
        .join(source, source.key == R.source_key)
        .join(target, target.key == R.target_key)
        .where(near.in_(front), seen_by(actor), A.deleted_at.is_(None))
        .order_by(R.key)
        .limit(limit)
    )
    return session.execute(statement).all()
