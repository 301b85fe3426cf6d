"""How the demo's connections stand by each standard, and what violates it the most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demo.api import CONNECTIONS, Api

FIRST = 5
COMPLIANCE = f"{CONNECTIONS}/governance/compliance"


def tell(api: Api) -> None:
    """Print the state of every standard and the gravest violations."""
    print("\nCompliance")
    for each in api.call("GET", f"{COMPLIANCE}/status")["standards"]:
        print(f"    {standing(each)}")
    page = api.call("GET", f"{COMPLIANCE}/violations", status="open", pageSize=FIRST)
    if page["data"]:
        print(f"    the gravest of {page['pagination']['totalCount']} open violations:")
        for line in gravest(page["data"]):
            print(f"        {line}")


def standing(standard: dict[str, Any]) -> str:
    """Return one line on a standard."""
    words = {"passed": "passed", "failed": "failed", "unknown": "unknown", "notApplicable": "not applicable"}
    counts = "".join(f"{standard[name]:>4} {word}" for name, word in words.items())
    grave = ", ".join(f"{count} {severity}" for severity, count in standard["bySeverity"].items() if count)
    return f"{standard['standard']:<8}{counts}{standard['openViolations']:>6} open violations{grave and f' ({grave})'}"


def gravest(violations: Sequence[dict[str, Any]]) -> list[str]:
    """Return two lines on each violation: what it is and where, and what a person or `remediate` can do."""
    lines = []
    for each in violations:
        cited = ", ".join(f"{one['standard']} {one['citation']}" for one in each["standards"])
        lines += [f"{each['severity']:<9} {each['resource']['name']}: {each['message']}", f"{'':<9} {cited}"]
    return lines
