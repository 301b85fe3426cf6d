"""Reads and writes of webhooks and of what was sent to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.events.models import Delivery, Webhook
from crosswind.kit.outbox import OutboxHead
from crosswind.kit.paging import Window

_DUE = text("""
    SELECT w.id, w.tenant, w.url, w.events, w.asset_id, w.secret, w.owner, w.delivered_seq, w.failures, w.failing_since
      FROM crosswind.webhooks w, crosswind.outbox_head h
     WHERE w.status = 'active' AND w.delivered_seq < h.seq AND (w.next_at IS NULL OR w.next_at <= clock_timestamp())
     ORDER BY w.delivered_at NULLS FIRST, w.id LIMIT :most
""")
_SENT = text("""
    WITH told AS (
        INSERT INTO crosswind.webhook_deliveries (webhook_id, tenant, seq, type, entity_id, attempt, status, error,
                                                  duration_ms)
        VALUES (:id, :tenant, :seq, :type, :entity_id, :attempt, :status, :error, :duration_ms)
    )
    UPDATE crosswind.webhooks SET
        delivered_seq = CASE WHEN :taken THEN :seq ELSE delivered_seq END,
        delivered_at = CASE WHEN :taken THEN clock_timestamp() ELSE delivered_at END,
        failures = CASE WHEN :taken THEN 0 ELSE failures + 1 END,
        failing_since = CASE WHEN :taken THEN NULL ELSE coalesce(failing_since, clock_timestamp()) END,
        next_at = CASE WHEN :taken THEN NULL ELSE clock_timestamp() + make_interval(secs => :wait) END
     WHERE id = :id
""")
_PASSED = text("UPDATE crosswind.webhooks SET delivered_seq = :seq, missed = missed + :missed WHERE id = :id")
_DISABLED = text("""
    UPDATE crosswind.webhooks SET status = 'disabled', reason = :reason, version = version + 1, updated_at = now()
     WHERE id = :id AND status = 'active'
""")
_FORGET = text("""
    DELETE FROM crosswind.webhook_deliveries WHERE key IN (
        SELECT key FROM crosswind.webhook_deliveries WHERE at < now() - make_interval(hours => :hours)
         ORDER BY at LIMIT :most)
""")


def page(session: Session, tenant: str, window: Window) -> tuple[Sequence[Webhook], int]:
    """One window of a tenant's webhooks, and how many there are."""
    mine = Webhook.tenant == tenant
    order = select(Webhook).where(mine).order_by(Webhook.created_at, Webhook.id)
    return session.scalars(order.limit(window.limit).offset(window.offset)).all(), count(session, tenant)


def count(session: Session, tenant: str) -> int:
    """How many webhooks a tenant has."""
    return session.scalar(select(func.count()).select_from(Webhook).where(Webhook.tenant == tenant)) or 0


def find(session: Session, tenant: str, identifier: str) -> Webhook | None:
    """A webhook of the tenant, locked."""
    asked = select(Webhook).where(Webhook.tenant == tenant, Webhook.id == identifier)
    return session.scalar(asked.with_for_update())


def newest(session: Session) -> int:
    """The place that was given last."""
    return session.scalar(select(OutboxHead.seq)) or 0


def add(session: Session, row: Webhook) -> None:
    """Store a new one."""
    session.add(row)
    session.flush()
    session.refresh(row)


def changed(session: Session, row: Webhook) -> None:
    """Store what was changed."""
    row.version += 1
    row.updated_at = func.now()
    session.flush()
    session.refresh(row)


def delete(session: Session, row: Webhook) -> None:
    """Delete one and what was sent to it."""
    session.delete(row)
    session.flush()


def deliveries(session: Session, identifier: str, window: Window) -> tuple[Sequence[Delivery], int]:
    """One window of what was sent to a webhook, newest first, and how much it is."""
    mine = Delivery.webhook_id == identifier
    order = select(Delivery).where(mine).order_by(Delivery.key.desc())
    total = session.scalar(select(func.count()).select_from(Delivery).where(mine)) or 0
    return session.scalars(order.limit(window.limit).offset(window.offset)).all(), total


def due(session: Session, most: int) -> Sequence[Row[Any]]:
    """Active webhooks with events before them, those that waited longest first."""
    return session.execute(_DUE, {"most": most}).all()


def sent(session: Session, values: dict[str, Any]) -> None:
    """Log one attempt and move the webhook on, or let it wait."""
    session.execute(_SENT, values)


def failing(session: Session, identifier: str) -> tuple[int, datetime | None]:
    """How often in a row a webhook failed, and since when."""
    row = session.execute(select(Webhook.failures, Webhook.failing_since).where(Webhook.id == identifier)).one_or_none()
    return (row[0], row[1]) if row else (0, None)


def passed(session: Session, identifier: str, seq: int, missed: int = 0) -> None:
    """Move a webhook on over events that are not for it, or that retention took."""
    session.execute(_PASSED, {"id": identifier, "seq": seq, "missed": missed})


def disable(session: Session, identifier: str, reason: str) -> bool:
    """Switch a webhook off; whether it was on."""
    return bool(session.execute(_DISABLED, {"id": identifier, "reason": reason}).rowcount)  # type: ignore[attr-defined]


def disabled(session: Session) -> int:
    """How many webhooks of all tenants were switched off because they failed, and not by a person."""
    failed = (Webhook.status == "disabled", Webhook.failures > 0)
    return session.scalar(select(func.count()).select_from(Webhook).where(*failed)) or 0


def forget(session: Session, hours: int, most: int) -> int:
    """Delete at most `most` of the oldest deliveries."""
    return int(session.execute(_FORGET, {"hours": hours, "most": most}).rowcount)  # type: ignore[attr-defined]
