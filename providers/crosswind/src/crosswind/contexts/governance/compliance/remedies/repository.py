"""The violations to remedy with what is stored about the things they are on: one statement for any number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.contexts.governance.compliance.models import EvaluationRow, ViolationRow
from crosswind.kit.actor import Actor

V = ViolationRow.__table__.c
C = ConnectionRow.__table__.c
A = AssetRow.__table__.c
L = ColumnRow.__table__.c
E = EvaluationRow.__table__.c
_TOLD = (
    select(E.source_facts).where(E.connection_key == C.key, E.source_facts.is_not(None))
    .order_by(E.completed_at.desc(), E.key.desc()).limit(1).scalar_subquery().label("source_facts")
)  # fmt: skip
_SHOWN = (
    V.key, V.id, V.rule, V.status, V.asset_key, V.column_key, V.connection_key,
    C.id.label("connection_id"), C.name.label("connection_name"), C.governed_tags.label("connection_tags"),
    C.data_classification.label("connection_classification"), C.document["compliance"].label("compliance"),
    A.id.label("asset_id"), A.qualified_name, A.tags.label("asset_tags"),
    A.classification.label("asset_classification"), A.curated_metadata.label("metadata"),
    (A.removed_at.is_not(None) | A.deleted_at.is_not(None)).label("asset_gone"),
    L.id.label("column_id"), L.name.label("column"), L.tags.label("column_tags"),
    L.classification.label("column_classification"), L.removed_at.is_not(None).label("column_gone"), _TOLD,
)  # fmt: skip


def named(session: Session, actor: Actor, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """Those of the violations that the actor may see, in the order of their keys."""
    joined = (
        ViolationRow.__table__.join(ConnectionRow.__table__, C.key == V.connection_key)
        .outerjoin(AssetRow.__table__, A.key == V.asset_key)
        .outerjoin(ColumnRow.__table__, L.key == V.column_key)
    )
    asked = select(*_SHOWN).select_from(joined).where(visible(actor), V.id.in_(ids))
    return session.execute(asked.order_by(V.key)).all()


def statuses(session: Session, keys: Sequence[int]) -> dict[int, str]:
    """How violations stand now."""
    return {row.key: row.status for row in session.execute(select(V.key, V.status).where(V.key.in_(keys)))}


def open_on(session: Session, actor: Actor, ids: Sequence[UUID]) -> Sequence[int]:
    """The connections on which some of these violations are still open."""
    asked = select(V.connection_key).join(ConnectionRow, C.key == V.connection_key)
    return session.scalars(asked.where(visible(actor), V.id.in_(ids), V.status == "open").distinct()).all()


def connection_keys(session: Session, actor: Actor, ids: Sequence[UUID]) -> Sequence[int]:
    """The connections that these violations are on."""
    asked = select(V.connection_key).join(ConnectionRow, C.key == V.connection_key)
    return session.scalars(asked.where(visible(actor), V.id.in_(ids)).distinct()).all()
