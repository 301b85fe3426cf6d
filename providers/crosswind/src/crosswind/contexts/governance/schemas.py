"""The audit as it is asked for and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Word = Annotated[str, Field(min_length=1, max_length=128)]


class AuditQuery(BaseModel):
    """Filters of the audit; all of them hold together."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    actor: Word | None = None
    action: Word | None = None
    entity_type: Word | None = None
    entity_id: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    connection_id: Word | None = None
    outcome: Literal["success", "denied"] | None = None
    request_id: Word | None = None
    since: AwareDatetime | None = Field(None, alias="from")
    until: AwareDatetime | None = Field(None, alias="to")


class AuditEntry(BaseModel):
    """One change or denied attempt; `seal` is the hash that chains it to the tenant's row before, None until sealed."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    id: int
    timestamp: datetime
    actor: str
    actor_kind: str
    action: str
    outcome: str
    entity_type: str
    entity_id: str
    connection_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    sequence: int | None
    seal: str | None
