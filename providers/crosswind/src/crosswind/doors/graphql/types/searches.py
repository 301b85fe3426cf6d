"""What a search finds."""

from __future__ import annotations

import strawberry

from crosswind.doors.graphql.needs import computed
from crosswind.doors.graphql.shown import Shown
from crosswind.doors.graphql.types.assets import Asset


@strawberry.type(description="Where the words were found in one field of a hit.")
class Highlight(Shown):
    """Where the words were found in one field."""

    field: str = strawberry.field(description="`name`, `description`, `tags`, `columns` …")
    fragments: list[str] = strawberry.field(description="HTML, escaped, with `<em>` around what matched.")


@strawberry.type(description="A found asset.")
class SearchResult(Shown):
    """A found asset."""

    score: float

    @computed("The asset.")
    def asset(self) -> Asset:
        """What was found."""
        return Asset.of(self.context, self.facts["asset"])

    @computed("Where the words were found, by field.")
    def highlights(self) -> list[Highlight]:
        """By field."""
        found = ({"field": name, "fragments": marked} for name, marked in self.facts["highlights"].items())
        return Highlight.each(self.context, found)


@strawberry.type(description="A filter that the text of a search holds, such as `type:TABLE`.")
class TypedFilter(Shown):
    """A filter of a search's text."""

    name: str
    values: list[str]


@strawberry.type(description="One page of what a search finds, and what its text was read as.")
class SearchPage(Shown):
    """Hits, and what the text was read as."""

    total: int
    total_is_capped: bool = strawberry.field(description="Whether the total means that many or more.")
    ranked_among: str = strawberry.field(description="What the hits were ranked among: `all`, the `newest` or `some`.")
    words: str = strawberry.field(description="The text without its filters.")
    widened: bool = strawberry.field(description="Whether words that hold those of the text inside were looked for.")
    hints: list[str] = strawberry.field(description="What looks like a filter and is none.")

    @computed("The filters that the text holds.")
    def filters(self) -> list[TypedFilter]:
        """By name."""
        found = self.facts["filters"].items()
        return TypedFilter.each(self.context, ({"name": name, "values": values} for name, values in found))

    @computed("The hits, the best first.")
    def results(self) -> list[SearchResult]:
        """The hits of this page."""
        return SearchResult.each(self.context, self.facts["results"])


@strawberry.type(description="One value and how many hits have it.")
class FacetValue(Shown):
    """One value of a facet."""

    value: str
    count: int


@strawberry.type(description="How hits spread over the values of one property.")
class Facet(Shown):
    """One facet."""

    name: str

    @computed("The most frequent values, at most fifty.")
    def values(self) -> list[FacetValue]:
        """The most frequent first."""
        return FacetValue.each(self.context, ({"value": key, "count": n} for key, n in self.facts["values"].items()))


@strawberry.type(description="How the hits of a search spread.")
class SearchFacets(Shown):
    """The facets of a search."""

    total: int
    total_is_capped: bool = strawberry.field(description="Whether the total means that many or more.")
    ranked_among: str = strawberry.field(description="What was counted: `all` hits, the `newest` or `some`.")

    @computed("By property: type, tags, classification, connection, schema, owner, domain, term.")
    def facets(self) -> list[Facet]:
        """By property."""
        return Facet.each(self.context, ({"name": key, "values": each} for key, each in self.facts["facets"].items()))
