"""Runs a DAG of a folder as `dag.test()` does, alone: `python -m tests.support.own_dag folder dag_id`."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

BUNDLE = "people"
LOCAL = "airflow.dag_processing.bundles.local.LocalDagBundle"


def main(folder: Path, dag_id: str) -> int:
    """Print how long the run and each of its tasks took, and what they lost to telling of it; fail when one failed."""
    bundles = [
        {"name": "dags-folder", "classpath": LOCAL, "kwargs": {}},
        {"name": BUNDLE, "classpath": LOCAL, "kwargs": {"path": str(folder)}},
    ]
    os.environ["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"] = json.dumps(bundles)
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import BundleDagBag, sync_bag_to_db

    DagBundlesManager().sync_bundles_to_db()  # type: ignore[no-untyped-call]
    bag = BundleDagBag(dag_folder=folder, bundle_path=folder, bundle_name=BUNDLE)
    sync_bag_to_db(bag, BUNDLE, None)
    lost = _listening()
    since = time.monotonic()
    run = bag.dags[dag_id].test()
    print(f"RUN {run.state} {time.monotonic() - since:.2f}")
    for instance in run.get_task_instances():
        took = (instance.end_date - instance.start_date).total_seconds()
        print(f"TASK {instance.task_id} {instance.state} {took:.2f}")
    print(f"LOST {sum(lost):.2f} in {len(lost)} events")
    return 0 if run.state == "success" else 1


def _listening() -> list[float]:
    """The seconds that the run's tasks will have spent on each of their events."""
    lost: list[float] = []
    if not os.environ.get("AIRFLOW__OPENLINEAGE__CONFIG_PATH"):
        return lost
    from airflow.providers.openlineage.plugins.listener import OpenLineageListener

    execute = OpenLineageListener._execute

    def timed(self: OpenLineageListener, *arguments: Any, **options: Any) -> None:
        since = time.monotonic()
        execute(self, *arguments, **options)
        lost.append(time.monotonic() - since)

    OpenLineageListener._execute = timed  # type: ignore[method-assign]
    return lost


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
