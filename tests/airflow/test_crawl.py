"""The crawl end to end: a task made over REST, worked on by Airflow's own task runner, against a real source."""

from __future__ import annotations

from collections.abc import Callable

from tests.airflow.conftest import Served

SQL = Callable[[str], None]


def test_a_crawl_started_over_rest_ends_completed_with_what_it_found(served: Served, shop: SQL) -> None:
    served.register()
    admin = served.rest.client()
    answer = admin.post("/metastore/v1/tasks", json={"type": "CRAWL", "payload": {"connection_id": "shop"}})
    assert answer.status_code == 201, answer.text
    task = answer.json()
    assert task["status"] == "PENDING"
    assert served.airflow.work("crosswind_crawl", task["id"]) == "success"
    done = admin.get(f"/metastore/v1/tasks/{task['id']}").json()
    assert (done["status"], done["progress"], done["error"]) == ("COMPLETED", 100, None)
    assert done["result"]["tables"] == 3
    assert done["result"]["views"] == 1
