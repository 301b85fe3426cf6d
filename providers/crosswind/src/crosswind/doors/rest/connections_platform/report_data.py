"""Reports as data: one JSON document, or CSV with a line a control and a line a violation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from typing_extensions import override

from crosswind.contexts.governance.compliance.answers.reports import Control, Report, Section, Writer
from crosswind.contexts.governance.compliance.answers.schemas import Violation
from crosswind.doors.rest import spreadsheets


class JsonReport(Writer):
    """Writes JSON; the document is whole only with its last piece, so that a part of it never passes for all."""

    most: int | None = None

    def __init__(self) -> None:
        self._comma = ""

    def head(self, report: Report) -> str:
        """The report's own fields."""
        own = {
            "generatedAt": report.made_at,
            "generatedBy": report.made_by,
            "connectionId": report.connection,
            "connections": report.connections,
        }
        return _open(own, "standards")

    def section(self, section: Section) -> str:
        """A standard with its figures."""
        return self._next() + self._into(_open(dict(section.figures), "controls"))

    def control(self, control: Control) -> str:
        """A control with what it came to."""
        rule = control.rule
        own = {
            "rule": rule.id,
            "title": rule.title,
            "citations": control.citations,
            "severity": rule.severity,
            "appliesTo": rule.applies_to,
            "result": control.result,
            "passed": control.passed,
            "failed": control.failed,
            "unknown": control.unknown,
            "evidence": rule.evidence,
            "ruleVersion": rule.version,
            "judgedByVersions": control.versions,
            "oldestEvaluation": control.oldest,
            "newestEvaluation": control.newest,
            "openViolations": control.open,
            "message": rule.message,
            "remedy": rule.remedy,
        }
        return self._next() + self._into(_open(own, "violations"))

    @override
    def violations(self, control: Control, found: Sequence[Violation]) -> str:
        """Violations as the list shows them."""
        return "".join(self._next() + _encoded(each) for each in found)

    @override
    def control_end(self, control: Control, listed: int) -> str:
        """The end of a control."""
        return self._out("]}")

    def section_end(self) -> str:
        """The end of a standard."""
        return self._out("]}")

    def tail(self) -> str:
        """The end of the document."""
        return "]}\n"

    def _next(self) -> str:
        comma, self._comma = self._comma, ","
        return comma

    def _into(self, text: str) -> str:
        self._comma = ""
        return text

    def _out(self, text: str) -> str:
        self._comma = ","
        return text


class CsvReport(Writer):
    """Writes CSV for a spreadsheet; `line` says whether a line is a control or one of its violations."""

    most: int | None = None

    @override
    def head(self, report: Report) -> str:
        """The names of the columns."""
        return spreadsheets.lines([COLUMNS])

    @override
    def section(self, section: Section) -> str:
        """Nothing: each line names its standard."""
        return ""

    def control(self, control: Control) -> str:
        """A line for the control."""
        return spreadsheets.lines([[*_control("control", control), *[None] * len(_OF_VIOLATION)]])

    def violations(self, control: Control, found: Sequence[Violation]) -> str:
        """A line a violation."""
        about = _control("violation", control)
        return spreadsheets.lines([[*about, *_violation(each)] for each in found])

    @override
    def control_end(self, control: Control, listed: int) -> str:
        """Nothing."""
        return ""

    def section_end(self) -> str:
        """Nothing."""
        return ""

    def tail(self) -> str:
        """Nothing."""
        return ""


_OF_CONTROL = (
    "line", "standard", "citations", "rule", "title", "severity", "result", "passed", "failed", "unknown",
    "openViolations", "judgedByVersions", "oldestEvaluation", "newestEvaluation",
)  # fmt: skip
_OF_VIOLATION = (
    "violationId", "resourceType", "resource", "connectionId", "owner", "firstSeen", "lastSeen", "evidence", "message",
    "remedy", "waivedUntil", "waivedBy", "waiverReason",
)  # fmt: skip
COLUMNS = (*_OF_CONTROL, *_OF_VIOLATION)


def _control(line: str, control: Control) -> list[Any]:
    rule = control.rule
    return [
        line, control.standard, "; ".join(control.citations), rule.id, rule.title, rule.severity,
        control.result, control.passed, control.failed, control.unknown, control.open,
        " ".join(str(each) for each in control.versions), _moment(control.oldest), _moment(control.newest),
    ]  # fmt: skip


def _violation(each: Violation) -> list[Any]:
    resource, waiver = each["resource"], each["waiver"]
    waived = [_moment(waiver["until"]), waiver["by"], waiver["reason"]] if waiver else [None, None, None]
    return [
        str(each["id"]), resource["type"], resource["name"], each["connectionId"], each["owner"],
        _moment(each["firstSeen"]), _moment(each["lastSeen"]), each["evidence"], each["message"], each["remedy"],
        *waived,
    ]  # fmt: skip


def _moment(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _open(own: dict[str, Any], field: str) -> str:
    """An object that is left open in an array, its last field."""
    return f'{_encoded(own)[:-1]},"{field}":['
