"""How Airflow's own OpenLineage provider tells us of each run: a section of its configuration and a private file.

A task waits for each of its two events, 0.6 seconds at most, and nothing is sent again. They are sent from a thread:
the provider's other way, a fork, costs three seconds more to be ended when it is late. Our own DAGs are left out.
"""

from __future__ import annotations

import json

from crosswind.doors.cli.stack import files
from crosswind.doors.cli.stack.layout import Layout

NAMESPACE = "airflow"
ANSWERED_WITHIN = 0.6
"""Seconds for each event; a task sends two, and half a second more goes to whoever sends them."""
POLICY = (
    {"scope": {"dag_id": "crosswind_.*"}, "match_mode": "regex", "controls": {"emit": False}},
    {"scope": {}, "controls": {"include_source_code": False}},
)


def section(layout: Layout) -> dict[str, object]:
    """Airflow's settings under [openlineage]."""
    return {
        "namespace": NAMESPACE,
        "config_path": layout.home / "openlineage.yml",
        "execute_in_thread": True,
        "execution_timeout": 1,
        "emission_policy": json.dumps(POLICY),
    }


def write_transport(layout: Layout, key: str) -> None:
    """Write where events go and with which key; JSON is YAML too."""
    files.write(layout.home / "openlineage.yml", _transport(layout.base, key))


def stands(layout: Layout, key: str) -> bool:
    """Whether the file is as it was written for this key."""
    path = layout.home / "openlineage.yml"
    return path.exists() and path.read_text(encoding="utf-8") == _transport(layout.base, key)


def _transport(base: str, key: str) -> str:
    """The URL ends with a slash: without it, the client's `urljoin` drops its last part."""
    http = {
        "type": "http",
        "url": f"{base}/crosswind/metastore/",
        "endpoint": "api/v1/lineage",
        "timeout": ANSWERED_WITHIN,
        "retry": {"total": 0},
        "auth": {"type": "api_key", "apiKey": key},
    }
    return json.dumps({"transport": http}, indent=1) + "\n"
