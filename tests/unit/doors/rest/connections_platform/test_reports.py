"""Reports in each format: whatever people wrote stays text, and nothing is lost."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from crosswind.contexts.governance.compliance import rules
from crosswind.contexts.governance.compliance.answers.reports import Control, Report, Section, pieces, stretch
from crosswind.contexts.governance.compliance.answers.schemas import Violation
from crosswind.contexts.governance.compliance.book import BUILT_IN
from crosswind.doors.rest.connections_platform.report_data import CsvReport, JsonReport
from crosswind.doors.rest.connections_platform.report_page import STYLE, PageReport

NOW = datetime(2026, 11, 20, tzinfo=UTC)
TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=30)
NASTY = TEXT | st.sampled_from(
    ["<script>alert(1)</script>", "</td></table><h1>x", "&lt;b&gt;", '" onload="x', "]]>", "<!--", "</style>", "=1"]
)
FILE = Path(BUILT_IN) / "personal-data-owner.yaml"
RULE = rules.load(FILE.read_bytes(), str(FILE))
TEXTS = st.tuples(*[NASTY] * 6)
TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "p", "code", "section", "h2", "small", "article",
    "h3", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "footer", "time",
}  # fmt: skip


def violation(number: int, texts: tuple[str, ...]) -> Violation:
    resource, owner, name, value, connection, _ = texts
    return {
        "id": UUID(int=number), "rule": RULE.id, "ruleVersion": 1, "title": RULE.title, "standards": [],
        "severity": "high", "status": "open", "resource": {"type": "asset", "id": "x", "name": resource},
        "connectionId": connection, "assetId": None, "owner": owner or None, "evidence": {name: [value, None, True]},
        "message": RULE.message, "remedy": RULE.remedy, "action": None, "firstSeen": NOW, "lastSeen": NOW,
        "closedAt": None, "closedWhy": None, "version": 1,
        "waiver": {"reason": value, "until": NOW, "by": name, "at": NOW} if number % 2 else None,
    }  # fmt: skip


def report(texts: tuple[str, ...], violations: int) -> Report:
    standard, title, citation, message, remedy, by = texts
    rule = replace(RULE, title=title, message=message, remedy=remedy)
    control = Control(standard, rule, (citation,), "failed", 1, violations, 0, (1,), NOW, NOW, violations)
    figures: Any = {"standard": standard, "title": title, "rules": 1, "passed": 0, "failed": 1, "unknown": 0}
    figures |= {"notApplicable": 0, "waivedViolations": 0}
    figures |= {"openViolations": violations, "bySeverity": {"high": violations}, "lastScan": NOW}
    about = {"total": 1, "scanned": 1, "neverScanned": 0}
    return Report(NOW, by, citation, about, [Section(figures, [control, control])])  # type: ignore[arg-type]


def written(writer: Any, texts: tuple[str, ...], found: list[Violation]) -> str:
    def read(_: str, after: int, limit: int) -> list[tuple[int, Violation]]:
        return [(number, each) for number, each in enumerate(found, 1) if number > after][:limit]

    text, parts = pieces(report(texts, len(found)), writer, read), []
    while (part := stretch(text)) is not None:
        parts.append(part)
    return b"".join(parts).decode()


class Page(HTMLParser):
    """The tags of a page and all of its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.cells: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


@given(TEXTS, TEXTS)
def test_no_text_becomes_a_tag_of_the_page(texts: tuple[str, ...], told: tuple[str, ...]) -> None:
    page = Page(written(PageReport(), texts, [violation(1, told)]))
    assert page.tags <= TAGS
    assert page.attributes <= {"lang", "charset", "name", "content", "class"}
    plain = page.text.replace(STYLE, "")
    for text in (*texts, *told[:4]):
        assert text.replace("\r\n", "\n").replace("\r", "\n") in plain.replace("\r\n", "\n").replace("\r", "\n")


@given(TEXTS, st.lists(TEXTS, max_size=5))
def test_json_is_whole_and_has_all_of_it(texts: tuple[str, ...], told: list[tuple[str, ...]]) -> None:
    found = [violation(number, each) for number, each in enumerate(told)]
    shown = json.loads(written(JsonReport(), texts, found))
    (section,) = shown["standards"]
    assert (section["standard"], shown["generatedBy"]) == (texts[0], texts[5])
    assert len(section["controls"]) == 2
    for control in section["controls"]:
        assert (control["title"], control["citations"]) == (texts[1], [texts[2]])
        assert [each["resource"]["name"] for each in control["violations"]] == [each[0] for each in told]


@given(TEXTS, st.lists(TEXTS, max_size=5))
def test_csv_has_all_of_it_and_runs_nothing(texts: tuple[str, ...], told: list[tuple[str, ...]]) -> None:
    found = [violation(number, each) for number, each in enumerate(told)]
    lines = list(csv.reader(io.StringIO(written(CsvReport(), texts, found), newline="")))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert [line[0] for line in lines] == ["line", *(["control"] + ["violation"] * len(told)) * 2]
    for line in lines:
        assert not [cell for cell in line if cell.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_a_stretch_ends_where_enough_is_written() -> None:
    read: list[int] = []

    def one(_: str, after: int, limit: int) -> list[tuple[int, Violation]]:
        read.append(after)
        return [(after + number, violation(after + number, ("x" * 500,) * 6)) for number in range(1, limit + 1)]

    text = pieces(report(("a",) * 6, 10_000), JsonReport(), one)
    assert stretch(text)
    assert read == [0]
    assert stretch(text)
    assert read == [0, 500]
