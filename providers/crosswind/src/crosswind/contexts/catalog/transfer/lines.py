"""The file format: one JSON object a line, told apart by `kind`; a line without one is an asset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from crosswind.contexts.catalog.transfer.nouns import (
    ClassificationLine,
    DomainLine,
    ProductLine,
    Prose,
    Spoken,
    TagLine,
    Tags,
    TermLine,
    Word,
    check_words,
)
from crosswind.contexts.catalog.wire import told
from crosswind.kit import strict_json
from crosswind.kit.errors import Invalid
from crosswind.kit.text import check_name

VERSION = 2
AssetType = Literal["TABLE", "VIEW", "DASHBOARD", "PIPELINE", "DATASET", "CHART"]
EdgeType = Literal["DEPENDS_ON", "CONTAINS", "PRODUCES", "USES", "RELATED_TO"]
Title = Annotated[str, Meta(min_length=1, max_length=512, pattern=r"\S")]
Place = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=r"\S")]
Column = Annotated[str, Meta(min_length=1, max_length=512)]
Fact = Annotated[str, Meta(max_length=100_000)]
Natural = Annotated[int, Meta(ge=0, le=2**63 - 1)]
LONGEST_PLACE = 2_000
"""Bytes of a qualified name."""
LONGEST_COLUMN = 512
DEEPEST = strict_json.MAX_DEPTH
_SUSPECT = (b"\\u0000", b"\\ud", b"\\uD", b"\x00")


class ColumnLine(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A column of an asset that no crawl reads, in the source's order; of a crawled one what people wrote on it."""

    name: Column
    type: Annotated[str, Meta(min_length=1, max_length=2_000)] = "unknown"
    nullable: bool = True
    default: Fact | None = None
    identity: Word | None = None
    generated: Fact | None = None
    comment: Fact | None = None
    description: Prose | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    classification: Word | UnsetType | None = UNSET
    terms: Tags | UnsetType = UNSET


