"""Compliance reports, sent while they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Request

from crosswind.contexts.governance.compliance.answers.reports import (
    Format,
    Report,
    ReportQuery,
    Writer,
    pieces,
    stretch,
)
from crosswind.contexts.governance.compliance.answers.schemas import Violation
from crosswind.contexts.governance.compliance.answers.service import ComplianceAnswers
from crosswind.doors.rest.connections_platform.report_data import CsvReport, JsonReport
from crosswind.doors.rest.connections_platform.report_page import HEADERS, PageReport
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Answers
from crosswind.doors.rest.streams import Stream
from crosswind.kit.actor import Actor

if TYPE_CHECKING:
    from crosswind.bootstrap import Services
    from crosswind.doors.rest.door import Door

WRITERS: Mapping[Format, Callable[[], Writer]] = {"json": JsonReport, "csv": CsvReport, "html": PageReport}
MEDIA: Mapping[Format, str] = {"json": "application/json", "csv": "text/csv; charset=utf-8", "html": "text/html"}
router = Family(CONNECTIONS_PLATFORM, tags=["Compliance"])


class Walk:
    """The stretches of one report; each is read through the services of a call of its own."""

    def __init__(self, report: Report, writer: Writer) -> None:
        self._answers: ComplianceAnswers | None = None
        self._connection = report.connection
        self._text: Iterator[str] = pieces(report, writer, self._read)

    def stretch(self, answers: ComplianceAnswers) -> bytes | None:
        """The next stretch, None after the last."""
        self._answers = answers
        return stretch(self._text)

    def _read(self, rule: str, after: int, limit: int) -> Sequence[tuple[int, Violation]]:
        assert self._answers is not None
        return self._answers.stretch(rule, self._connection, after, limit)


class Remaining:
    """What follows the first stretch."""

    def __init__(self, door: Door, actor: Actor, walk: Walk) -> None:
        self._door, self._actor, self._walk = door, actor, walk

    async def __call__(self) -> bytes | None:
        """The next stretch, None after the last."""
        return await self._door.go_on(self._actor, self._reading)

    def _reading(self, services: Services) -> bytes | None:
        return self._walk.stretch(services.compliance_answers)


@router.get(
    "/governance/compliance/reports",
    permission="compliance:read",
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}, "text/csv": {}, "text/html": {}}}},
)
def get_compliance_report(answers: Answers, query: Annotated[ReportQuery, Query()], request: Request) -> Stream:
    """Compliance reports: by standard as JSON, CSV or a page to print, sent while they are read."""
    report = answers.report(query)
    walk = Walk(report, WRITERS[query.format]())
    first = walk.stretch(answers) or b""
    actor = request.state.crosswind_actor
    remaining = Remaining(request.app.state.door, actor, walk)
    named = "-".join(["compliance", *([query.standard.lower()] if query.standard else [])])
    more = {**HEADERS, "Content-Disposition": "inline"} if query.format == "html" else None
    filename = f"{named}.{query.format}"
    return Stream(first, remaining, MEDIA[query.format], filename, CONNECTIONS_PLATFORM, actor, more)
