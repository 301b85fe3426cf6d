"""Which DAG does which type of task."""

from __future__ import annotations

from typing import Literal

DAGS: dict[str, str] = {
    "DISCOVERY": "crosswind_discover",
    "CRAWL": "crosswind_crawl",
    "COMPLIANCE_SCAN": "crosswind_scan",
    "BULK_INGESTION": "crosswind_import",
}
TYPES: dict[str, str] = {dag_id: kind for kind, dag_id in DAGS.items()}
DEPTHS: dict[str, Literal["names", "full"]] = {"DISCOVERY": "names", "CRAWL": "full", "COMPLIANCE_SCAN": "full"}
IMPORT = "BULK_INGESTION"
"""The type of task that a file is taken in by; it works on the connection that holds the file, or on none."""
CRAWLS = frozenset({"DISCOVERY", "CRAWL"})
SCANS = frozenset({"COMPLIANCE_SCAN"})
NEEDED: dict[str, str] = {
    "DISCOVERY": "task:create",
    "CRAWL": "task:create",
    "COMPLIANCE_SCAN": "compliance:scan",
    "BULK_INGESTION": "asset:create",
}
"""What whoever starts such a task must hold."""
