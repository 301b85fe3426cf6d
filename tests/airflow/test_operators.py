"""Operators and hooks as DAG authors use them, against a real source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, DagRunTriggerException
from tests.airflow.conftest import Served

from crosswind.doors.airflow.errors import ApiError
from crosswind.doors.airflow.hooks.connector import ConnectorHook, store_address
from crosswind.doors.airflow.hooks.crosswind import CrosswindHook, base_url
from crosswind.doors.airflow.operators.check import CrosswindCheckOperator
from crosswind.doors.airflow.operators.crawl import (
    CrosswindCrawlOperator,
    CrosswindDiscoverOperator,
    CrosswindScanOperator,
)
from crosswind.doors.airflow.operators.query import CrosswindQueryOperator

SQL = Callable[[str], None]


@pytest.fixture(autouse=True)
def registered(served: Served, shop: SQL, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hooks find stored connections here as they do in the API server; in a task its supervisor hands them over."""
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    served.register()


def test_check_returns_the_steps(served: Served) -> None:
    steps = CrosswindCheckOperator(task_id="check", conn_id="shop").execute({})  # type: ignore[typeddict-item]
    assert {step["status"] for step in steps if step["gate"]} <= {"passed", "warning"}


def test_check_fails_with_the_step_and_its_remedy(served: Served) -> None:
    served.break_connection(password="not the password")
    with pytest.raises(AirflowFailException, match="step") as failure:
        CrosswindCheckOperator(task_id="check", conn_id="shop").execute({})  # type: ignore[typeddict-item]
    assert "not the password" not in str(failure.value)


def test_query_returns_rows_as_json_has_them(served: Served) -> None:
    operator = CrosswindQueryOperator(
        task_id="ask", conn_id="shop", sql="select 1 as one, 2.50::numeric as price, null as nothing, %(x)s as given",
        parameters={"x": "a'b"},
    )  # fmt: skip
    (row,) = operator.execute({})  # type: ignore[typeddict-item]
    assert row == {"one": 1, "price": "2.50", "nothing": None, "given": "a'b"}


def test_query_does_not_write(served: Served, shop: SQL) -> None:
    operator = CrosswindQueryOperator(task_id="ask", conn_id="shop", sql="delete from customer")
    with pytest.raises(AirflowException):
        operator.execute({})  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("kind", "dag_id"),
    [
        (CrosswindCrawlOperator, "crosswind_crawl"),
        (CrosswindDiscoverOperator, "crosswind_discover"),
        (CrosswindScanOperator, "crosswind_scan"),
    ],
)
def test_crawl_starts_our_dag_for_the_connection_and_waits(kind: Any, dag_id: str) -> None:
    operator = kind(task_id="crawl", conn_id="shop", include=["public"])
    with pytest.raises(DagRunTriggerException) as asked:
        operator.execute({"ti": None})
    assert asked.value.trigger_dag_id == dag_id
    assert asked.value.conf == {"conn_id": "shop", "include": ["public"]}
    assert asked.value.wait_for_completion


def test_the_hook_calls_rest_and_its_test_button_works(served: Served) -> None:
    hook = CrosswindHook()
    works, told = hook.test_connection()
    assert works, told
    assert hook.get_conn().post("/platform/v1/due")["due"] == []
    served.airflow.connection("crosswind_default", conn_type="crosswind", host=served.server.base, password="wrong")
    works, told = CrosswindHook().test_connection()
    assert not works
    assert "wrong" not in told
    served.server.stop()
    works, told = CrosswindHook().test_connection()
    assert not works
    assert "does not answer" in told
    served.server.start()


def test_an_admins_key_tells_who_it_is(served: Served) -> None:
    key = served.rest.key("platform_admin")
    served.airflow.connection("mine", conn_type="crosswind", host=served.server.base, password=key)
    works, told = CrosswindHook("mine").test_connection()
    assert works
    assert "tenant default" in told
    with pytest.raises(ApiError) as missing:
        CrosswindHook("mine").get_conn().get("/metastore/v1/tasks/nothing")
    assert (missing.value.status, missing.value.transient) == (404, False)


def test_any_connection_that_a_connector_knows_becomes_one(served: Served) -> None:
    with ConnectorHook("shop").get_conn() as connector:
        assert connector.ping() > 0
    assert ConnectorHook("shop").test_connection()[0]
    served.airflow.connection("web", conn_type="http", host="example.com")
    with pytest.raises(ValueError, match="No installed connector"):
        ConnectorHook("web").get_conn()


def test_upstreams_hook_works_with_the_same_id(served: Served) -> None:
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    assert PostgresHook("shop").get_first("select count(*) from customer") == (0,)


@pytest.mark.parametrize(
    ("parts", "address"),
    [
        (("http://127.0.0.1:8080/crosswind/", None, None), "http://127.0.0.1:8080/crosswind"),
        (("example.com", 8443, "https"), "https://example.com:8443/crosswind"),
        (("example.com", None, None), "http://example.com/crosswind"),
    ],
)
def test_base_addresses(parts: tuple[str, int | None, str | None], address: str) -> None:
    assert base_url(*parts) == address


def test_a_stores_address() -> None:
    assert store_address("postgresql://u:p@db.example:5433/x") == ["db.example:5433"]
    assert store_address("postgresql://u:p@/x?host=/tmp/socket") == []