class Source(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """What a system says of an asset; taken for assets that no connection of ours reads."""

    type_detail: Word | None = None
    database: Annotated[str, Meta(max_length=512)] | None = None
    schema: Annotated[str, Meta(max_length=1_000)] | None = None
    namespace: Annotated[str, Meta(max_length=2_000)] | None = None
    dataset: Annotated[str, Meta(max_length=2_000)] | None = None
    comment: Fact | None = None
    row_count: Natural | None = None
    size_bytes: Natural | None = None
    facts: dict[str, Any] | None = None
    statistics: dict[str, Any] | None = None


class OwnerLine(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A person or team that answers for an asset in one role."""

    name: Word
    kind: Literal["user", "team"] = "user"
    role: Literal["technical", "business", "steward"] = "technical"


class AssetLine(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, tag_field="kind", tag="asset"):
    """An asset; what is left out stays as it was.

    Lines hold no circles, so the garbage collector need not walk the thousands that a block has.
    """

    type: AssetType
    name: Title
    qualified_name: Place
    description: Prose | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    classification: Word | UnsetType | None = UNSET
    owners: Annotated[list[OwnerLine], Meta(max_length=50)] | UnsetType = UNSET
    domain: Word | UnsetType | None = UNSET
    terms: Tags | UnsetType = UNSET
    products: Tags | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    columns: Annotated[list[ColumnLine], Meta(max_length=10_000)] | UnsetType = UNSET

    @property
    def alone(self) -> bool:
        """Whether the asset's own row holds all that is said, and so tells when it is no longer so."""
        return (
            self.columns is UNSET and self.owners is UNSET and self.classification is UNSET
            and self.domain is UNSET and self.terms is UNSET and self.products is UNSET
        )  # fmt: skip

    @property
    def whole(self) -> bool:
        """Whether it says all that an asset's source says of it."""
        return self.source is not UNSET and self.columns is not UNSET


class BareAsset(AssetLine, frozen=True, gc=False, forbid_unknown_fields=True, tag=False):
    """An asset as batch ingestion takes it, without its kind."""


class RelationshipLine(
    msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, tag_field="kind", tag="relationship"
):
    """An edge between two assets, by their qualified names; they stand in the catalog or in an earlier line."""

    type: EdgeType
    source: Place
    target: Place
    name: Annotated[str, Meta(max_length=512)] = ""
    metadata: dict[str, Any] = {}


class HeadLine(msgspec.Struct, frozen=True, tag_field="kind", tag="catalog"):
    """The first line of an exported file."""

    version: Annotated[int, Meta(ge=1, le=2**63 - 1)] = VERSION


class _Kinded(msgspec.Struct, frozen=True):
    kind: str = ""


Line = AssetLine | RelationshipLine | TagLine | ClassificationLine | DomainLine | TermLine | ProductLine | HeadLine
Decoder = msgspec.json.Decoder[Any]
_TAGGED: Decoder = msgspec.json.Decoder(Line)
_BARE: Decoder = msgspec.json.Decoder(BareAsset)


@dataclass(slots=True)
class LineError:
    """Why a line was not taken."""

    line: int
    field: str
    message: str

    def plain(self) -> dict[str, Any]:
        """As it is stored and shown."""
        return {"line": self.line, "field": self.field[:500], "message": self.message[:1_000]}


@dataclass(slots=True)
class Parsed:
    """A block by the kinds of its lines, each with its number.

    `rows` and `words` are assets as COPY takes them, by number, where they were made beforehand; `digests` are of the
    lines that may be told by them the next time. `unchanged` counts lines that were told so, and stand nowhere else.
    """

    assets: list[tuple[int, AssetLine]] = field(default_factory=list)
    relationships: list[tuple[int, RelationshipLine]] = field(default_factory=list)
    tags: list[tuple[int, TagLine]] = field(default_factory=list)
    classifications: list[tuple[int, ClassificationLine]] = field(default_factory=list)
    spoken: list[tuple[int, Spoken]] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    rows: dict[int, str] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)
    unchanged: int = 0

    @property
    def speaks(self) -> bool:
        """Whether it brings words of the vocabulary."""
        return bool(self.tags or self.classifications or self.spoken)


def parse(lines: Sequence[bytes], first: int) -> Parsed:
    """Read lines, the first of which has this number; empty ones are passed over, bad ones become errors."""
    found = Parsed()
    add(found, enumerate(lines, first))
    return found


def add(found: Parsed, lines: Iterable[tuple[int, bytes]]) -> None:
    """Read numbered lines beside those that were read before."""
    kinds: dict[type, list[Any]] = {
        AssetLine: found.assets, BareAsset: found.assets, RelationshipLine: found.relationships,
        TagLine: found.tags, ClassificationLine: found.classifications, HeadLine: [],
        DomainLine: found.spoken, TermLine: found.spoken, ProductLine: found.spoken,
    }  # fmt: skip
    for number, raw in lines:
        if not raw or raw.isspace():
            continue
        try:
            line = read(raw)
            kinds[type(line)].append((number, line))
        except Invalid as error:
            found.errors.append(LineError(number, error.field or "", error.message))


def read(raw: bytes, decoder: Decoder | None = None) -> Line:
    """One line; Invalid with its field for what cannot be stored or does not fit."""
    decoder = decoder or (_TAGGED if b'"kind"' in raw else _BARE)
    try:
        line: Line = decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if decoder is _TAGGED and "missing required field `kind`" in str(error):
            return read(raw, _BARE)
        _check_encoding(raw)
        message, where = told(str(error), _meant(raw) if decoder is _TAGGED else BareAsset)
        if not isinstance(error, msgspec.ValidationError):
            message = f"{message}; each line holds one JSON object, whole"
        raise Invalid(message, field=where or _named(message)) from None
    if isinstance(line, HeadLine):
        _check_head(line)
    _check(line, raw)
    return line


def _check_encoding(raw: bytes) -> None:
    """Raise Invalid for bytes of another encoding, as programs and spreadsheets write that are not told which."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"is not UTF-8 (byte {error.start}); save the file as UTF-8") from None


def _check(line: Line, raw: bytes) -> None:
    """Look closer where the bytes say that there can be something wrong; most lines hold plain letters only."""
    if raw.count(b"{") + raw.count(b"[") > DEEPEST:
        strict_json.loads(raw, unique=False)
    for free in _free(line):
        _check_numbers(free)
    if b"\\" not in raw and b"\x7f" not in raw and raw.isascii():
        if isinstance(line, RelationshipLine) and line.source == line.target:
            raise Invalid("An asset has no relationship with itself", field="target")
        if not isinstance(line, AssetLine | TagLine) or (isinstance(line, AssetLine) and not line.columns):
            return
    if any(mark in raw for mark in _SUSPECT):
        strict_json.loads(raw, unique=False)
    if isinstance(line, AssetLine):
        _check_asset(line)
    elif isinstance(line, RelationshipLine):
        _check_edge(line)
    elif not isinstance(line, HeadLine):
        check_words(line)


def _free(line: Line) -> Iterator[dict[str, Any]]:
    """The parts of a line that hold whatever their writer likes."""
    if isinstance(line, AssetLine):
        if line.metadata:
            yield line.metadata
        if line.source:
            yield from filter(None, (line.source.facts, line.source.statistics))
    elif isinstance(line, RelationshipLine) and line.metadata:
        yield line.metadata


def _check_numbers(value: Any) -> None:
    """Raise Invalid for an integer that no column holds."""
    for each in value.values() if isinstance(value, dict) else value:
        kind = type(each)
        if kind is dict or kind is list:
            _check_numbers(each)
        elif kind is int and not strict_json.is_stored(each):
            raise Invalid("An integer is beyond 64 bits", field="metadata")


def _check_head(line: HeadLine) -> None:
    if line.version > VERSION:
        raise Invalid(
            f"this file is of version {line.version}, and this Crosswind reads versions up to {VERSION}; "
            "upgrade it first",
            field="version",
        )


def _check_asset(line: AssetLine) -> None:
    source = line.source or Source()
    if line.name not in (source.dataset or ""):
        check_name(line.name, "name")
    if not line.qualified_name.isprintable():
        check_name(_given(line.qualified_name, source), "qualified_name")
    check_bytes(line.qualified_name, LONGEST_PLACE, "qualified_name")
    if line.tags:
        for tag in line.tags:
            check_name(tag, "tags")
    for owner in line.owners or ():
        check_name(owner.name, "owners")
    for name in (line.domain or "-", *(line.terms or ()), *(line.products or ())):
        check_name(name, "domain, terms or products")
    if line.columns:
        _check_columns(line.columns)


def _given(name: str, source: Source) -> str:
    """What of a name is not its system's, which the catalog keeps whatever it looks like."""
    said = f"{source.namespace or ''}{source.dataset or ''}"
    return "".join(each for each in name if each not in said)


def _check_columns(columns: Sequence[ColumnLine]) -> None:
    seen: set[str] = set()
    for index, column in enumerate(columns):
        if column.name in seen:
            raise Invalid(f"The column '{column.name}' stands twice", field=f"columns[{index}].name")
        seen.add(column.name)
        check_bytes(column.name, LONGEST_COLUMN, f"columns[{index}].name")
        for tag in (*(column.tags or ()), *(column.terms or ())):
            check_name(tag, f"columns[{index}].tags or terms")


def _check_edge(line: RelationshipLine) -> None:
    if line.source == line.target:
        raise Invalid("An asset has no relationship with itself", field="target")
    for where, name in (("source", line.source), ("target", line.target)):
        check_bytes(name, LONGEST_PLACE, where)


def check_bytes(text: str, most: int, where: str) -> None:
    """Raise Invalid for a name that no index can hold."""
    if len(text) * 4 > most and len(text.encode()) > most:
        raise Invalid(f"It has more than {most} bytes", field=where)


def _meant(raw: bytes) -> Any:
    """The kind of line that a line with a kind was meant to be; any of them where that cannot be read."""
    try:
        kind = msgspec.json.decode(raw, type=_Kinded).kind
    except msgspec.DecodeError:
        return Line
    return next((each for each in get_args(Line) if each.__struct_config__.tag == kind), Line)


def _named(message: str) -> str:
    """The field that a message about the whole line names between back quotes."""
    parts = message.split("`")
    return parts[1] if len(parts) > 2 and message.endswith(("is missing", "is not known here")) else ""
