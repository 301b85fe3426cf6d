"""What a search takes and shows."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, model_validator
from typing_extensions import TypedDict

from crosswind.contexts.catalog.schemas.common import CLASSIFIED, MEANT, OWNED, PLACED, SOLD, TAGGED, AssetType, Brief
from crosswind.contexts.catalog.wire import LONGEST_PLACE

ASKED = 'Words, and filters such as type:TABLE tag:PII owner:ana domain:"Sales EU"'


class Hit(TypedDict):
    """A found asset; `highlights` are HTML by field: escaped, with `<em>` around what matched."""

    asset: Brief
    score: float
    highlights: dict[str, list[str]]


class SearchResult(TypedDict):
    """Hits, best first; a capped total means "that many or more", ranked among the newest or among some of them.

    `words` and `filters` are what the text was read as; `widened` says that it found little by the beginnings of words,
    so that words which hold it inside were looked for too. `hints` say what looks like a filter and is none.
    """

    results: list[Hit]
    total: int
    total_is_capped: bool
    ranked_among: Literal["all", "newest", "some"]
    words: str
    filters: dict[str, list[str]]
    widened: bool
    hints: list[str]


class SearchQuery(BaseModel):
    """What is searched for and how it is narrowed."""

    q: str = Field("", max_length=LONGEST_PLACE, description=ASKED)
    type: AssetType | None = None
    tag: str | None = Field(None, max_length=100, description=TAGGED)
    classification: str | None = Field(None, max_length=100, description=CLASSIFIED)
    connection_id: str | None = Field(None, max_length=128)
    connection: str | None = Field(None, max_length=128, description="The same as connection_id, as facets name it")
    schema_: str | None = Field(None, max_length=1000, alias="schema")
    owner: str | None = Field(None, max_length=100, description=OWNED)
    domain: str | None = Field(None, max_length=100, description=PLACED)
    term: str | None = Field(None, max_length=100, description=MEANT)
    product: str | None = Field(None, max_length=100, description=SOLD)

    @model_validator(mode="after")
    def _named_once(self) -> SearchQuery:
        if self.connection and self.connection_id not in {None, self.connection}:
            raise ValueError("connection and connection_id are the same filter; give one of them")
        return self

    @property
    def within(self) -> str | None:
        """The connection that hits are narrowed to."""
        return self.connection_id or self.connection

    @property
    def given(self) -> dict[str, str | None]:
        """The filters, by the words that a query's text has for them."""
        names = ("type", "tag", "classification", "owner", "domain", "term", "product")
        given = {name: getattr(self, name) for name in names}
        return {**given, "connection": self.within, "schema": self.schema_}


class FacetResult(TypedDict):
    """How the hits spread; at most fifty values a facet, the most frequent."""

    facets: dict[str, dict[str, int]]
    total: int
    total_is_capped: bool
    ranked_among: Literal["all", "newest", "some"]
