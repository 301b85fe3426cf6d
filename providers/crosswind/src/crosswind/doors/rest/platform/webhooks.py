"""Webhooks: changes of the catalog sent to a receiver, signed."""

from __future__ import annotations

from crosswind.contexts.events.schemas import DeliveryShown, WebhookRequest, WebhookSecret, WebhookShown, WebhookUpdate
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.services import Webhooks
from crosswind.kit.paging import Page, Window

router = Family(PLATFORM, tags=["Webhooks"])


@router.get("/webhooks", permission="webhook:read")
def list_webhooks(webhooks: Webhooks, window: Window) -> Page[WebhookShown]:
    """List the tenant's webhooks."""
    return webhooks.list(window)


@router.post("/webhooks", permission="webhook:create", status=201, secret=True)
def create_webhook(webhooks: Webhooks, body: WebhookRequest) -> WebhookSecret:
    """Create a webhook; the secret that signs what it is sent is shown this once."""
    return webhooks.create(body)


@router.get("/webhooks/{id}", permission="webhook:read")
def get_webhook(webhooks: Webhooks, id: str) -> WebhookShown:  # noqa: A002 - the path's word
    """Return a webhook and how its deliveries fare."""
    return webhooks.get(id)


@router.put("/webhooks/{id}", permission="webhook:update")
def update_webhook(
    webhooks: Webhooks,
    id: str,  # noqa: A002
    body: WebhookUpdate,
    version: IfMatch,
) -> WebhookShown:
    """Change a webhook, or switch it on again."""
    return webhooks.update(id, body, version)


@router.delete("/webhooks/{id}", permission="webhook:delete", status=204)
def delete_webhook(webhooks: Webhooks, id: str, version: IfMatch) -> None:  # noqa: A002
    """Delete a webhook and the log of its deliveries."""
    webhooks.delete(id, version)


@router.post("/webhooks/{id}/secret", permission="webhook:update", secret=True)
def renew_webhook_secret(webhooks: Webhooks, id: str) -> WebhookSecret:  # noqa: A002
    """Give a webhook a new secret, which is shown this once."""
    return webhooks.renew(id)


@router.get("/webhooks/{id}/deliveries", permission="webhook:read")
def list_webhook_deliveries(webhooks: Webhooks, id: str, window: Window) -> Page[DeliveryShown]:  # noqa: A002
    """List what was sent to a webhook lately, newest first."""
    return webhooks.deliveries(id, window)
