"""Airflow's own OpenLineage provider, configured as `make up` does, tells us of a DAG that nobody changed for it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.airflow.conftest import Served
from tests.support.app import METASTORE, PLATFORM
from tests.support.proxies import BlackHole

from crosswind.doors.cli.stack import openlineage
from crosswind.doors.cli.stack.layout import Layout

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = Path(__file__).parent / "people"
SQL = Callable[[str], None]
PATIENT = "60"
"""Seconds that an event may take here, on a machine that is busy with other tests; an installation gives it one."""
LOST_AT_MOST = 2.0
"""Seconds that a task may lose to an endpoint that never answers."""
BUSY = 0.5
"""Seconds that a busy machine may add to them."""


def run_dag(folder: Path, port: int | None, key: str = "", **more: str) -> tuple[str, float, str]:
    """The state of the run, the seconds that its task took, and all that was printed; no port: nothing is told."""
    layout = Layout(ROOT, folder, port or 1, 2, 2, ())
    layout.home.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    if port is not None:
        openlineage.write_transport(layout, key)
        settings = openlineage.section(layout)
        environment |= {
            f"AIRFLOW__OPENLINEAGE__{name.upper()}": str(value) for name, value in (settings | more).items()
        }
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.own_dag", str(PEOPLE), "shop_totals"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    printed = done.stdout + done.stderr
    ended = re.search(r"^TASK fill (\w+) ([\d.]+)$", done.stdout, re.MULTILINE)
    assert ended is not None, printed
    return ended[1], float(ended[2]), printed


def found(served: Served) -> dict[str, dict[str, Any]]:
    answer = served.rest.client().get(f"{METASTORE}/assets", params={"limit": 100}).json()["data"]
    return {each["qualified_name"]: each for each in answer}


def test_a_persons_dag_and_a_crawl_meet_on_the_same_tables(served: Served, shop: SQL, tmp_path: Path) -> None:
    shop("create table bought (customer_id int, product_id int)")
    served.register()
    admin = served.rest.client()
    task = admin.post("/metastore/v1/tasks", json={"type": "CRAWL", "payload": {"connection_id": "shop"}}).json()["id"]
    assert served.airflow.work("crosswind_crawl", task) == "success"
    before = set(found(served))
    key = served.rest.platform_key("lineage:ingest")
    state, _, printed = run_dag(tmp_path, served.server.port, key, execution_timeout=PATIENT)
    assert state == "success", printed
    after = found(served)
    assert set(after) - before == {"airflow/shop_totals", "airflow/shop_totals.fill"}, printed
    bought = next(each for name, each in after.items() if name.endswith(".public.bought"))
    lineage = admin.get(f"{METASTORE}/assets/{bought['id']}/lineage", params={"direction": "upstream"}).json()
    assert {(each["asset"]["name"], each["relationship"]["type"]) for each in lineage["upstream"]} == {
        ("shop_totals.fill", "PRODUCES"),
        ("purchase", "DEPENDS_ON"),
        ("purchase", "USES"),
    }
    direct = next(each["relationship"] for each in lineage["upstream"] if each["relationship"]["type"] == "DEPENDS_ON")
    assert direct["metadata"]["column_mapping"] == {"customer_id": ["customer_id"], "product_id": ["product_id"]}
    job = after["airflow/shop_totals.fill"]["id"]
    (run,) = admin.get(f"{PLATFORM}/assets/{job}/runs").json()["data"]
    assert (run["state"], run["jobName"]) == ("COMPLETE", "shop_totals.fill")
    assert run["startedAt"] <= run["endedAt"]


def test_a_task_loses_little_to_an_endpoint_that_never_answers_and_none_fails(
    served: Served, shop: SQL, tmp_path: Path
) -> None:
    shop("create table bought (customer_id int, product_id int)")
    served.register()
    hole = BlackHole()
    try:
        states = {"never answers": run_dag(tmp_path, hole.port, "cwk_nobody")}
    finally:
        hole.close()
    states["refuses"] = run_dag(tmp_path, 9, "cwk_nobody")
    failed = sum(state != "success" for state, _, _ in states.values())
    for name, (_, _, printed) in states.items():
        told = re.search(r"^LOST ([\d.]+) in 2 events$", printed, re.MULTILINE)
        assert told is not None, printed
        print(f"an endpoint that {name}: a task loses {told[1]} s; tasks failed: {failed}")
        assert float(told[1]) <= LOST_AT_MOST + BUSY, printed
    assert hole.accepted >= 1
    assert failed == 0
