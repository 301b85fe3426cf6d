"""One file: which reader it needs by what it holds, whatever it is named."""

from __future__ import annotations

from crosswind_object_stores.layout import names
from crosswind_object_stores.readers import delimited, parquet, records, text
from crosswind_object_stores.readers.source import Found, Source, Unreadable

PARQUET = "It holds parquet"


def extension(source: Source) -> str:
    """Return a file's extension without what it is packed with."""
    return names.file(source.name.rpartition("/")[2]).extension.partition(".")[0]


def holds_records(head: text.Head, form: str) -> bool:
    """Say whether a file is read as JSON: by its name, or because it holds JSON under another."""
    if form == "json":
        return True
    if head.text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        records.parse(head)
    except Unreadable:
        return False
    return True


def read(source: Source, form: str, compression: str | None) -> Found:
    """Return the columns of a Parquet, CSV or JSON file, or raise Unreadable."""
    if form == "parquet":
        return parquet.described(source)
    try:
        return _read_text(source, form, compression)
    except Unreadable as problem:
        if str(problem) != PARQUET:
            raise _as_named(problem, form) from None
    found = parquet.described(source)
    found.problem = found.problem or f"It is named {form}, but holds Parquet"
    return found


def _read_text(source: Source, form: str, compression: str | None) -> Found:
    """Try a short beginning, then a longer one."""
    short: text.TooShort | None = None
    for head in text.heads(source):
        try:
            found = _described(source, head, form)
        except text.TooShort as error:
            short = error
            continue
        if head.packed and head.packed != compression:
            found.facts["compression"] = head.packed
        elif compression and not head.packed:
            found.problem = found.problem or f"It is named as {compression}, but is not packed"
        return found
    raise short or Unreadable("It is empty")


def _described(source: Source, head: text.Head, form: str) -> Found:
    if holds_records(head, form):
        found = records.described(head, records.parse(head))
        if form != "json":
            found.problem = found.problem or f"It is named {form}, but holds JSON"
        return found
    if head.text.lstrip().startswith("<"):
        raise Unreadable("It holds XML or HTML")
    return delimited.described(head, delimited.parse(head, extension(source)), source.size)


def _as_named(problem: Unreadable, form: str) -> Unreadable:
    said = str(problem)
    if said.startswith("It holds ") and "nothing" not in said and "no " not in said:
        return Unreadable(f"It is named {form}, but{said.removeprefix('It')}")
    return problem
