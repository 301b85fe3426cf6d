"""Remedies as they are asked for and told of."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from crosswind.contexts.governance.compliance.rules import Action
from crosswind.contexts.governance.compliance.statements import duration

MOST_VIOLATIONS = 500
RemedyOutcome = Literal["planned", "applied", "unchanged", "manual", "failed"]


def _lasting(text: str) -> str:
    if not duration(text):
        raise ValueError("a length of time is needed here, such as 90 days, 7 years or P7Y")
    return text


class RemedyParameters(BaseModel):
    """What a person chose for these violations; without a retention `set-retention` is left to a person."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    retention: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_lasting)] | None = Field(
        None, description="How long the data may be kept, such as 90 days, 7 years or P7Y"
    )


class RemediateRequest(BaseModel):
    """Violations to do something about; nothing is changed unless `dryRun` is false."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "violationIds": ["6f1f8a0e-2f0b-4ad0-9c1c-0a5f5f1d2c3b"],
                    "dryRun": True,
                    "parameters": {"retention": "90 days"},
                }
            ],
        },
    )
    violation_ids: list[UUID] = Field(min_length=1, max_length=MOST_VIOLATIONS)
    dry_run: bool = Field(True, strict=True, description="Show what would be done and change nothing")
    parameters: RemedyParameters = RemedyParameters()


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
