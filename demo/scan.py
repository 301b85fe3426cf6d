"""The scan: personal data in what was crawled, beside the demo's own labels, and what the rules say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from demo import compliance
from demo.api import PLATFORM, Api
from demo.labels import Agreement, Place, agreement, labels
from demo.progress import Steps, note

PAGE = 100
SHOWN = 4
JUDGED = ("opened", "reopened", "changed", "closed")
COUNTED = ("tables", "columns", "failed", "found", "new", "gone")


def scan(api: Api, steps: Steps, connections: Sequence[str]) -> None:
    """Scan each connection and print what was found."""
    with steps.step("Scanning for personal data, and for what the rules forbid") as outcome:
        started = api.call("POST", f"{compliance.COMPLIANCE}/scan", {"connectionIds": list(connections)})
        results = [api.follow(each["taskId"], note).get("result") or {} for each in started["tasks"]]
        outcome += [in_words(results), rules_in_words(results)]
    tell(found(api, connections), labels(connections))
    compliance.tell(api)


def rules_in_words(results: Sequence[dict[str, Any]]) -> str:
    """Return what changed by the rules."""
    total = Counter[str]()
    for each in results:
        total.update({name: int((each.get("compliance") or {}).get(name) or 0) for name in JUDGED})
    changed = ", ".join(f"{total[name]} {name}" for name in JUDGED if total[name])
    return f"violations: {changed or 'nothing changed'}"


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
