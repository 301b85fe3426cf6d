"""Reads and writes of connection rows; who may see one is part of each statement."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.kit.actor import Actor

ATTRIBUTES: dict[str, InstrumentedAttribute[str | None]] = {
    "environment": ConnectionRow.environment,
    "dataClassification": ConnectionRow.data_classification,
    "region": ConnectionRow.region,
    "aiZone": ConnectionRow.ai_zone,
}
"""The attributes that grants narrow, and the columns that hold them."""


def visible(actor: Actor) -> ColumnElement[bool]:
    """The connections that `actor` may see: live, in its tenant, with granted values in each attribute it is held to.

    A connection without a value in such an attribute stays hidden: nobody said that it may be seen.
    """
    granted = (
        column.in_(sorted(actor.attributes[name])) for name, column in ATTRIBUTES.items() if name in actor.attributes
    )
    return and_(ConnectionRow.tenant == actor.tenant, ConnectionRow.deleted_at.is_(None), *granted)
