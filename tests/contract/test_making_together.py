"""Assets that are made while others are made are one statement; each is made, refused and audited as if alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.crowd import PATIENT, Crowd

from crosswind.contexts.catalog.repository import making as repository
from crosswind.doors.rest import guard

ASSETS = f"{METASTORE}/assets"


class Making(Crowd):
    """Makes assets; counts how many were tried together."""

    def __init__(self, rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(rest, monkeypatch, ASSETS)
        self.groups: list[int] = []
        make = repository.make

        def counted(session: Session, drafts: Sequence[repository.Draft], patience: str = "0") -> Any:
            self.groups.append(len(drafts))
            return make(session, drafts, patience)

        monkeypatch.setattr(repository, "make", counted)


@pytest.fixture
def crowd(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> Making:
    return Making(rest, monkeypatch)


def body(name: Any, **more: Any) -> dict[str, Any]:
    return {"type": "TABLE", "name": f"t{name}", "qualified_name": f"prod.public.t{name}", **more}


@pytest.mark.parametrize(("key", "status"), [("viewer", 403), ("unknown", 401)])
def test_who_may_not_is_identified_once_and_audited_once(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, key: str, status: int
) -> None:
    asked: list[str] = []
    identify = guard.identify

    def counted(*given: Any) -> Any:
        asked.append(given[-1])
        return identify(*given)

    monkeypatch.setattr(guard, "identify", counted)
    client = rest.anonymous({"X-API-Key": "cwk_" + "0" * 52}) if key == "unknown" else rest.client(key)
    answer = client.post(ASSETS, json=body("refused"))
    assert (answer.status_code, len(asked)) == (status, 1)
    (denied,) = rows(rest, "SELECT entity_id, request_id FROM crosswind.audit WHERE outcome = 'denied'")
    assert denied == (f"POST {ASSETS}", answer.headers["X-Request-Id"])


def rows(rest: Rest, statement: str) -> list[tuple[Any, ...]]:
    with rest.platform.session() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def test_assets_of_many_callers_are_one_statement_and_each_is_audited_as_its_own(rest: Rest, crowd: Making) -> None:
    ours, theirs = rest.key(subject="bob"), rest.key("data_engineer", tenant="acme", subject="ann")
    sent = [(theirs if number % 2 else ours, body(number // 2, metadata={"n": number})) for number in range(2, 8)]
    answers = crowd.send(*sent)
    assert [each.status_code for each in answers] == [201] * 6
    assert crowd.groups == [1, 5]
    assert [(each.json()["name"], each.json()["metadata"]["n"]) for each in answers] == [
        (f"t{number // 2}", number) for number in range(2, 8)
    ]
    assert [each.json()["created_by"]["id"] for each in answers] == ["bob", "ann"] * 3
    assert [each.headers["ETag"] for each in answers] == ['"1"'] * 6
    assert [each.headers["X-Request-Id"] for each in answers] == [f"request-{number}" for number in range(1, 7)]
    for (key, _), answer in zip(sent, answers, strict=True):
        found = rest.anonymous({"X-API-Key": key}).get(f"{ASSETS}/{answer.json()['id']}")
        assert ok(found) == answer.json()
    audited = rows(
        rest,
        "SELECT u.request_id, u.tenant, u.actor, u.after->'metadata'->>'n', a.tenant, a.name FROM crosswind.audit u "
        "JOIN crosswind.assets a ON a.id::text = u.entity_id WHERE u.entity_type = 'ASSET' AND u.action = 'CREATE'",
    )
    assert sorted(audited) == [
        (f"request-{n - 1}", *(("acme", "ann") if n % 2 else ("default", "bob")), str(n),
         "acme" if n % 2 else "default", f"t{n // 2}") for n in range(2, 8)
    ]  # fmt: skip
    told = rows(rest, "SELECT tenant, entity_id FROM crosswind.outbox WHERE type = 'asset.created'")
    assert sorted(each[1] for each in told) == sorted(each.json()["id"] for each in answers)
    assert sorted(each[0] for each in told) == ["acme"] * 3 + ["default"] * 3


def test_what_is_refused_is_refused_as_alone_and_the_others_of_its_group_are_made(rest: Rest, crowd: Making) -> None:
    key = rest.key()
    answers = crowd.send(
        (key, body("first")), (key, body("first")), (rest.key("viewer"), body(2)), ("cwk_nobody", body(3)),
        (key, {**body(4), "type": "NOTHING"}), (key, body("twice", description="one")),
        (key, body("twice", description="other")), (key, body("new", tags=["fresh"])), (key, body(9)),
    )  # fmt: skip
    states = [each.status_code for each in answers]
    assert states[:5] == [201, 409, 403, 401, 400]
    assert sorted(states[5:7]) == [201, 409]
    assert states[7:] == [201, 201]
    assert crowd.groups == [1, 5]
    assert answers[1].json()["error"]["details"]["field"] == "qualified_name"
    assert answers[4].json()["error"]["details"]["field"] == "type"
    assert answers[7].json()["tags"] == ["fresh"]
    names = rows(rest, "SELECT name FROM crosswind.assets ORDER BY 1")
    assert names == [("t9",), ("tfirst",), ("tnew",), ("ttwice",)]
    made = "SELECT count(*) FROM crosswind.{} WHERE action = 'CREATE' AND entity_type = 'ASSET'"
    assert rows(rest, made.format("audit") + " AND outcome = 'success'") == [(4,)]
    assert rows(rest, made.format("outbox")) == [(4,)]
    denied = rows(rest, "SELECT request_id FROM crosswind.audit WHERE outcome = 'denied' ORDER BY 1")
    assert denied == [("request-3",), ("request-4",)]


def test_tags_are_those_of_each_ones_tenant_and_one_that_spreads_goes_alone(rest: Rest, crowd: Making) -> None:
    client, key = rest.client(), rest.key()
    tag = ok(client.post(f"{METASTORE}/tags", json={"name": "PII"}))
    ok(client.post(f"{METASTORE}/tags", json={"name": "gold"}))
    ok(client.put(f"{PLATFORM}/tags/{tag['id']}/propagation", json={"propagates": "downstream", "depth": 3}))
    theirs = rest.key(tenant="acme")
    answers = crowd.send(
        (key, body(1)), (key, body(2, tags=["gold"])), (theirs, body(2, tags=["gold"])), (key, body(3, tags=["PII"]))
    )
    assert [(each.status_code, each.json()["tags"]) for each in answers] == [
        (201, []), (201, ["gold"]), (201, ["gold"]), (201, ["PII"]),
    ]  # fmt: skip
    learnt = rows(rest, "SELECT tenant, name FROM crosswind.tags ORDER BY 1, 2")
    assert learnt == [("acme", "gold"), ("default", "PII"), ("default", "gold")]


def test_an_asset_that_fails_in_the_store_fails_alone(rest: Rest, crowd: Making) -> None:
    key = rest.key()
    with rest.platform.session() as session:
        session.execute(text("ALTER TABLE crosswind.assets ADD CONSTRAINT none_of_these CHECK (name <> 'tbad')"))
        session.commit()
    try:
        answers = crowd.send((key, body(1)), (key, body(2)), (key, body("bad")), (key, body(4)))
    finally:
        with rest.platform.session() as session:
            session.execute(text("ALTER TABLE crosswind.assets DROP CONSTRAINT none_of_these"))
            session.commit()
    assert [each.status_code for each in answers] == [201, 201, 409, 201]
    assert rows(rest, "SELECT name FROM crosswind.assets ORDER BY 1") == [("t1",), ("t2",), ("t4",)]
    assert rows(rest, "SELECT count(*) FROM crosswind.outbox WHERE type = 'asset.created'") == [(3,)]


def test_assets_of_which_the_store_does_not_say_whether_it_made_them_are_not_told_as_taken(
    rest: Rest, crowd: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = repository.make

    def lost(session: Session, drafts: Sequence[repository.Draft], patience: str = "0") -> Any:
        made = make(session, drafts, patience)
        if len(drafts) > 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return made

    monkeypatch.setattr(repository, "make", lost)
    key = rest.key()
    answers = crowd.send((key, body(1)), (key, body(2)), (key, body(3)), (key, body(4)))
    assert [each.status_code for each in answers] == [201, 503, 503, 503]
    error = answers[1].json()["error"]
    assert error["code"] == "SERVICE_UNAVAILABLE"
    assert "look for it" in error["message"]
    assert rows(rest, "SELECT count(*) FROM crosswind.assets") == [(4,)]
    assert ok(rest.client().post(ASSETS, json=body(5)))["name"] == "t5", "the next one meets a store that is there"


def test_a_name_that_another_writes_keeps_no_neighbour_waiting(rest: Rest, crowd: Making) -> None:
    key = rest.key()
    with rest.platform.session() as writing, ThreadPoolExecutor(1) as pool:
        held = (
            "INSERT INTO crosswind.assets (tenant, type, name, qualified_name) VALUES ('default', 'TABLE', '', :name)"
        )
        writing.execute(text(held), {"name": "prod.public.theld"})
        sent = pool.submit(crowd.send, (key, body(1)), (key, body("held")), (key, body(3)), (key, body(4)))
        until = time.monotonic() + PATIENT
        while len(rows(rest, "SELECT FROM crosswind.assets")) < 3:
            assert time.monotonic() < until, "the others did not come through"
        assert not sent.done()
        writing.commit()
        assert [each.status_code for each in sent.result(PATIENT)] == [201, 409, 201, 201]
    assert crowd.groups == [1, 3]
