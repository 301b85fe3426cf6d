"""The crawl end to end: made over REST, worked on by Airflow's own task runner, against a real source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from tests.airflow.conftest import Served
from tests.support.proxies import BlackHole, DroppingProxy

from crosswind.doors.airflow import client as client_module
from crosswind.doors.airflow.sender import Sender

SQL = Callable[[str], None]
CRAWL = "crosswind_crawl"


def crawl(served: Served, client: httpx.Client, kind: str = "CRAWL") -> str:
    answer = client.post("/metastore/v1/tasks", json={"type": kind, "payload": {"connection_id": "shop"}})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def task(client: httpx.Client, identifier: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/metastore/v1/tasks/{identifier}").json()
    return found


def names(client: httpx.Client) -> set[str]:
    return {asset["name"] for asset in client.get("/metastore/v1/assets", params={"limit": 100}).json()["data"]}


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


LASTING = [
    ({"password": "not the password"}, "CONN_003"),
    ({"schema": "no_such_database"}, "CONN_001"),
]


@pytest.mark.parametrize(("changed", "code"), LASTING)
def test_what_no_retry_can_mend_fails_at_once_with_step_and_remedy(
    served: Served, shop: SQL, changed: dict[str, Any], code: str
) -> None:
    served.register()
    admin = served.rest.client()
    served.airflow.work(CRAWL, crawl(served, admin))
    served.break_connection(**changed)
    identifier = crawl(served, admin)
    assert served.airflow.work(CRAWL, identifier) == "failed"
    failed = task(admin, identifier)
    assert failed["status"] == "FAILED"
    assert failed["error"]["code"] == code
    assert failed["error"]["step"]
    assert failed["error"]["remedy"]
    assert "not the password" not in str(failed)
    assert len(names(admin)) == 4


def test_a_source_that_drops_the_link_is_tried_again_and_nothing_is_removed(served: Served, shop: SQL) -> None:
    served.register()
    admin = served.rest.client()
    served.airflow.work(CRAWL, crawl(served, admin))
    identifier = crawl(served, admin)
    proxy = DroppingProxy(served.source_port, after=3000)
    try:
        served.break_connection(port=proxy.port)
        served.allow(proxy.port)
        assert served.airflow.work(CRAWL, identifier) == "running"
    finally:
        proxy.close()
    assert served.airflow.task_state(CRAWL, identifier) == "up_for_retry"
    tried = task(admin, identifier)
    assert (tried["status"], tried["error"]["transient"]) == ("RUNNING", True)
    assert len(names(admin)) == 4
    served.break_connection()
    assert served.airflow.work(CRAWL, identifier) == "success"
    assert task(admin, identifier)["error"] is None


def test_a_source_that_is_down_is_tried_again(served: Served, shop: SQL) -> None:
    served.register()
    admin = served.rest.client()
    served.airflow.work(CRAWL, crawl(served, admin))
    served.break_connection(port=9)
    identifier = crawl(served, admin)
    assert served.airflow.work(CRAWL, identifier) == "running"
    error = task(admin, identifier)["error"]
    assert (error["code"], error["transient"]) == ("CONN_001", True)
    assert error["step"]
    assert error["remedy"]
    assert len(names(admin)) == 4


def test_a_source_that_becomes_another_in_mid_crawl_is_tried_again_and_nothing_is_removed(
    served: Served, shop: SQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.register()
    admin = served.rest.client()
    served.airflow.work(CRAWL, crawl(served, admin))
    shop("drop view revenue")
    identifier, whole = crawl(served, admin), Sender.complete
    monkeypatch.setattr(Sender, "complete", lambda self: [self._about.update(identity="another"), whole(self)][1])
    assert served.airflow.work(CRAWL, identifier) == "running"
    error = task(admin, identifier)["error"]
    assert (error["step"], error["transient"]) == ("catalog", True)
    assert "another one than the run began with" in error["message"]
    assert len(names(admin)) == 4
    monkeypatch.setattr(Sender, "complete", whole)
    assert served.airflow.work(CRAWL, identifier) == "success"
    assert len(names(admin)) == 3


def test_a_connection_that_is_gone_from_airflow_says_so(served: Served, shop: SQL) -> None:
    served.register()
    admin = served.rest.client()
    identifier = crawl(served, admin)
    served.airflow.connection("shop", conn_type="http")
    assert served.airflow.work(CRAWL, identifier) == "failed"
    assert "No installed connector" in task(admin, identifier)["error"]["message"]
    served.airflow.forget("shop")
    identifier = crawl(served, admin)
    assert served.airflow.work(CRAWL, identifier) == "failed"
    assert "Airflow has no connection 'shop'" in task(admin, identifier)["error"]["message"]


def test_a_black_hole_ends_by_the_time_limit_with_step_and_remedy(served: Served, shop: SQL) -> None:
    served.register()
    admin = served.rest.client()
    hole = BlackHole()
    try:
        served.break_connection(port=hole.port, extra='{"connect_timeout": 2}')
        served.allow(hole.port)
        identifier = crawl(served, admin)
        assert served.airflow.work(CRAWL, identifier) == "running"
    finally:
        hole.close()
    error = task(admin, identifier)["error"]
    assert (error["code"], error["transient"]) == ("CONN_002", True)
    assert error["remedy"]


@pytest.mark.parametrize("where", ["/leases", "/manifests", "/objects", "/complete", "/outcome"])
def test_an_api_server_that_dies_and_comes_back_is_not_noticed(served: Served, shop: SQL, where: str) -> None:
    served.register()
    admin = served.rest.client()
    identifier = crawl(served, admin)
    served.server.dies_at, served.server.away = where, 1.0
    assert served.airflow.work(CRAWL, identifier) == "success"
    assert served.server.deaths == 1
    done = task(admin, identifier)
    assert (done["status"], done["result"]["tables"], done["result"]["views"]) == ("COMPLETED", 3, 1)
    assert names(admin) == {"customer", "product", "purchase", "revenue"}


def test_an_api_server_that_stays_away_fails_the_try_and_the_next_one_ends_right(
    served: Served, shop: SQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.register()
    admin = served.rest.client()
    identifier = crawl(served, admin)
    served.server.dies_at, served.server.away = "/objects", None
    monkeypatch.setattr(client_module, "LONGEST_PAUSE", 0.2)
    monkeypatch.setattr(
        client_module.CrosswindClient, "patience", property(lambda _: 1.0, lambda *_: None), raising=False
    )
    assert served.airflow.work(CRAWL, identifier) == "running"
    assert served.airflow.task_state(CRAWL, identifier) == "up_for_retry"
    served.server.start()
    assert served.airflow.work(CRAWL, identifier) == "success"
    assert task(admin, identifier)["status"] == "COMPLETED"
    assert names(admin) == {"customer", "product", "purchase", "revenue"}


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
