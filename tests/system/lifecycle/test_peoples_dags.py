"""A DAG of somebody's, run by Airflow's scheduler as `make up` configures it, appears in the catalog by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.app import METASTORE, PLATFORM
from tests.support.stack import Stack

pytestmark = pytest.mark.system

DAG = "shop_totals"


def eventually(found: Callable[[], Any], said: str, seconds: float = 120.0) -> Any:
    """What is found once there is something; Airflow reads folders and runs tasks in its own time."""
    deadline = time.monotonic() + seconds
    while not (told := found()):
        assert time.monotonic() < deadline, said
        time.sleep(0.5)
    return told


def asset(stack: Stack, name: str) -> dict[str, Any] | None:
    words = name.rpartition("/")[2].rpartition(".public.")[2]
    found = stack.ok(stack.admin.get(f"{METASTORE}/assets", params={"search": words, "limit": 100}))["data"]
    return next((each for each in found if each["qualified_name"] == name), None)


def run(stack: Stack) -> str:
    """Run the DAG as a person does who has waited until Airflow knew it; returns how its run ended."""
    airflow = stack.airflow()
    known = f"/api/v2/dags/{DAG}"
    eventually(lambda: airflow.get(known).status_code == 200, "Airflow never read the folder")
    stack.ok(airflow.patch(known, json={"is_paused": False}))
    made = stack.ok(airflow.post(f"{known}/dagRuns", json={"logical_date": None}))["dag_run_id"]
    ended = {"success", "failed"}

    def state() -> str:
        told = str(stack.ok(airflow.get(f"{known}/dagRuns/{made}"))["state"])
        return told if told in ended else ""

    return str(eventually(state, "the run never ended"))


def test_a_run_of_a_persons_dag_is_a_pipeline_with_its_run_and_its_tables(stack: Stack) -> None:
    database = stack.database(
        "CREATE TABLE purchase (customer_id int, product_id int)",
        "CREATE TABLE bought (customer_id int, product_id int)",
    )
    stack.crawl(stack.register(database, id="shop"))
    assert run(stack) == "success"
    job = eventually(lambda: asset(stack, f"airflow/{DAG}.fill"), "no event of the task came")
    runs = stack.ok(stack.admin.get(f"{PLATFORM}/assets/{job['id']}/runs"))["data"]
    assert [each["state"] for each in runs] == ["COMPLETE"]
    lineage = stack.ok(stack.admin.get(f"{METASTORE}/assets/{job['id']}/lineage", params={"direction": "both"}))
    for way, name in (("upstream", "purchase"), ("downstream", "bought")):
        crawled = asset(stack, f"shop.{database}.public.{name}")
        assert crawled is not None
        assert crawled["id"] in {each["asset"]["id"] for each in lineage[way]}, f"{way}: the crawl's table is another"
