"""The demo's scan step: what it prints of findings, beside its labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo import compliance
from demo.api import Api
from demo.labels import agreement, labels
from demo.scan import found, in_words, rules_in_words, tell
from tests.support.app import Rest
from tests.support.catalog import connection, crawl, table
from tests.support.compliance import SAFE, scanned
from tests.support.scans import review, scan, seen

PEOPLE = ("flights-demo.aviation.customers.people", "email", "EMAIL")


def test_labels_are_those_of_the_connections_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "labels.tsv"
    file.write_text("qualified_name\tcolumn\tkind\na.b.c\tx\tEMAIL\nab.b.c\ty\tPHONE\n")
    assert labels(["a"], file) == {("a.b.c", "x", "EMAIL")}
    assert labels(["a", "ab"], file) == {("a.b.c", "x", "EMAIL"), ("ab.b.c", "y", "PHONE")}
    assert labels([], file) == frozenset()
    assert PEOPLE in labels(["flights-demo"])


def test_precision_and_recall_count_what_is_wrong_and_what_is_missed() -> None:
    right, wrong, missed = ("t", "a", "EMAIL"), ("t", "b", "EMAIL"), ("t", "c", "PHONE")
    with_labels = agreement([right, wrong, right], [right, missed])
    assert (with_labels.precision, with_labels.recall) == (0.5, 0.5)
    assert (with_labels.wrong, with_labels.missed) == ((wrong,), (missed,))
    nothing = agreement([], [right])
    assert (nothing.precision, nothing.recall) == (0.0, 0.0)


def test_a_second_scan_says_that_nothing_changed() -> None:
    first = {"tables": 14, "columns": 103, "failed": 0, "found": 9, "new": 9, "gone": 0}
    assert in_words([first]) == "103 columns of 14 tables and files: 9 findings, 9 new, 0 gone"
    assert in_words([{**first, "new": 0}, {**first, "new": 0, "failed": 1}]) == (
        "206 columns of 28 tables and files, 1 could not be read: nothing changed, 18 findings are as they were"
    )


def test_what_the_rules_changed_in_words() -> None:
    first = {"compliance": {"rules": 27, "opened": 4, "closed": 1, "reopened": 0, "changed": 0}}
    assert rules_in_words([first, first]) == "violations: 8 opened, 2 closed"
    assert rules_in_words([{"compliance": {}}, {}]) == "violations: nothing changed"


def test_standards_and_the_gravest_violations_are_told(rest: Rest, capsys: pytest.CaptureFixture[str]) -> None:
    key = connection(rest, "flights-demo")
    crawl(rest, key, [table("people", "email text")])
    scanned(rest, key, {"people.email": [seen("EMAIL", 0.99)]}, facts={**SAFE, "encryptedInTransit": False})
    api = Api("http://demo.test", "")
    api._client = rest.client()
    compliance.tell(api)
    told = capsys.readouterr().out
    gdpr = next(line for line in told.splitlines() if line.strip().startswith("GDPR"))
    assert "failed" in gdpr
    assert "open violations (" in gdpr
    assert "GDPR Art" in told.partition("the gravest of")[2]
    assert "flights-demo" in told.partition("the gravest of")[2]


def test_findings_are_read_page_by_page_whatever_was_decided(rest: Rest, capsys: pytest.CaptureFixture[str]) -> None:
    key = connection(rest, "flights-demo")
    crawl(rest, key, [table("people", *(f"c{number:03} text" for number in range(120)), schema="customers")])
    scan(rest, key, {f"people.c{number:03}": [seen("EMAIL")] for number in range(101)})
    api = Api("http://demo.test", "")
    api._client = rest.client()
    listed = found(api, ["flights-demo"])
    assert len(listed) == 101
    review(rest.client(), [listed[0]["id"]], "reject")
    assert len(found(api, ["flights-demo"])) == 101
    tell(listed, frozenset({(listed[0]["qualifiedName"], "c000", "EMAIL"), PEOPLE}))
    told = capsys.readouterr().out
    assert "101  EMAIL          people.c000, people.c001, people.c002, people.c003 and 97 more" in told
    assert "precision 0.01: 1 of 101 findings" in told
    assert "recall    0.50: 1 of 2 labels" in told
    assert "missed    EMAIL in flights-demo.aviation.customers.people, column email" in told
