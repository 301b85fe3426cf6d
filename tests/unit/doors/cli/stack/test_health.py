"""What the platform waits for: our own DAGs, whatever else lies in the folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from crosswind.doors.cli.stack.health import Probe
from crosswind.doors.cli.stack.layout import Layout

ANSWERS: dict[str, Any] = {
    "/auth/token": {"access_token": "t"},
    "/api/v2/dags": {"dags": [{"relative_fileloc": "crosswind_crawl.py"}]},
    "/api/v2/importErrors": {
        "import_errors": [
            {"filename": "/dags/mine.py", "stack_trace": "Traceback\nModuleNotFoundError: of mine"},
            {"filename": "/dags/crosswind_tick.py", "stack_trace": "Traceback\nImportError: of ours"},
        ]
    },
}


@pytest.fixture
def probe(tmp_path: Path) -> Probe:
    (tmp_path / ".run").mkdir()
    (tmp_path / "dags").mkdir()
    for name in ("crosswind_crawl", "crosswind_tick", "mine", "helpers"):
        (tmp_path / "dags" / f"{name}.py").touch()
    found = Probe(Layout(tmp_path, tmp_path / ".run", 8080, 54329, 4, ()))
    answering = httpx.MockTransport(lambda request: httpx.Response(200, json=ANSWERS[request.url.path]))
    found.client = httpx.Client(base_url="http://airflow", transport=answering)
    return found


def test_only_our_own_dags_are_waited_for(probe: Probe) -> None:
    assert probe.missing_dags() == ["crosswind_tick"]


def test_a_broken_dag_of_somebody_elses_does_not_stop_the_platform(probe: Probe) -> None:
    assert probe.import_errors() == ["/dags/crosswind_tick.py: ImportError: of ours"]
