"""Webhooks: who is told what, and where."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from crosswind.contexts.events import webhook_rows as rows
from crosswind.contexts.events.models import Webhook
from crosswind.contexts.events.ports import Sealing
from crosswind.contexts.events.repository import asset_seen
from crosswind.contexts.events.schemas import (
    EVENTS,
    DeliveryShown,
    Types,
    WebhookRequest,
    WebhookSecret,
    WebhookShown,
    WebhookUpdate,
)
from crosswind.kit.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion
from crosswind.kit.outbound import OutboundGuard
from crosswind.kit.paging import Page, Window
from crosswind.kit.posting import Url
from crosswind.kit.unit_of_work import Event, UnitOfWork

MOST = 50
"""Webhooks of one tenant."""
PREFIX = "whsec_"


class WebhookService:
    """Webhooks of one unit of work; nothing is dialled here."""

    def __init__(self, uow: UnitOfWork, sealing: Sealing, guard: OutboundGuard, plain: frozenset[str]) -> None:
        """`plain` are the `host:port` that may be spoken to without TLS."""
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor
        self._sealing = sealing
        self._guard = guard
        self._plain = plain

    def list(self, window: Window) -> Page[WebhookShown]:
        """One window of the tenant's webhooks."""
        found, total = rows.page(self._session, self._actor.tenant, window)
        return Page([_shown(row) for row in found], total, window)

    def get(self, identifier: str) -> WebhookShown:
        """One webhook."""
        return _shown(self._find(identifier))

    def create(self, request: WebhookRequest) -> WebhookSecret:
        """Tell a receiver what happens from now on, as far as its maker may see it at that time."""
        if self._actor.subject.startswith("key:") or self._actor.kind not in {"user", "key"}:
            raise Forbidden("A webhook belongs to a person: a key of nobody's cannot make one")
        self._check_url(request.url)
        if request.asset_id and not asset_seen(self._session, self._actor, request.asset_id):
            raise NotFound("Asset", request.asset_id)
        if rows.count(self._session, self._actor.tenant) >= MOST:
            raise Conflict(f"A tenant has at most {MOST} webhooks")
        secret = _fresh()
        row = Webhook(
            id=f"wh-{uuid4()}",
            tenant=self._actor.tenant,
            name=request.name,
            url=request.url,
            events=self._events(request.events),
            asset_id=str(request.asset_id) if request.asset_id else None,
            secret=self._sealing.seal(secret),
            owner=self._actor.subject,
            delivered_seq=rows.newest(self._session),
        )
        rows.add(self._session, row)
        self._record(row, "WEBHOOK_CREATED", None)
        return _with_secret(row, secret)

    def update(self, identifier: str, request: WebhookUpdate, version: int | None) -> WebhookShown:
        """Change what is given."""
        row = self._find(identifier, version)
        before = _facts(row)
        if request.url is not None:
            self._check_url(request.url)
            row.url = request.url
        if request.events is not None:
            row.events = self._events(request.events)
        if request.name is not None:
            row.name = request.name
        if request.active is not None:
            row.status, row.reason = ("active", None) if request.active else ("disabled", "Switched off")
            row.failures, row.failing_since, row.next_at = 0, None, None
        rows.changed(self._session, row)
        self._record(row, "WEBHOOK_UPDATED", before)
        return _shown(row)

    def renew(self, identifier: str) -> WebhookSecret:
        """Give it a new secret; the old one signs nothing more."""
        row = self._find(identifier)
        secret = _fresh()
        row.secret = self._sealing.seal(secret)
        rows.changed(self._session, row)
        self._record(row, "WEBHOOK_SECRET_RENEWED", None)
        return _with_secret(row, secret)

    def delete(self, identifier: str, version: int | None) -> None:
        """Tell it nothing more."""
        row = self._find(identifier, version)
        self._uow.record(Event("WEBHOOK", row.id, "WEBHOOK_DELETED", _facts(row), None))
        rows.delete(self._session, row)

    def deliveries(self, identifier: str, window: Window) -> Page[DeliveryShown]:
        """What was sent to it lately, newest first."""
        row = self._find(identifier)
        found, total = rows.deliveries(self._session, row.id, window)
        return Page([DeliveryShown.model_validate(each, from_attributes=True) for each in found], total, window)

    def _find(self, identifier: str, version: int | None = None) -> Webhook:
        row = rows.find(self._session, self._actor.tenant, identifier)
        if row is None:
            raise NotFound("Webhook", identifier)
        if version is not None and version != row.version:
            raise StaleVersion(f"The webhook is at version {row.version}, not {version}", version=row.version)
        return row

    def _check_url(self, text: str) -> None:
        """Refuse what the outbound guard refuses by its look; what a name resolves to is judged at each delivery."""
        url = Url.parse(text)
        self._guard.check(url.host, url.port)
        if url.scheme != "https" and f"{url.host}:{url.port}" not in self._plain:
            raise Invalid("A receiver is reached by https", field="url")

    def _events(self, asked: Sequence[str]) -> Types:
        """The types meant, each of which the actor may read; all that it may read where none is named."""
        if not asked:
            found = [name for name, permission in EVENTS.items() if self._actor.may(permission)]
            if not found:
                raise Forbidden("You may read nothing that a webhook is told", permission="asset:read")
            return found
        meant: dict[str, None] = {}
        for each in asked:
            kind = each.removesuffix("*") if each.endswith(".*") else None
            names = [name for name in EVENTS if name == each or (kind and name.startswith(kind))]
            if not names:
                raise Invalid(f"There is no event '{each}'", field="events", known=sorted(EVENTS))
            meant |= dict.fromkeys(names)
        for name in meant:
            if not self._actor.may(EVENTS[name]):
                raise Forbidden(f"{name} takes the permission {EVENTS[name]}", permission=EVENTS[name])
        return list(meant)

    def _record(self, row: Webhook, action: str, before: dict[str, Any] | None) -> None:
        self._uow.record(Event("WEBHOOK", row.id, action, before, _facts(row)))


def _fresh() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _facts(row: Webhook) -> dict[str, Any]:
    names = ("name", "url", "events", "asset_id", "owner", "status")
    return {name: getattr(row, name) for name in names}


def _shown(row: Webhook) -> WebhookShown:
    return WebhookShown.model_validate(row, from_attributes=True)


def _with_secret(row: Webhook, secret: str) -> WebhookSecret:
    return WebhookSecret(**_shown(row).model_dump(), version=row.version, secret=secret)
