"""Violations and evaluations: read in stretches, and written with one statement for each kind of change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, text, update
from sqlalchemy.orm import Session

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.contexts.governance.compliance.judging import Changes
from crosswind.contexts.governance.compliance.models import EvaluationRow
from crosswind.contexts.governance.compliance.models import ViolationRow as V
from crosswind.kit.actor import Actor

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('crosswind.compliance', :key))")
_STORED = """
    SELECT v.key, v.rule, v.asset_key, v.column_key, v.status, v.rule_version, v.severity, v.owner, v.evidence,
           coalesce(a.removed_at, c.removed_at) IS NOT NULL AS gone
      FROM crosswind.violations v LEFT JOIN crosswind.assets a ON a.key = v.asset_key
      LEFT JOIN crosswind.columns c ON c.key = v.column_key
     WHERE v.connection_key = :connection AND v.rule = ANY(:rules) AND {place}
"""
_BETWEEN = "{0} > :after AND {0} <= :until"
_LAST = 2**63 - 1
_OF_CONNECTION = text(_STORED.format(place="v.asset_key IS NULL"))
_OF_ASSETS = text(_STORED.format(place="v.column_key IS NULL AND " + _BETWEEN.format("v.asset_key")))
_OF_COLUMNS = text(_STORED.format(place=_BETWEEN.format("v.column_key")))
_OPEN = text("""
    INSERT INTO crosswind.violations (tenant, connection_key, rule, rule_version, asset_key, column_key, severity,
                                      status, owner, evidence, first_seen)
    SELECT :tenant, :connection, r.rule, r.rule_version, r.asset_key, r.column_key, r.severity, 'open', r.owner,
           r.evidence, :now
      FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r(
           rule text, rule_version int, asset_key bigint, column_key bigint, severity text, owner text, evidence jsonb)
""")
_RENEW = text("""
    UPDATE crosswind.violations v
       SET rule_version = r.rule_version, severity = r.severity, owner = r.owner, evidence = r.evidence,
           status = 'open', last_seen = NULL, closed_at = NULL, closed_why = NULL, version = v.version + 1,
           waived_until = CASE WHEN v.status = 'open' THEN v.waived_until END
      FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r(
           key bigint, rule_version int, severity text, owner text, evidence jsonb)
     WHERE v.key = r.key
""")
_CLOSE = text("""
    UPDATE crosswind.violations v
       SET status = 'closed', closed_at = :now, closed_why = r.why, last_seen = coalesce(:seen, v.first_seen),
           version = v.version + 1
      FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r(key bigint, why text)
     WHERE v.key = r.key
""")
_CLOSE_ALL = """
    UPDATE crosswind.violations v
       SET status = 'closed', closed_at = clock_timestamp(), closed_why = :why, version = v.version + 1,
           last_seen = coalesce((SELECT max(e.completed_at) FROM crosswind.evaluations e
                                  WHERE e.connection_key = :connection), v.first_seen)
     WHERE v.connection_key = :connection AND v.status = 'open' {narrowed}
"""
_CLOSE_GONE_RULES = text(_CLOSE_ALL.format(narrowed="AND v.rule <> ALL(:known)"))
_CLOSE_CONNECTION = text(_CLOSE_ALL.format(narrowed=""))
_HELD = (
    V.key, V.rule, V.status, V.version, V.waived_until, V.waived_why, ConnectionRow.id.label("connection_id"),
)  # fmt: skip
Held = Row[Any]
"""A violation that is locked until the transaction ends."""


def held(session: Session, actor: Actor, identifier: UUID) -> Held | None:
    """A violation that the actor may see, locked."""
    asked = select(*_HELD).join(ConnectionRow, ConnectionRow.key == V.connection_key)
    return session.execute(asked.where(V.id == identifier, visible(actor)).with_for_update(of=V)).one_or_none()


def waive(session: Session, key: int, values: Mapping[str, Any]) -> None:
    """Write until when, by whom and why a violation is accepted; nothing of each where it is not any more."""
    written = {"waived_until": values["until"], "waived_by": values["by"], "waived_why": values["why"]}
    at = func.now() if values["until"] is not None else None
    session.execute(update(V).where(V.key == key).values(**written, waived_at=at, version=V.version + 1))


def hold(session: Session, connection_key: int) -> None:
    """Let one evaluation of a connection pass at a time, until the transaction ends.

    Whoever also locks assets, columns or connections in the same transaction takes this first, so that two of them
    never wait for each other.
    """
    session.execute(_HOLD, {"key": connection_key})


def newest(session: Session, connection_key: int) -> EvaluationRow | None:
    """The connection's last evaluation."""
    asked = select(EvaluationRow).where(EvaluationRow.connection_key == connection_key)
    return session.scalar(asked.order_by(EvaluationRow.completed_at.desc(), EvaluationRow.key.desc()).limit(1))


def of_connection(session: Session, connection_key: int, rules: Sequence[str]) -> Sequence[Row[Any]]:
    """The violations of these rules by the connection itself."""
    return session.execute(_OF_CONNECTION, {"connection": connection_key, "rules": list(rules)}).all()


def of_assets(
    session: Session, connection_key: int, rules: Sequence[str], after: int, until: int | None
) -> Sequence[Row[Any]]:
    """The violations of these rules by assets between two keys, the first left out; None for the end."""
    return _between(session, _OF_ASSETS, connection_key, rules, after, until)


def of_columns(
    session: Session, connection_key: int, rules: Sequence[str], after: int, until: int | None
) -> Sequence[Row[Any]]:
    """The violations of these rules by columns between two keys, the first left out; None for the end."""
    return _between(session, _OF_COLUMNS, connection_key, rules, after, until)


def write(session: Session, row: ConnectionRow, changes: Changes, now: datetime, seen: datetime | None) -> None:
    """Write changes; `seen` is when the connection was evaluated before, which is when what closes was last seen."""
    whose = {"tenant": row.tenant, "connection": row.key, "now": now}
    if changes.opened:
        session.execute(_OPEN, {**whose, "records": json.dumps(changes.opened)})
    if changes.renewed:
        session.execute(_RENEW, {"records": json.dumps(changes.renewed)})
    if changes.closed:
        session.execute(_CLOSE, {"now": now, "seen": seen, "records": json.dumps(changes.closed)})


def close_rules_but(session: Session, connection_key: int, known: Sequence[str]) -> int:
    """Close what violates rules that are not there any more; returns how many."""
    given = {"connection": connection_key, "why": "rule-removed", "known": list(known)}
    done: Any = session.execute(_CLOSE_GONE_RULES, given)
    return int(done.rowcount)


def close_connection(session: Session, connection_key: int) -> None:
    """Close everything on a connection that was deleted."""
    session.execute(_CLOSE_CONNECTION, {"connection": connection_key, "why": "connection-deleted"})


def add_evaluation(session: Session, values: Mapping[str, Any]) -> None:
    """Keep an evaluation."""
    session.execute(insert(EvaluationRow).values(**values))


def _between(
    session: Session, statement: Any, connection_key: int, rules: Sequence[str], after: int, until: int | None
) -> Sequence[Row[Any]]:
    until = _LAST if until is None else until
    given = {"connection": connection_key, "rules": list(rules), "after": after, "until": until}
    return session.execute(statement, given).all()
