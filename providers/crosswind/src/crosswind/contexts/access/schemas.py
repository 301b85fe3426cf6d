"""Keys, members and grants as they are asked for and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from crosswind.kit.text import Identifier, Name

Attribute = Literal["environment", "dataClassification", "region", "aiZone"]
Subject = Annotated[Name, Field(max_length=255, description="A user name of Airflow's auth manager")]


class Camel(BaseModel):
    """Speaks camelCase and refuses what it does not know."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class KeyRequest(Camel):
    """What a new key shall be worth: nothing more than its owner, less when scopes are given."""

    name: Name
    scopes: list[Annotated[str, Field(max_length=64)]] | None = Field(
        None, min_length=1, max_length=64, examples=[["connection:read", "asset:*"]]
    )
    expires_at: AwareDatetime | None = None
    owner: Subject | None = Field(None, description="Another user; only for administrators of the platform")
    rate_limit: int | None = Field(
        None, ge=1, le=1_000_000,
        description="Requests a minute; more than the platform's own limit only for administrators of the platform",
    )  # fmt: skip


class KeyShown(Camel):
    """A key without its secret."""

    id: str
    name: str
    prefix: str
    tenant: str
    owner: str | None
    scopes: list[str] | None
    rate_limit: int | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class KeyCreated(KeyShown):
    """A new key with its secret, which is shown this once."""

    key: str


class MemberRequest(Camel):
    """A tenant that a subject shall hold."""

    subject: Subject
    tenant: Identifier | None = None
    roles: list[Identifier] = Field(default_factory=list, max_length=16)


class MemberShown(Camel):
    """A membership."""

    id: str
    subject: str
    tenant: str
    roles: list[str]
    created_by: str
    created_at: datetime


class GrantRequest(Camel):
    """A value that a subject shall be held to."""

    subject: Subject
    attribute: Attribute
    value: Name
    tenant: Identifier | None = None


class GrantShown(Camel):
    """A grant."""

    id: str
    subject: str
    attribute: str
    value: str
    tenant: str
    created_by: str
    created_at: datetime


class SubjectQuery(Camel):
    """Filters of members and grants; the window's parameters stand beside them."""

    model_config = ConfigDict(extra="ignore")
    subject: Subject | None = None
    tenant: Identifier | None = None


class Me(Camel):
    """Who the caller is to us."""

    subject: str
    name: str
    tenant: str
    tenants: list[str]
    kind: str
    roles: list[str]
    permissions: list[str]
    attributes: dict[str, list[str]]
