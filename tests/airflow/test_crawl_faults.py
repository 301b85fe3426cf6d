"""A crawl when its source or the API server fails: what is tried again, what is told, and that nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.airflow.conftest import Served
from tests.airflow.crawls import CRAWL, SQL, crawl, names, task
from tests.support.proxies import BlackHole, DroppingProxy

from crosswind.doors.airflow import client as client_module
from crosswind.doors.airflow.sender import Sender

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
