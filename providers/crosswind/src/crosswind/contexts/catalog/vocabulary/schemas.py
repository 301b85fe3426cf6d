"""Owners, domains, terms and data products as the platform takes and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from crosswind.contexts.catalog.schemas.common import Owner, Prose, Word

MOST_OWNERS = 50
MOST_TERMS = 100
MOST_ASSETS = 1_000
OwnerKind = Literal["user", "team"]
OwnerRole = Literal["technical", "business", "steward"]
Reference = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S", description="An id or a name")]


class Camel(BaseModel):
    """Base of bodies: camelCase on the wire, and nothing that nobody reads."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class OwnerGiven(Camel):
    """A person or team, by the name that people know it by, and what it answers for."""

    model_config = ConfigDict(frozen=True)
    kind: OwnerKind = "user"
    name: Word
    role: OwnerRole = "technical"


class OwnersGiven(Camel):
    """All owners of an asset; those that are left out are no owners any more."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"owners": [{"kind": "user", "name": "ana", "role": "steward"}]}]}
    )
    owners: Annotated[list[OwnerGiven], Field(max_length=MOST_OWNERS)]


class OwnersShown(TypedDict):
    """The owners of an asset, with the asset's version."""

    assetId: UUID
    version: int
    owners: list[Owner]


class SpokenQuery(BaseModel):
    """Filter of a list of domains, terms or data products."""

    search: str | None = Field(
        None, max_length=100, description="What the name, or a synonym of a term, holds, whatever its case"
    )


class Responsible(Camel):
    """Who answers for a domain or a data product."""

    kind: OwnerKind = "user"
    name: Word


class DomainCreate(Camel):
    """A part of the business."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Sales", "description": "Orders and customers", "owner": None}]}
    )
    name: Word
    description: Prose | None = None
    owner: Responsible | None = None


class DomainUpdate(Camel):
    """What changes of a domain or a data product; what is left out stays, null empties all but the name."""

    name: Word = Field(default="-")
    description: Prose | None = None
    owner: Responsible | None = None


class ProductCreate(DomainCreate):
    """Assets that are given out together."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Customer 360", "description": "All that is known of a customer"}]}
    )


class ProductUpdate(DomainUpdate):
    """What changes of a data product."""


class TermCreate(Camel):
    """A word of the business; `related` are other terms."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "Churn", "description": "Customers who left", "synonyms": ["Attrition"], "related": []}
            ]
        }
    )
    name: Word
    description: Prose | None = None
    synonyms: Annotated[list[Word], Field(max_length=MOST_TERMS)] = Field(default_factory=list)
    related: Annotated[list[Reference], Field(max_length=MOST_TERMS)] = Field(default_factory=list)


class TermUpdate(Camel):
    """What changes of a term; what is left out stays."""

    name: Word = Field(default="-")
    description: Prose | None = None
    synonyms: Annotated[list[Word], Field(max_length=MOST_TERMS)] = Field(default_factory=list)
    related: Annotated[list[Reference], Field(max_length=MOST_TERMS)] = Field(default_factory=list)


Pending = Annotated[
    Literal["rename", "delete"] | None,
    Field(description="What its assets, of which it has very many, are still being told in the background"),
]


class Domain(TypedDict):
    """A domain; a data product is shown alike."""

    id: UUID
    name: str
    description: str | None
    owner: dict[str, Any] | None
    version: int
    pending: Pending
    createdAt: datetime
    updatedAt: datetime


class Term(TypedDict):
    """A term with the names of those that belong to it."""

    id: UUID
    name: str
    description: str | None
    synonyms: list[str]
    related: list[str]
    version: int
    pending: Pending
    createdAt: datetime
    updatedAt: datetime


class Membership(Camel):
    """Assets that are put in and taken out."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"add": ["6f1f8a0e-2f0b-4ad0-9c1c-0a5f5f1d2c3b"], "remove": []}]}
    )
    add: Annotated[list[UUID], Field(max_length=MOST_ASSETS)] = Field(default_factory=list)
    remove: Annotated[list[UUID], Field(max_length=MOST_ASSETS)] = Field(default_factory=list)


class MembershipAnswer(TypedDict):
    """How many assets came in and went out; the others were as asked for already."""

    added: int
    removed: int
    unchanged: int


class DomainGiven(Camel):
    """The domain of an asset, none with null."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"domain": "Sales"}]})
    domain: Reference | None


class ColumnTerms(Camel):
    """The terms of one column, by its name."""

    name: Annotated[str, Field(min_length=1, max_length=512)]
    terms: Annotated[list[Reference], Field(max_length=MOST_TERMS)]


class TermsGiven(Camel):
    """All terms of an asset and of the columns that are named; the other columns keep theirs."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"terms": ["Churn"], "columns": []}]})
    terms: Annotated[list[Reference], Field(max_length=MOST_TERMS)] | None = None
    columns: Annotated[list[ColumnTerms], Field(max_length=1_000)] = Field(default_factory=list)


class SaidOf(TypedDict):
    """What the vocabulary says of an asset, with the asset's version."""

    assetId: UUID
    version: int
    owners: list[Owner]
    domain: str | None
    terms: list[str]
    products: list[str]
    columns: dict[str, list[str]]
