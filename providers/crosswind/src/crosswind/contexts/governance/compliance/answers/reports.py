"""Reports: each standard with its rules, what they came to, and what violates them, a stretch at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pydantic import Field

from crosswind.contexts.governance.compliance.answers.schemas import (
    Camel,
    ConnectionWord,
    Result,
    Scanned,
    StandardStatus,
    StandardWord,
    Violation,
)
from crosswind.contexts.governance.compliance.rules import Rule

STRETCH = 500
"""Violations that a report reads at a time."""
ENOUGH = 256 * 1024
"""Characters after which what was written is sent before more is read."""
Format = Literal["json", "csv", "html"]
_NUMBER = re.compile(r"(\d+)")


class ReportQuery(Camel):
    """What a report is about and how it is written."""

    standard: StandardWord | None = Field(None, description="All standards where none is named")
    format: Format = Field("json", description="html is a page to print")
    connection_id: ConnectionWord | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """A rule as one of a standard's controls, and what the newest evaluations say of it.

    `versions` are those of the rule that judged, `oldest` and `newest` when the evaluations were that count here.
    """

    standard: str
    rule: Rule
    citations: tuple[str, ...]
    result: Result
    passed: int
    failed: int
    unknown: int
    versions: tuple[int, ...]
    oldest: datetime | None
    newest: datetime | None
    open: int


@dataclass(frozen=True, slots=True)
class Section:
    """One standard."""

    figures: StandardStatus
    controls: Sequence[Control]


@dataclass(frozen=True, slots=True)
class Report:
    """A report without the violations, which are read while it is sent."""

    made_at: datetime
    made_by: str
    connection: str | None
    connections: Scanned
    sections: Sequence[Section]


class Writer(Protocol):
    """Writes one report in one format; `most` is how many violations of a control it lists, None for all."""

    most: int | None

    def head(self, report: Report) -> str:
        """What stands before the first standard."""
        ...

    def section(self, section: Section) -> str:
        """The beginning of a standard."""
        ...

    def control(self, control: Control) -> str:
        """The beginning of a control."""
        ...

    def violations(self, control: Control, found: Sequence[Violation]) -> str:
        """Open violations of a control, in one or many pieces."""
        ...

    def control_end(self, control: Control, listed: int) -> str:
        """The end of a control, after so many of its violations."""
        ...

    def section_end(self) -> str:
        """The end of a standard."""
        ...

    def tail(self) -> str:
        """The end of the report."""
        ...


Read = Callable[[str, int, int], Sequence[tuple[int, Violation]]]
"""The next open violations of a rule after a key, at most so many, each with its key."""


def pieces(report: Report, writer: Writer, read: Read) -> Iterator[str]:
    """The text of a report, piece by piece; nothing is read before its piece is asked for."""
    yield writer.head(report)
    for section in report.sections:
        yield writer.section(section)
        for control in section.controls:
            yield writer.control(control)
            listed = 0
            for found in _listed(control, writer.most, read):
                listed += len(found)
                yield writer.violations(control, found)
            yield writer.control_end(control, listed)
        yield writer.section_end()
    yield writer.tail()


def stretch(text: Iterator[str]) -> bytes | None:
    """As much of a report as is sent at once, None after the end."""
    parts: list[str] = []
    length = 0
    for part in text:
        parts.append(part)
        length += len(part)
        if length >= ENOUGH:
            break
    return "".join(parts).encode() if parts else None


def by_citation(control: Control) -> tuple[object, ...]:
    """The order of controls in a standard: 4.2.1 before 10.2.1."""
    first = _NUMBER.split(control.citations[0])
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in first), control.rule.id


def _listed(control: Control, most: int | None, read: Read) -> Iterator[Sequence[Violation]]:
    after, left = 0, most
    while control.open:
        wanted = STRETCH if left is None else min(STRETCH, left)
        found = read(control.rule.id, after, wanted) if wanted else ()
        if found:
            yield [violation for _, violation in found]
        if len(found) < wanted or not wanted:
            return
        after = found[-1][0]
        left = None if left is None else left - len(found)
