"""Remedies as they are asked for and told of."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from crosswind.contexts.governance.compliance.rules import Action

MOST_VIOLATIONS = 500
RemedyOutcome = Literal["planned", "applied", "manual", "failed"]


class RemediateRequest(BaseModel):
    """Violations to do something about; nothing is changed unless `dryRun` is false."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"violationIds": ["6f1f8a0e-2f0b-4ad0-9c1c-0a5f5f1d2c3b"], "dryRun": True}],
        },
    )
    violation_ids: list[UUID] = Field(min_length=1, max_length=MOST_VIOLATIONS)
    dry_run: bool = Field(True, strict=True, description="Show what would be done and change nothing")


class RemedyResult(TypedDict):
    """What would be done, or was done, about one violation; a manual one says in `message` what a person must do."""

    violationId: UUID
    action: Action | None
    outcome: RemedyOutcome
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    code: str | None
    message: str


class Remediation(TypedDict):
    """The outcome of each violation, in the order they were named, each once."""

    results: list[RemedyResult]
