"""Which DAG does which type of task."""

from __future__ import annotations

from typing import Literal

DAGS: dict[str, str] = {"DISCOVERY": "crosswind_discover", "CRAWL": "crosswind_crawl"}
TYPES: dict[str, str] = {dag_id: kind for kind, dag_id in DAGS.items()}
DEPTHS: dict[str, Literal["names", "full"]] = {"DISCOVERY": "names", "CRAWL": "full"}
