"""Webhooks told: each its own events in their order, at least once, with pauses that grow while it fails.

A webhook that fails holds up its own events only, so that those of one asset never overtake each other. The body and
headers are those of Standard Webhooks (https://www.standardwebhooks.com); `webhook-id` is the same for each attempt.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import msgspec
from sqlalchemy import Row
from sqlalchemy.orm import Session
from standardwebhooks import Webhook as Signer

from crosswind.contexts.events import repository
from crosswind.contexts.events import webhook_rows as rows
from crosswind.contexts.events.ports import Owners, Sealing
from crosswind.contexts.events.schemas import EVENTS
from crosswind.kit.actor import Actor
from crosswind.kit.errors import CrosswindError, Unavailable
from crosswind.kit.outbound import OutboundGuard
from crosswind.kit.posting import Url, post
from crosswind.kit.unit_of_work import Event

PAGE = 500
TURN = 10.0
"""Seconds of one webhook's turn, so that others have theirs."""
ANSWERS_WITHIN = 10.0
PAUSES = (5, 30, 120, 600, 1800, 3600)
"""Seconds after each failure; the last one again and again."""
GONE = 410
AGENT = "Crosswind-Webhooks/1"
Sessions = Callable[[], AbstractContextManager[Session]]
Record = Callable[[Session, str, Event], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Delivers from one process at a time; `record` audits as the system, `failing_hours` is how long one may fail."""

    sessions: Sessions
    sealing: Sealing
    owners: Owners
    guard: OutboundGuard
    record: Record
    failing_hours: float
    pauses: Sequence[int] = PAUSES

    def due(self, most: int) -> Sequence[Row[Any]]:
        """Webhooks that have something to be told now."""
        with self.sessions() as session:
            return rows.due(session, most)

    def turn(self, webhook: Row[Any]) -> None:
        """Tell one webhook what is before it, until it fails or its turn is over."""
        end = monotonic() + TURN
        place: int | None = webhook.delivered_seq
        while place is not None and monotonic() < end:
            place = self._page(webhook, place, end)

    def _page(self, webhook: Row[Any], place: int, end: float) -> int | None:
        """Tell the next page; where it came to, None when there is nothing more or it failed."""
        with self.sessions() as session:
            owner = self.owners(session, webhook.owner, webhook.tenant)
            if owner is None:
                self._disable(session, webhook, f"Its owner '{webhook.owner}' is gone or left the tenant")
                return None
            head = repository.head(session)
            if place < head.forgotten:
                rows.passed(session, webhook.id, head.forgotten, head.forgotten - place)
                session.commit()
                return head.forgotten
            until = min(head.seq, place + PAGE)
            found = _meant(session, owner, webhook, place, until)
        for each in found:
            if monotonic() > end or not self._send(webhook, each):
                return None
        if until > (found[-1].seq if found else place):
            with self.sessions() as session:
                rows.passed(session, webhook.id, until)
                session.commit()
        return until if until < head.seq else None

    def _send(self, webhook: Row[Any], event: Row[Any]) -> bool:
        begun, status, said = monotonic(), None, None
        try:
            status = self._post(webhook, event)
            said = None if 200 <= status < 300 else f"The receiver answered {status}"
        except CrosswindError as error:
            said = error.message
        with self.sessions() as session:
            failures, _ = rows.failing(session, webhook.id)
            values = {
                "id": webhook.id, "tenant": webhook.tenant, "seq": event.seq, "type": event.type,
                "entity_id": event.entity_id, "attempt": failures + 1, "status": status, "error": said,
                "duration_ms": int((monotonic() - begun) * 1000), "taken": said is None, "wait": self._wait(failures),
            }  # fmt: skip
            rows.sent(session, values)
            if said is not None:
                self._mind(session, webhook, status, said)
            session.commit()
        return said is None

    def _post(self, webhook: Row[Any], event: Row[Any]) -> int:
        identifier, now = f"evt_{event.seq}", datetime.now(UTC)
        body = _body(event)
        signed = Signer(self.sealing.open(webhook.secret)).sign(identifier, now, body.decode())
        headers = {
            "content-type": "application/json",
            "user-agent": AGENT,
            "webhook-id": identifier,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signed,
        }
        return post(Url.parse(webhook.url), body, headers, self.guard, ANSWERS_WITHIN)

    def _wait(self, failures: int) -> float:
        pause = self.pauses[min(failures, len(self.pauses) - 1)]
        return pause * random.uniform(0.9, 1.1)  # noqa: S311

    def _mind(self, session: Session, webhook: Row[Any], status: int | None, said: str) -> None:
        """Switch off what is gone, or has failed for too long."""
        _, since = rows.failing(session, webhook.id)
        if status == GONE:
            self._disable(session, webhook, "The receiver answered 410: it is gone")
        elif since and datetime.now(UTC) - since > timedelta(hours=self.failing_hours):
            self._disable(session, webhook, f"It failed for {self.failing_hours:g} hours; at last: {said}")

    def _disable(self, session: Session, webhook: Row[Any], reason: str) -> None:
        if rows.disable(session, webhook.id, reason):
            log.warning("The webhook %s was switched off: %s", webhook.id, reason)
            told = {"url": webhook.url, "reason": reason}
            self.record(session, webhook.tenant, Event("WEBHOOK", webhook.id, "WEBHOOK_DISABLED", None, told))
        session.commit()


def _meant(session: Session, owner: Actor, webhook: Row[Any], place: int, until: int) -> list[Row[Any]]:
    """The events in between that the webhook asks for and its owner may see."""
    types = {name for name in webhook.events if owner.may(EVENTS[name])}
    found = repository.of_types(session, place, until, webhook.tenant, types, webhook.asset_id)
    if not owner.attributes:
        return list(found)
    keys = {row.connection_key for row in found if row.connection_key is not None}
    seen = repository.seen(session, owner, keys) | {None}
    ends = {end for row in found if row.entity_type == repository.RELATIONSHIP for end in repository.ends_of(row)}
    assets = repository.seen_assets(session, owner, ends)
    return [row for row in found if row.connection_key in seen and assets.issuperset(repository.related(row))]


def _body(event: Row[Any]) -> bytes:
    told = {
        "type": event.type,
        "timestamp": event.at,
        "event_id": event.seq,
        "entity_id": event.entity_id,
        "event": event.action,
        "data": event.data,
    }
    try:
        return msgspec.json.encode(told, enc_hook=str)
    except msgspec.MsgspecError:
        raise Unavailable("The event cannot be written as JSON") from None
