"""Lines as COPY takes them into a block's temporary tables, with the words that find them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import UNSET
from sqlalchemy import Row

from crosswind.contexts.catalog.facts import curated_words, named_words, said_words
from crosswind.contexts.catalog.transfer import copying as to
from crosswind.contexts.catalog.transfer.lines import AssetLine, Parsed, Source
from crosswind.contexts.catalog.transfer.repository import assets

GIVEN = (
    ("description", assets.DESCRIPTION),
    ("metadata", assets.METADATA),
    ("tags", assets.TAGS),
    ("classification", assets.CLASSIFICATION),
    ("source", assets.SOURCE),
    ("columns", assets.COLUMNS),
)
_NOTHING = Source()
NO_WORDS = f"\t{to.NULL}\t{to.NULL}"
_EMPTY = ("\t" + to.NULL) * 10


def prepare(parsed: Parsed, *, words_too: bool) -> None:
    """Make what a block needs whatever is stored; with the words of its assets where most of them seem to be new."""
    parsed.rows = {number: asset((number, line), parsed.digests.get(number)) for number, line in parsed.assets}
    if words_too:
        parsed.words = {number: words_of_new(line) for number, line in parsed.assets}


def _given(line: Any, names: Iterable[tuple[str, int]] = GIVEN) -> int:
    given = 0
    for name, bit in names:
        if getattr(line, name) is not UNSET:
            given |= bit
    return given


def asset(pair: tuple[int, AssetLine], digest: str | None = None) -> str:
    """An asset's line with its number and, where its row holds all that it says, its digest."""
    number, line = pair
    source = line.source or _NOTHING
    head = (
        str(number), str(_given(line)), line.type, to.cell(line.name), to.cell(line.qualified_name),
        to.cell(line.description or (None if line.description is UNSET else line.description)),
        to.json(None if line.metadata is UNSET else line.metadata),
        to.array(None if line.tags is UNSET else list(dict.fromkeys(line.tags))),
        to.cell(line.classification or None),
    )  # fmt: skip
    if source is _NOTHING:
        return "\t".join(head) + _EMPTY + "\t" + (digest or to.NULL)
    rest = (
        to.cell(source.type_detail), to.cell(source.database), to.cell(source.schema), to.cell(source.namespace),
        to.cell(source.dataset), to.cell(source.comment), to.json(source.facts), to.json(source.statistics),
        to.number(source.row_count), to.number(source.size_bytes), digest or to.NULL,
    )  # fmt: skip
    return "\t".join((*head, *rest))


def words(line: AssetLine, row: Row[Any]) -> str:
    """The words of a line; those of its source where it changes that and says all of it."""
    if row.fresh:
        return words_of_new(line)
    tags = row.tags if line.tags is UNSET else line.tags
    description = row.description if line.description is UNSET else line.description or None
    source = source_words(line, line.source) if line.source and worded(line, row) else ""
    return f"{to.cell(source)}\t{to.cell(curated_words(description, tags))}"


def worded(line: AssetLine, row: Row[Any]) -> bool:
    """Whether the words that find what is stored are those of the line, and of nothing else that is stored."""
    return line.whole and not row.crawled and bool(row.fresh or row.resaid)


def words_of_new(line: AssetLine) -> str:
    """The words of a line that nothing is stored of."""
    source = source_words(line, line.source or _NOTHING) if line.source or line.columns else named_words(line.name)
    return f"{to.cell(source)}\t{to.cell(curated_words(line.description or None, line.tags or []))}"


def words_of_columns(line: AssetLine) -> str:
    """The words of what a source says of an asset of which a line gives columns alone."""
    return source_words(line, _NOTHING)


def source_words(line: AssetLine, source: Source) -> str:
    """The words that find an asset by what its source says, weighed as a crawl's are."""
    columns = ((column.name, column.comment) for column in line.columns or ())
    file_format = (source.facts or {}).get("format")
    named = (source.schema, file_format if isinstance(file_format, str) else None, source.dataset)
    return said_words(line.name, columns, source.comment, named)


def columns(given: Sequence[tuple[int, AssetLine]]) -> Iterator[str]:
    """The columns of these lines, in their order."""
    bits = (("description", 1), ("tags", 4), ("classification", 8))
    for number, line in given:
        where = f"{number}\t{to.cell(line.qualified_name)}"
        for position, column in enumerate(line.columns or (), 1):
            cells = (
                where, str(position), str(_given(column, bits)), to.cell(column.name), to.cell(column.type),
                "t" if column.nullable else "f", to.cell(column.default), to.cell(column.identity),
                to.cell(column.generated), to.cell(column.comment), to.cell(column.description or None),
                to.array(None if column.tags is UNSET else list(dict.fromkeys(column.tags))),
                to.cell(column.classification or None),
            )  # fmt: skip
            yield "\t".join(cells)
