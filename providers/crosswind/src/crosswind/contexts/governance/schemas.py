"""The audit as it is asked for and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from crosswind.kit.actor import ActorKind
from crosswind.kit.text import formed
from crosswind.kit.unit_of_work import EntityType

Word = Annotated[str, Field(min_length=1, max_length=128)]


LongWord = Annotated[str, Field(min_length=1, max_length=512)]
MOST_WORDS = 100
Words = Annotated[list[Word], Field(max_length=MOST_WORDS)]
Outcome = Literal["success", "denied"]
MOST_EXPORTED = 1_000_000
KINDS = sorted({"ROUTE", *(kind.upper() for kind in get_args(EntityType))})
"""What the audit can tell of: all that changes, and the routes that were refused."""


def check_range(since: datetime | None, until: datetime | None) -> None:
    """Raise ValueError for a time that ends before it begins."""
    if since is not None and until is not None and since >= until:
        raise ValueError("from must be before to")


class AuditQuery(BaseModel):
    """Filters of the audit; all of them hold together."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    actor: Word | None = None
    action: Word | None = None
    entity_type: Word | None = None
    entity_id: LongWord | None = None
    connection_id: Word | None = None
    outcome: Outcome | None = None
    request_id: Word | None = None
    since: AwareDatetime | None = Field(None, alias="from")
    until: AwareDatetime | None = Field(None, alias="to")

    @model_validator(mode="after")
    def _fits_together(self) -> AuditQuery:
        check_range(self.since, self.until)
        return self


def _known(kind: str) -> str:
    if kind.upper() not in KINDS:
        raise ValueError(f"must be one of {', '.join(KINDS)}")
    return kind


Kind = Annotated[Word, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": KINDS})]


class TrailQuery(BaseModel):
    """Filters of the trail, which all hold; types and actions are known in capitals, too."""

    entity_type: Kind | None = None
    entity_id: LongWord | None = None
    actor: Word | None = Field(None, description="The id of a user, as `user.id` shows it")
    action: Word | None = None
    outcome: Outcome | None = None
    since: AwareDatetime | None = Field(None, alias="from")
    until: AwareDatetime | None = Field(None, alias="to", description="The first moment that is too late")

    @model_validator(mode="after")
    def _fits_together(self) -> TrailQuery:
        check_range(self.since, self.until)
        return self


class ExportQuery(BaseModel):
    """How an export is written; one that was cut by `limit` goes on with `before`, the last id it had."""

    format: Literal["jsonl", "csv"] | None = Field(None, description="Without it Accept decides, then JSON lines")
    limit: int = Field(MOST_EXPORTED, ge=1, le=MOST_EXPORTED)
    before: int | None = Field(None, ge=1, lt=2**63, description="Only entries with a smaller id")


_CURSORS = r"^[1-9][0-9]{0,17}$"
_CURSOR = formed(_CURSORS, "must be the cursor that the page before answered")


class AuditSearch(BaseModel):
    """What is looked for; of each list one value must fit, and all that is given must hold."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "text": "orders",
                    "actions": ["update", "delete"],
                    "outcomes": ["success"],
                    "connectionIds": ["orders"],
                    "from": "2026-11-01T00:00:00Z",
                    "sort": "-timestamp",
                    "pageSize": 50,
                }
            ]
        },
    )
    text: Annotated[str, Field(min_length=2, max_length=200)] | None = Field(
        None, description="Part of an actor, an action, an entity's type or id, a request id, or of what changed"
    )
    actors: Words = Field(default_factory=list)
    actor_kinds: Annotated[list[ActorKind], Field(max_length=4)] = Field(default_factory=list)
    actions: Words = Field(default_factory=list)
    outcomes: Annotated[list[Outcome], Field(max_length=2)] = Field(default_factory=list)
    entity_types: Words = Field(default_factory=list)
    entity_ids: Annotated[list[LongWord], Field(max_length=MOST_WORDS)] = Field(default_factory=list)
    connection_ids: Words = Field(default_factory=list)
    request_ids: Words = Field(default_factory=list)
    since: AwareDatetime | None = Field(None, alias="from")
    until: AwareDatetime | None = Field(None, alias="to")
    sort: Literal["timestamp", "-timestamp"] = "-timestamp"
    page: int | None = Field(None, ge=1, le=10_000, strict=True)
    page_size: int = Field(20, ge=1, le=100, strict=True)
    cursor: Annotated[str, Field(json_schema_extra={"pattern": _CURSORS}), _CURSOR] | None = Field(
        None, description="The nextCursor of the page before; quicker than page, and it counts nothing"
    )

    @model_validator(mode="after")
    def _fits_together(self) -> AuditSearch:
        if self.cursor is not None and self.page is not None:
            raise ValueError("give page or cursor, not both")
        check_range(self.since, self.until)
        return self


class SearchPagination(TypedDict):
    """Where a page stands; by cursor neither its number nor the total is known."""

    page: int | None
    pageSize: int
    totalCount: int | None
    hasNext: bool
    nextCursor: str | None


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


class AuditFound(TypedDict):
    """A page of what a search found."""

    data: list[AuditEntry]
    pagination: SearchPagination
