"""What axe, which knows WCAG's rules that a machine can judge, says of a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, expect

AXE = Path(__file__).parents[2] / "ui/node_modules/axe-core/axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
BUSY = "[aria-busy=true], .chakra-skeleton, .chakra-spinner"
SETTLED = """() => Promise.allSettled(document.getAnimations()
  .filter(each => Number.isFinite(each.effect.getComputedTiming().endTime)).map(each => each.finished))"""
"""What fades in is fainter on its way than anybody reads it; what turns for ever is not waited for."""


def faults(ours: Frame) -> list[str]:
    """What axe finds on the page as it is shown: the rule, and where."""
    expect(ours.locator(BUSY)).to_have_count(0)
    ours.evaluate(SETTLED)
    ours.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = ours.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
