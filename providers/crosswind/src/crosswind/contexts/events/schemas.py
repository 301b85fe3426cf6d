"""Webhooks as they are asked for and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from crosswind.kit.text import Name

EVENTS = {
    "asset.created": "asset:read",
    "asset.updated": "asset:read",
    "asset.deleted": "asset:read",
    "asset.schema_changed": "asset:read",
    "relationship.created": "relationship:read",
    "relationship.updated": "relationship:read",
    "relationship.deleted": "relationship:read",
    "tag.created": "tag:read",
    "tag.updated": "tag:read",
    "tag.deleted": "tag:read",
    **{
        f"{noun}.{done}": f"{permission}:read"
        for noun, permission in (("domain", "domain"), ("term", "term"), ("data_product", "product"))
        for done in ("created", "updated", "deleted")
    },
    "task.progress": "task:read",
}
"""What a webhook can be told, and the permission that it takes."""
Address = Annotated[str, Field(min_length=8, max_length=2000, examples=["https://hooks.example.com/crosswind"])]
Types = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=32, examples=[["asset.*"]])]


class Camel(BaseModel):
    """Speaks camelCase and refuses what it does not know."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class WebhookRequest(Camel):
    """Where to send what; without `events` everything that its maker may read now, `asset.*` is all of a kind."""

    name: Name
    url: Address
    events: Types = []
    asset_id: UUID | None = Field(None, description="Only events of this asset")


class WebhookUpdate(Camel):
    """What is to change; `active` switches a webhook on again from the event it stopped at, or off."""

    name: Name | None = None
    url: Address | None = None
    events: Types | None = None
    active: bool | None = None


class WebhookShown(Camel):
    """A webhook without its secret; `deliveredEventId` is the last event that it took or that was not for it."""

    id: str
    name: str
    url: str
    events: list[str]
    asset_id: str | None
    owner: str
    status: Literal["active", "disabled"]
    reason: str | None
    delivered_event_id: int = Field(validation_alias="delivered_seq")
    missed: int
    failures: int
    failing_since: datetime | None
    next_at: datetime | None
    delivered_at: datetime | None
    version: int = Field(exclude=True)
    created_at: datetime
    updated_at: datetime


class WebhookSecret(WebhookShown):
    """A webhook with a new secret, which is shown this once."""

    secret: str


class DeliveryShown(Camel):
    """One attempt to send one event; `status` is what the receiver answered, null where it did not."""

    event_id: int = Field(validation_alias="seq")
    type: str
    entity_id: str
    attempt: int
    status: int | None
    error: str | None
    duration_ms: int
    at: datetime
