"""Lines of the file format that bring words: tags, classifications, domains, terms and data products."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from crosswind.contexts.catalog.spreading.repository import MOST_DEPTH
from crosswind.kit.errors import Invalid
from crosswind.kit.text import check_name

Word = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
Prose = Annotated[str, Meta(max_length=20_000)]
Tags = Annotated[list[Word], Meta(max_length=100)]


class TagLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="tag"):
    """A word of the vocabulary; how it spreads stays as it was where that is left out."""

    name: Word
    category: Word | None = None
    description: Prose | None = None
    propagates: Literal["downstream"] | UnsetType | None = UNSET
    propagation_depth: Annotated[int, Meta(ge=1, le=MOST_DEPTH)] | None = None


class ClassificationLine(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="classification"
):
    """A classification that the tenant added."""

    name: Word
    level: Annotated[int, Meta(ge=0, le=1_000)]
    description: Prose | None = None


class Responsible(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for a domain or a data product."""

    name: Word
    kind: Literal["user", "team"] = "user"


class DomainLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="domain"):
    """A part of the business."""

    name: Word
    description: Prose | UnsetType | None = UNSET
    owner: Responsible | UnsetType | None = UNSET


class ProductLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="data_product"):
    """Assets that are given out together."""

    name: Word
    description: Prose | UnsetType | None = UNSET
    owner: Responsible | UnsetType | None = UNSET


class TermLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="term"):
    """A word of the business; a related one that has no line yet is made."""

    name: Word
    description: Prose | UnsetType | None = UNSET
    synonyms: Tags | UnsetType | None = UNSET
    related: Tags | UnsetType | None = UNSET


Spoken = DomainLine | TermLine | ProductLine


def check_words(line: TagLine | ClassificationLine | Spoken) -> None:
    """Raise Invalid for a name that deceives."""
    check_name(line.name, "name")
    if isinstance(line, TagLine) and line.propagation_depth and not line.propagates:
        raise Invalid("A tag that does not spread has no depth", field="propagation_depth")
    if isinstance(line, TermLine):
        for word in line.synonyms or ():
            check_name(word, "synonyms")
        for word in line.related or ():
            check_name(word, "related")
    elif isinstance(line, DomainLine | ProductLine) and line.owner:
        check_name(line.owner.name, "owner")
