"""Which DAG does which type of task."""

from __future__ import annotations

from typing import Literal

DAGS: dict[str, str] = {
    "DISCOVERY": "crosswind_discover",
    "CRAWL": "crosswind_crawl",
    "COMPLIANCE_SCAN": "crosswind_scan",
}
TYPES: dict[str, str] = {dag_id: kind for kind, dag_id in DAGS.items()}
DEPTHS: dict[str, Literal["names", "full"]] = {"DISCOVERY": "names", "CRAWL": "full", "COMPLIANCE_SCAN": "full"}
CRAWLS = frozenset({"DISCOVERY", "CRAWL"})
SCANS = frozenset({"COMPLIANCE_SCAN"})
NEEDED: dict[str, str] = {"DISCOVERY": "task:create", "CRAWL": "task:create", "COMPLIANCE_SCAN": "compliance:scan"}
"""What whoever starts such a task must hold."""
