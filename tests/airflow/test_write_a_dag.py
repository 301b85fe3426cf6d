"""The how-to page, followed to the letter: its DAGs are found and run, its hook calls REST."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.airflow.conftest import Served
from tests.support.runs import govern

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-dag.md"
BLOCKS = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def dags(
    served: Served, shop: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """The page's DAGs as Airflow finds them in a folder, over a connection `flights`."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import BundleDagBag, sync_bag_to_db

    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    shop(
        "create table if not exists flights (id int primary key); insert into flights values (1) on conflict do nothing"
    )
    served.break_connection("flights")
    govern(served.rest, "flights", document={})
    for number, block in enumerate(_blocks("@dag")):
        (tmp_path / f"page_{number}.py").write_text(block)
    DagBundlesManager().sync_bundles_to_db()
    bag = BundleDagBag(dag_folder=tmp_path, bundle_path=tmp_path, bundle_name="dags-folder")
    assert bag.import_errors == {}
    sync_bag_to_db(bag, "dags-folder", None)
    return dict(bag.dags)


def test_the_pages_dags_are_found_and_run(dags: dict[str, Any]) -> None:
    assert set(dags) == {"count_flights", "look_after_flights", "after_each_crawl"}
    run = dags["count_flights"].test()
    assert run.state == "success"
    look_after = dags["look_after_flights"].task_dict
    steps = look_after["check"].execute({})
    assert {step["status"] for step in steps if step["gate"]} <= {"passed", "warning"}
    assert look_after["count"].execute({}) == [{"count": 1}]
    assert look_after["crawl"].trigger_dag_id == "crosswind_crawl"


def test_the_pages_hook_calls_rest(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    key = served.rest.key("platform_admin")
    served.airflow.connection("my_crosswind", conn_type="crosswind", host=served.server.base, password=key)
    (block,) = _blocks("CrosswindHook(")
    told: dict[str, Any] = {}
    exec(compile(block, str(PAGE), "exec"), told)
    assert told["found"]["results"] == []


def _blocks(word: str) -> list[str]:
    return [block for block in BLOCKS.findall(PAGE.read_text(encoding="utf-8")) if word in block]
