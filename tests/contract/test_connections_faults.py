"""A request that dies between our store and Airflow's database, at every step between them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, Rest
from tests.support.connections import CANARY, airflow_row, body_of, delete_in_airflow, error_of, register, url

from crosswind.contexts.connections.models import ConnectionRow


@pytest.fixture(autouse=True)
def _airflow(airflow_db: Airflow) -> None:
    """Every test here has Airflow beside it."""


def failing_commit(rest: Rest) -> Callable[[], None]:
    """Make the next commit of a changed connection fail; the answer undoes that."""
    failed: list[Session] = []

    def note(session: Session, _: object) -> None:
        session.info["changed"] = session.info.get("changed") or any(
            isinstance(each, ConnectionRow) for each in {*session.new, *session.dirty}
        )

    def fail(session: Session) -> None:
        if session.info.get("changed") and not failed:
            failed.append(session)
            raise OperationalError("COMMIT", {}, Exception("the server went away"))

    event.listen(Session, "after_flush", note)
    event.listen(Session, "before_commit", fail)

    def mend() -> None:
        event.remove(Session, "before_commit", fail)
        event.remove(Session, "after_flush", note)
        assert failed

    return mend


def ours(rest: Rest) -> int:
    with rest.platform.session() as session:
        return int(session.scalar(text("select count(*) from crosswind.connections where deleted_at is null")) or 0)


def test_a_create_that_is_not_committed_leaves_nothing_in_airflow(rest: Rest) -> None:
    client = rest.client()
    mend = failing_commit(rest)
    answer = client.post(f"{CONNECTIONS}/connections", json=body_of(id="shop"))
    mend()
    assert (answer.status_code, error_of(answer)["code"]) == (503, "GEN_503")
    assert int(answer.headers["Retry-After"]) > 0
    assert (ours(rest), airflow_row("shop")) == (0, None)
    register(client)


def test_a_create_killed_after_airflows_side_is_swept(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    _orphan(rest, monkeypatch)
    assert rest.platform.reconcile_connections().swept == 1
    assert airflow_row("shop") is None
    assert rest.platform.reconcile_connections().swept == 0


def test_a_create_killed_after_airflows_side_can_be_repeated_at_once(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    _orphan(rest, monkeypatch)
    register(rest.client(), credentials={"username": "reader", "password": "the-second"})
    found = airflow_row("shop")
    assert found is not None
    assert found["password"] == "the-second"
    assert rest.platform.reconcile_connections().swept == 0


def _orphan(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    """An Airflow connection of ours on which no record stands: the process died before our commit."""
    from crosswind.contexts.connections import reconcile

    client = rest.client()
    with monkeypatch.context() as killed:
        killed.setattr(reconcile, "sweep", lambda *_: None)
        mend = failing_commit(rest)
        assert client.post(f"{CONNECTIONS}/connections", json=body_of(id="shop")).status_code == 503
        mend()
    assert airflow_row("shop") is not None
    assert ours(rest) == 0


def test_a_create_whose_airflow_side_fails_leaves_nothing_in_ours(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    client = rest.client()
    with monkeypatch.context() as broken:
        broken.setattr(rest.platform.airflow_connections, "insert", _away)
        assert client.post(f"{CONNECTIONS}/connections", json=body_of(id="shop")).status_code == 503
    assert (ours(rest), airflow_row("shop")) == (0, None)


def _away(*_: Any, **__: Any) -> None:
    raise OperationalError("INSERT", {}, Exception("Airflow's database went away"))


def test_an_update_that_is_not_committed_is_put_back_in_airflow(rest: Rest) -> None:
    client = rest.client()
    before_view = register(client)
    before = airflow_row("shop")
    mend = failing_commit(rest)
    configuration = {"host": "new.example.com", "database": "other"}
    answer = client.put(url(), json=body_of(configuration=configuration, credentials={"password": "other"}))
    mend()
    assert answer.status_code == 503
    assert airflow_row("shop") == before
    assert client.get(url()).json() == before_view
    assert client.put(url(), json=body_of(configuration=configuration), headers={"If-Match": "1"}).status_code == 200


def test_an_update_killed_after_airflows_side_reads_as_an_edit_in_airflow(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crosswind.contexts.connections import reconcile

    client = rest.client()
    register(client)
    body = body_of(configuration={"host": "new.example.com", "database": "other"}, name="New")
    with monkeypatch.context() as killed:
        killed.setattr(reconcile, "put_back", lambda *_: None)
        mend = failing_commit(rest)
        assert client.put(url(), json=body, headers={"If-Match": "1"}).status_code == 503
        mend()
    shown = client.get(url()).json()
    assert (shown["configuration"]["host"], shown["version"], "name" in shown) == ("new.example.com", 1, False)
    assert client.put(url(), json=body, headers={"If-Match": "1"}).json()["version"] == 2


def test_an_update_whose_airflow_side_fails_changes_nothing(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    client = rest.client()
    register(client)
    with monkeypatch.context() as broken:
        broken.setattr(rest.platform.airflow_connections, "update", _away)
        assert client.put(url(), json=body_of(name="New", credentials={"password": "x"})).status_code == 503
    shown = client.get(url()).json()
    assert (shown["version"], "name" in shown) == (1, False)


def test_a_delete_that_is_not_committed_deletes_nothing(rest: Rest) -> None:
    client = rest.client()
    register(client)
    mend = failing_commit(rest)
    assert client.delete(url()).status_code == 503
    mend()
    assert airflow_row("shop") is not None
    assert client.get(url()).json()["status"] == "active"


def test_a_delete_killed_before_airflows_side_is_swept(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    client = rest.client()
    register(client, credentials={"password": CANARY, "apiToken": "t0ken"})
    with monkeypatch.context() as broken:
        broken.setattr(rest.platform.airflow_connections, "delete", _away)
        assert client.delete(url()).status_code == 204
    assert airflow_row("shop") is not None
    assert client.get(url()).status_code == 404
    assert rest.platform.reconcile_connections().swept == 1
    assert airflow_row("shop") is None
    assert airflow_row("shop.secrets") is None


def test_creating_a_deleted_id_again_before_the_sweep_wins_over_it(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    client = rest.client()
    register(client)
    with monkeypatch.context() as broken:
        broken.setattr(rest.platform.airflow_connections, "delete", _away)
        assert client.delete(url()).status_code == 204
    register(client, credentials={"password": "second"})
    assert rest.platform.reconcile_connections().swept == 0
    found = airflow_row("shop")
    assert found is not None
    assert found["password"] == "second"


def test_one_of_many_creates_of_the_same_id_wins_and_its_secret_stays(rest: Rest) -> None:
    client = rest.client()
    bodies = [body_of(id="shop", name=f"n{i}", credentials={"password": f"pass-{i}"}) for i in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: client.post(f"{CONNECTIONS}/connections", json=body), bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    winner = next(answer.json()["name"] for answer in answers if answer.status_code == 201)
    found = airflow_row("shop")
    assert found is not None
    assert found["password"] == winner.replace("n", "pass-")


def test_concurrent_updates_of_one_version_let_one_through(rest: Rest) -> None:
    client = rest.client()
    register(client)
    bodies = [body_of(name=f"n{i}", credentials={"password": f"pass-{i}"}) for i in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda body: client.put(url(), json=body, headers={"If-Match": "1"}), bodies))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    found = airflow_row("shop")
    assert found is not None
    assert found["password"] == client.get(url()).json()["name"].replace("n", "pass-")


def test_the_reconciler_notes_what_is_missing_and_what_came_back(rest: Rest, airflow_db: Airflow) -> None:
    client = rest.client()
    register(client)
    register(client, "off")
    client.patch(url("off", "status"), json={"status": "inactive"})
    delete_in_airflow("shop")
    delete_in_airflow("off")
    assert rest.platform.reconcile_connections().missing == 1
    missing = client.get(f"{CONNECTIONS}/connections?status=missing").json()["data"]
    assert [each["id"] for each in missing] == ["shop"]
    airflow_db.connection("shop", conn_type="postgres", host="back.example.com", schema="d")
    assert rest.platform.reconcile_connections().returned == 1
    assert client.get(url()).json()["status"] == "active"
    assert client.delete(url()).status_code == 204
    kept = airflow_row("shop")
    assert kept is not None
    assert kept["host"] == "back.example.com"


def test_a_mark_that_names_another_connection_is_none(rest: Rest, airflow_db: Airflow) -> None:
    airflow_db.connection("theirs", conn_type="postgres", host="h", description="copied [Crosswind: shop]")
    assert rest.platform.reconcile_connections().swept == 0
    assert airflow_row("theirs") is not None
