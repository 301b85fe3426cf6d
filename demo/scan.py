"""The scan: personal data in what was crawled, beside the demo's own labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from demo.api import METASTORE, PLATFORM, Api
from demo.labels import Agreement, Place, agreement, labels
from demo.progress import Steps, note

PAGE = 100
SHOWN = 4
COUNTED = ("tables", "columns", "failed", "found", "new", "gone")


def scan(api: Api, steps: Steps, connections: Sequence[str]) -> None:
    """Scan each connection and print what was found."""
    with steps.step(f"Looking for personal data in {_sources(len(connections))}") as outcome:
        started = [_started(api, each) for each in connections]
        results = [api.follow(each, note).get("result") or {} for each in started]
        outcome.append(in_words(results))
    tell(found(api, connections), labels(connections))


def _started(api: Api, connection: str) -> str:
    body = {"type": "COMPLIANCE_SCAN", "payload": {"connection_id": connection}}
    return str(api.call("POST", f"{METASTORE}/tasks", body)["id"])


def _sources(number: int) -> str:
    return "the source" if number == 1 else f"{number} sources"


def in_words(results: Sequence[dict[str, Any]]) -> str:
    """Return what scans saw, and whether that is anything new."""
    total = {name: sum(int(each.get(name) or 0) for each in results) for name in COUNTED}
    looked = f"{total['columns']} columns of {total['tables']} tables and files"
    unread = f", {total['failed']} could not be read" if total["failed"] else ""
    if total["new"] or total["gone"]:
        return f"{looked}{unread}: {total['found']} findings, {total['new']} new, {total['gone']} gone"
    return f"{looked}{unread}: nothing changed, {total['found']} findings are as they were"


def found(api: Api, connections: Sequence[str]) -> list[dict[str, Any]]:
    """Return all findings on these connections, whatever people decided on them."""
    listed: list[dict[str, Any]] = []
    for connection in connections:
        page = 1
        while True:
            query: dict[str, Any] = {"connectionId": connection, "pageSize": PAGE, "page": page}
            data = api.call("GET", f"{PLATFORM}/findings", **query)["data"]
            listed += data
            if len(data) < PAGE:
                break
            page += 1
    return listed


def tell(findings: Sequence[dict[str, Any]], labelled: frozenset[Place]) -> None:
    """Print findings by kind, and how they agree with the labels where there are any."""
    print("\nPersonal data")
    by_kind: dict[str, list[str]] = defaultdict(list)
    for each in findings:
        by_kind[each["kind"]].append(f"{each['assetName']}.{each['column']}")
    for kind, columns in sorted(by_kind.items()):
        more = f" and {len(columns) - SHOWN} more" if len(columns) > SHOWN else ""
        print(f"    {len(columns):>8,}  {kind:<14} {', '.join(columns[:SHOWN])}{more}")
    if not findings:
        print("    nothing was found")
    if labelled:
        places = ((each["qualifiedName"], each["column"], each["kind"]) for each in findings)
        _agree(agreement(places, labelled))


def _agree(with_labels: Agreement) -> None:
    right, wrong, missed = with_labels.right, with_labels.wrong, with_labels.missed
    print(f"    precision {with_labels.precision:.2f}: {right} of {right + len(wrong)} findings are labelled so")
    print(f"    recall    {with_labels.recall:.2f}: {right} of {right + len(missed)} labels are found")
    for word, places in (("wrong", wrong), ("missed", missed)):
        for name, column, kind in places:
            print(f"    {word:<9} {kind} in {name}, column {column}")
