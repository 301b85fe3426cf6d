"""A report as a page to print: one file without scripts or addresses, legible on A4, everything in it escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from crosswind.contexts.governance.compliance.answers.reports import Control, Report, Section, Writer
from crosswind.contexts.governance.compliance.answers.schemas import Violation, Waiver
from crosswind.contexts.governance.compliance.facts import FACTS

MOST_LISTED = 500
STYLE = (files("crosswind.doors.rest.connections_platform") / "report.css").read_text(encoding="utf-8")
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
}
"""A browser runs nothing and asks for nothing on this page, whatever stands in it."""

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light"><title>{title}</title><style>{style}</style></head><body>
<header><h1>{title}</h1><p>Made {made_at} by {made_by}. {about}</p><p>{scanned}</p></header>
"""
_SECTION = """<section><h2>{standard} <small>{title}</small></h2>
<p>{rules} rules: {passed} passed, {failed} failed, {unknown} could not be judged{spared}. {open} open violations{by}.
Last scan: {last}.</p>
"""
_CONTROL = """<article><h3>{citations}: {title}</h3>
<p><strong class="{result}">{says}</strong> · severity {severity} · rule <code>{rule}</code> · {judged}</p>
<p class="quiet">Evidence: {evidence}.</p>
"""
_SAYS = {
    "passed": "Passed",
    "failed": "Failed",
    "unknown": "Could not be judged",
    "not-applicable": "Not applicable: there was nothing to judge",
}
_HEADS = "<tr><th>What violates</th><th>Evidence</th><th>Owner</th><th>First seen</th><th>Last seen</th></tr>"


class PageReport(Writer):
    """Writes HTML."""

    most: int | None = MOST_LISTED

    def __init__(self) -> None:
        self._table = False

    def head(self, report: Report) -> str:
        """The head of the page, and what it is about."""
        names = ", ".join(section.figures["standard"] for section in report.sections)
        about = f"About the connection {_code(report.connection)}." if report.connection else ""
        seen = report.connections
        scanned = f"Connections: {seen['total']}; scanned: {seen['scanned']}; never scanned: {seen['neverScanned']}."
        filled = {"title": escape(f"Compliance report: {names}"), "style": STYLE, "about": about, "scanned": scanned}
        return _HEAD.format(**filled, made_at=_moment(report.made_at), made_by=escape(report.made_by))

    def section(self, section: Section) -> str:
        """The heading of a standard, and its figures."""
        figures = section.figures
        by = ", ".join(f"{number} {escape(word)}" for word, number in figures["bySeverity"].items())
        return _SECTION.format(
            standard=escape(figures["standard"]),
            title=escape(figures["title"] if figures["title"] != figures["standard"] else ""),
            **{name: figures[name] for name in ("rules", "passed", "failed", "unknown")},
            spared=f", {number} not applicable" if (number := figures["notApplicable"]) else "",
            open=figures["openViolations"],
            by=f" ({by})" if by else "",
            last=_moment(figures["lastScan"]) if figures["lastScan"] else "never",
        )

    def control(self, control: Control) -> str:
        """The heading of a control: where it is written, what it came to, by which evaluations."""
        rule = control.rule
        return _CONTROL.format(
            citations=escape(", ".join(control.citations)),
            title=escape(rule.title),
            result=control.result,
            says=_SAYS[control.result],
            severity=rule.severity,
            rule=escape(rule.id),
            judged=_judged(control),
            evidence="; ".join(escape(f"{FACTS[name].says} ({name})") for name in rule.evidence),
        )

    def violations(self, control: Control, found: Sequence[Violation]) -> str:
        """Rows of the table of what violates."""
        rows = "".join(_row(each) for each in found)
        if self._table:
            return rows
        self._table = True
        rule = control.rule
        said = f"<p>{escape(rule.message)} <strong>What helps:</strong> {escape(rule.remedy)}</p>\n"
        return f"{said}<table><thead>{_HEADS}</thead><tbody>{rows}"

    def control_end(self, control: Control, listed: int) -> str:
        """The end of the table, and how many it left out."""
        ended, self._table = "</tbody></table>\n" if self._table else "", False
        left = control.open - listed
        more = f"<p>{left} more are in the report as CSV or JSON.</p>\n" if left > 0 and listed >= MOST_LISTED else ""
        return f"{ended}{more}</article>\n"

    def section_end(self) -> str:
        """The end of a standard."""
        return "</section>\n"

    def tail(self) -> str:
        """The end of the page."""
        return "<footer><p>End of the report.</p></footer></body></html>\n"


def _judged(control: Control) -> str:
    if control.newest is None or control.oldest is None:
        return "not evaluated yet"
    versions = " and ".join(str(each) for each in control.versions)
    when = {_moment(control.oldest): None, _moment(control.newest): None}
    counts = f"{control.passed} passed, {control.failed} failed, {control.unknown} unknown"
    return f"version {versions}, evaluated {' to '.join(when)} · {counts}"


def _row(each: Violation) -> str:
    resource = each["resource"]
    cells = (
        f"{escape(resource['type'])} {_code(resource['name'])}",
        _evidence(each["evidence"]) + _waived(each["waiver"]),
        escape(each["owner"] or "nobody"),
        _moment(each["firstSeen"]),
        _moment(each["lastSeen"]),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def _evidence(evidence: Mapping[str, Any]) -> str:
    told = (f"{escape(name)}: {escape(_said(value))}" for name, value in evidence.items())
    return "<br>".join(told)


def _waived(waiver: Waiver | None) -> str:
    if waiver is None:
        return ""
    by, why = escape(waiver["by"]), escape(waiver["reason"])
    return f"<br><strong>Accepted by {by}</strong> until {_moment(waiver['until'])}: {why}"


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value in (None, "") else str(value)


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _moment(value: Any) -> str:
    return f"<time>{value:%Y-%m-%d}</time> <time>{value:%H:%M} UTC</time>"
