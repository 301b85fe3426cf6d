"""The crawl end to end: made over REST, worked on by Airflow's own task runner, against a real source."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.airflow.conftest import Served
from tests.airflow.crawls import CRAWL, SQL, crawl, names, task


def test_a_crawl_started_over_rest_ends_completed_with_what_it_found(served: Served, shop: SQL) -> None:
    served.register()
    admin = served.rest.client()
    identifier = crawl(served, admin)
    assert task(admin, identifier)["status"] == "PENDING"
    assert served.airflow.work(CRAWL, identifier) == "success"
    done = task(admin, identifier)
    assert (done["status"], done["progress"], done["error"]) == ("COMPLETED", 100, None)
    assert (done["result"]["tables"], done["result"]["views"], done["result"]["sent"]) == (3, 1, 4)
    assert names(admin) == {"customer", "product", "purchase", "revenue"}


def test_a_second_crawl_sends_only_what_changed_and_tells_the_difference(served: Served, shop: SQL) -> None:
    served.register()
    admin = served.rest.client()
    served.airflow.work(CRAWL, crawl(served, admin))
    again = crawl(served, admin)
    assert served.airflow.work(CRAWL, again) == "success"
    assert task(admin, again)["result"]["sent"] == 0
    shop("alter table product rename column title to label; drop view revenue; create table returned (id int)")
    third = crawl(served, admin)
    assert served.airflow.work(CRAWL, third) == "success"
    assert task(admin, third)["result"]["sent"] == 2
    assert names(admin) == {"customer", "product", "purchase", "returned"}


def test_a_view_that_cannot_be_traced_is_told_and_keeps_what_the_source_says(served: Served, shop: SQL) -> None:
    shop("create view odd as select p.title from unnest(array[1, 2]) k(k) join product p on p.id = k.k")
    served.register()
    admin = served.rest.client()
    identifier = crawl(served, admin)
    assert served.airflow.work(CRAWL, identifier) == "success"
    assert task(admin, identifier)["result"]["unread"] == ["public.odd"]
    found = admin.get("/metastore/v1/assets", params={"search": "odd"}).json()["data"][0]
    upstream = admin.get(f"/metastore/v1/assets/{found['id']}/lineage").json()["upstream"]
    metadata = upstream[0]["relationship"]["metadata"]
    assert (metadata["column_lineage"], metadata["columns"]) == ("dependencies", ["id", "title"])


def test_discovery_reads_the_names_only(served: Served, shop: SQL) -> None:
    served.register()
    admin = served.rest.client()
    identifier = crawl(served, admin, "DISCOVERY")
    assert served.airflow.work("crosswind_discover", identifier) == "success"
    assert task(admin, identifier)["status"] == "COMPLETED"
    assert names(admin) == {"customer", "product", "purchase", "revenue"}


def test_a_run_started_in_airflows_form_is_a_task_like_any_other(served: Served, shop: SQL) -> None:
    served.register()
    served.rest.people.add("eve", "data_engineer")
    run_id = served.airflow.trigger(CRAWL, {"conn_id": "shop", "include": ["public.pro*"], "exclude": []}, user="eve")
    assert served.airflow.work(CRAWL, run_id) == "success"
    (run,) = served.rest.client().get("/platform/v1/runs").json()["data"]
    assert (run["status"], run["requestedBy"], run["runId"]) == ("COMPLETED", "eve", run_id)
    assert names(served.rest.client()) == {"product"}


def test_somebody_who_may_not_crawl_cannot_through_airflows_form(served: Served, shop: SQL) -> None:
    served.register()
    served.rest.people.add("vera", "viewer")
    run_id = served.airflow.trigger(CRAWL, {"conn_id": "shop"}, user="vera")
    assert served.airflow.work(CRAWL, run_id) == "failed"
    assert names(served.rest.client()) == set()


def test_a_crawl_leaves_one_asset_event_and_its_progress(served: Served, shop: SQL) -> None:
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.models.task_state_store import TaskStateStoreModel
    from airflow.utils.session import create_session

    served.register()
    identifier = crawl(served, served.rest.client())
    served.airflow.work(CRAWL, identifier)
    with create_session() as session:
        of_run = select(TaskStateStoreModel.value).where(TaskStateStoreModel.run_id == identifier)
        told = session.scalars(of_run).all()
        named = select(AssetModel.name, AssetEvent.extra).join(AssetEvent, AssetEvent.asset_id == AssetModel.id)
        events = session.execute(named.where(AssetEvent.source_run_id == identifier)).all()
    assert any('"percent": 95' in value for value in told)
    assert [name for name, _ in events] == ["crosswind:shop"]
    assert events[0][1]["tables"] == 3


def test_cancelling_ends_the_run_in_airflow_and_its_lease(served: Served, shop: SQL) -> None:
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session

    served.register()
    admin = served.rest.client()
    identifier = crawl(served, admin)
    number = served.airflow.begin(CRAWL, identifier)
    tasks = served.rest.anonymous({"X-API-Key": served.ingest_key})
    lease = tasks.post("/platform/v1/leases", json={"dagId": CRAWL, "runId": identifier, "tryNumber": number}).json()
    assert admin.delete(f"/metastore/v1/tasks/{identifier}").json()["status"] == "CANCELLED"
    with create_session() as session:
        assert DagRun.find(dag_id=CRAWL, run_id=identifier, session=session)[0].state == "failed"
    assert served.airflow.task_state(CRAWL, identifier) == "failed"
    late = served.rest.anonymous({"Authorization": f"Bearer {lease['lease']}"})
    manifest = {"sequence": 0, "identity": "x", "database": "y", "items": [], "after": None, "upTo": None}
    assert late.post(f"/platform/v1/crawls/{identifier}/manifests", json=manifest).status_code == 409


@pytest.mark.parametrize(
    ("column", "word"), [("is_paused", "unpause"), ("is_stale", "dags"), ("has_import_errors", "import errors")]
)
def test_a_dag_that_would_not_run_is_a_503_that_says_what_to_do(served: Served, column: str, word: str) -> None:
    from airflow.utils.session import create_session
    from sqlalchemy import text

    served.register()
    with create_session() as session:
        session.execute(text(f"update dag set {column} = true where dag_id = '{CRAWL}'"))
    body = {"type": "CRAWL", "payload": {"connection_id": "shop"}}
    answer = served.rest.client().post("/metastore/v1/tasks", json=body)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert word in answer.json()["error"]["message"]


def test_starting_a_run_twice_is_success(served: Served) -> None:
    runs = served.rest.platform.runs
    runs.start(CRAWL, "twice", {"conn_id": "shop"}, "eve")
    runs.start(CRAWL, "twice", {"conn_id": "shop"}, "eve")
    facts = runs.facts(CRAWL, "twice")
    assert facts is not None
    assert (facts.state, facts.user, facts.trying) == ("queued", "eve", 0)


def test_the_tick_starts_what_is_due(served: Served, shop: SQL) -> None:
    served.register(
        document={"configuration": {"discovery": {"schedule": "@daily", "exclude": ["*.customer"]}}}, due=True
    )
    run_id = served.airflow.trigger("crosswind_tick", {})
    assert served.airflow.work("crosswind_tick", run_id) == "success"
    (run,) = served.rest.client().get("/platform/v1/runs").json()["data"]
    assert served.airflow.work(CRAWL, run["id"]) == "success"
    assert names(served.rest.client()) == {"product", "purchase", "revenue"}
