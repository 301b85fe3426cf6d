"""Webhooks over HTTP to a real receiver, verified by the standard's own library."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from standardwebhooks.webhooks import WebhookVerificationError
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import connection, ok
from tests.support.following import relayed, tell
from tests.support.receiver import Receiver

from crosswind.contexts.events import delivering
from crosswind.doors.rest.deliveries import Deliveries
from crosswind.kit.leading import Leading
from crosswind.kit.relay import PUBLISHED

HOOKS = f"{PLATFORM}/webhooks"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def rest(store: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rest]:
    """The door with the relay and the deliveries running, allowed to dial the receiver."""
    monkeypatch.setattr(delivering, "PAUSES", (0.05,))
    monkeypatch.setattr(delivering.Deliverer, "_wait", lambda _, failures: min(0.05 * 2**failures, 0.2))
    with Rest(store, allowed_addresses=frozenset({f"127.0.0.1:{receiver.port}"})) as door, relayed(door):
        work = Deliveries(door.platform).once
        thread = Leading(door.platform.engine, "webhooks", 7, work, channel=PUBLISHED, poll=0.05)
        thread.start()
        yield door
        thread.stop()


def make(client: httpx.Client, receiver: Receiver, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = ok(client.post(HOOKS, json={"name": "Ours", "url": receiver.url, **more}))
    return made


def shown(client: httpx.Client, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = ok(client.get(f"{HOOKS}/{made['id']}"))
    return found


def noted(client: httpx.Client, made: dict[str, Any], attempts: int) -> None:
    """Wait until so many attempts are stored, which is after the receiver answered."""
    end = time.monotonic() + 10
    while ok(client.get(f"{HOOKS}/{made['id']}/deliveries"))["pagination"]["totalCount"] < attempts:
        assert time.monotonic() < end
        time.sleep(0.05)


def until(client: httpx.Client, made: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    """The webhook, once it shows what is wanted."""
    end = time.monotonic() + 10
    while not wanted.items() <= (found := shown(client, made)).items():
        assert time.monotonic() < end, found
        time.sleep(0.05)
    return found


def test_changes_are_sent_signed_and_in_order(rest: Rest, receiver: Receiver) -> None:
    client = rest.client()
    made = make(client, receiver, events=["asset.*"])
    facts = {"type": "TABLE", "name": "users", "qualified_name": "shop.users"}
    asset = ok(client.post(f"{METASTORE}/assets", json=facts))
    ok(client.put(f"{METASTORE}/assets/{asset['id']}", json={"description": "People"}))
    ok(client.post(f"{METASTORE}/tags", json={"name": "unasked"}))
    client.delete(f"{METASTORE}/assets/{asset['id']}")
    messages = [each.verified(made["secret"]) for each in receiver.wait(3)]
    assert [each["type"] for each in messages] == ["asset.created", "asset.updated", "asset.deleted"]
    assert messages[0]["data"] == {**facts, "id": asset["id"], "version": 1}
    assert [each.headers["webhook-id"] for each in receiver.got] == [f"evt_{each['event_id']}" for each in messages]
    with pytest.raises(WebhookVerificationError):
        receiver.got[0].verified("whsec_" + "A" * 43 + "=")
    log = ok(client.get(f"{HOOKS}/{made['id']}/deliveries"))["data"]
    assert [(each["type"], each["status"], each["attempt"]) for each in log][-1] == ("asset.created", 204, 1)
    until(client, made, deliveredEventId=4, failures=0)


def test_a_receiver_that_fails_gets_the_same_event_again_before_any_other(rest: Rest, receiver: Receiver) -> None:
    client = rest.client()
    made = make(client, receiver)
    answers = iter([500, 429, 302, 204])
    receiver.answer = lambda _: next(answers, 204)
    tell(rest, "a", "b")
    names = [each.verified(made["secret"])["entity_id"] for each in receiver.wait(5)]
    assert names == ["a", "a", "a", "a", "b"]
    assert {each.path for each in receiver.got} == {"/hook"}
    assert len({each.headers["webhook-id"] for each in receiver.got}) == 2
    log = ok(client.get(f"{HOOKS}/{made['id']}/deliveries?pageSize=10"))["data"]
    assert [each["status"] for each in log][::-1][:4] == [500, 429, 302, 204]
    assert [each["attempt"] for each in log][::-1][:4] == [1, 2, 3, 4]


def test_one_that_is_gone_or_fails_too_long_is_switched_off_told_and_goes_on_where_it_stopped(
    rest: Rest, receiver: Receiver
) -> None:
    client = rest.client()
    made = make(client, receiver)
    receiver.answer = lambda _: 410
    tell(rest, "a")
    off = until(client, made, status="disabled")
    assert "410" in off["reason"]
    receiver.answer = lambda _: 204
    tell(rest, "b")
    ok(client.put(f"{HOOKS}/{made['id']}", json={"active": True}))
    assert [each.verified(made["secret"])["entity_id"] for each in receiver.wait(3)] == ["a", "a", "b"]
    noted(client, made, 3)
    receiver.answer = lambda _: 500
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.webhooks SET failing_since = now() - interval '25 hours'"))
        session.commit()
    tell(rest, "c")
    off = until(client, made, status="disabled")
    assert "24 hours" in off["reason"]
    with rest.platform.session() as session:
        told = session.scalar(text("SELECT count(*) FROM crosswind.audit WHERE action = 'WEBHOOK_DISABLED'"))
    assert told == 2


def test_it_is_sent_what_its_owner_may_see_now(rest: Rest, receiver: Receiver) -> None:
    eu, us = connection(rest, "eu", region="eu"), connection(rest, "us", region="us")
    admin = rest.client()
    client = rest.client("connection_admin", attributes={"region": ["eu"]}, subject="eve")
    made = make(client, receiver)
    tell(rest, "hidden", connection_key=us)
    tell(rest, "acmes", tenant="acme")
    tell(rest, "shown", connection_key=eu)
    assert receiver.wait(1)[0].verified(made["secret"])["entity_id"] == "shown"
    until(admin, made, deliveredEventId=3)
    del rest.people.known["eve"]
    tell(rest, "late", connection_key=eu)
    assert "eve" in until(admin, made, status="disabled")["reason"]
    assert len(receiver.got) == 1


def test_what_retention_took_is_counted(rest: Rest, receiver: Receiver) -> None:
    client = rest.client()
    made = make(client, receiver)
    ok(client.put(f"{HOOKS}/{made['id']}", json={"active": False}))
    tell(rest, "a", "b", "c")
    with rest.platform.session() as session:
        while session.scalar(text("SELECT seq FROM crosswind.outbox_head")) != 3:
            session.rollback()
        session.execute(text("DELETE FROM crosswind.outbox WHERE seq <= 2"))
        session.execute(text("UPDATE crosswind.outbox_head SET forgotten = 2"))
        session.commit()
    ok(client.put(f"{HOOKS}/{made['id']}", json={"active": True}))
    assert receiver.wait(1)[0].verified(made["secret"])["entity_id"] == "c"
    assert shown(client, made)["missed"] == 2


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example.com/", "https"),
        ("https://127.0.0.1/", "may not dial"),
        ("https://[::1]:8443/", "may not dial"),
        ("https://10.0.0.7/", "may not dial"),
        ("https://192.168.1.1/", "may not dial"),
        ("https://169.254.169.254/latest", "may not dial"),
        ("https://localhost/", "may not dial"),
        ("https://ana:secret@hooks.example.com/", "no user"),
        ("https://hooks.example.com/#part", "no fragment"),
        ("ftp://hooks.example.com/", "https"),
        ("https://", "https"),
        ("https://hooks.example.com:99999/", "read"),
        ("https://hooks.example.com/ö", "ASCII"),
    ],
)
def test_addresses_that_are_not_a_receivers_are_refused(rest: Rest, url: str, words: str) -> None:
    answer = rest.client().post(HOOKS, json={"name": "Ours", "url": url})
    assert answer.status_code == 400, answer.text
    assert words in answer.json()["error"]["message"]


def test_a_name_is_judged_when_it_is_dialled(rest: Rest, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest.platform.webhook_guard, "_lookup", lambda _host, _port: ["10.1.2.3"])
    client = rest.client()
    made = ok(client.post(HOOKS, json={"name": "Ours", "url": "https://hooks.example.com/"}))
    tell(rest, "a")
    end = time.monotonic() + 10
    while not (log := ok(client.get(f"{HOOKS}/{made['id']}/deliveries"))["data"]):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert log[0]["status"] is None
    assert "may not dial" in log[0]["error"]
    assert receiver.got == []


def test_the_secret_is_shown_once_and_stored_sealed(rest: Rest, receiver: Receiver) -> None:
    client = rest.client()
    made = make(client, receiver)
    renewed = ok(client.post(f"{HOOKS}/{made['id']}/secret"))
    assert renewed["secret"] != made["secret"]
    assert "secret" not in shown(client, made)
    assert "secret" not in json.dumps(ok(client.get(HOOKS)))
    for table in ("webhooks", "audit", "webhook_deliveries", "outbox"):
        for secret in (made["secret"], renewed["secret"]):
            assert secret.removeprefix("whsec_") not in rest.stored(table)
    tell(rest, "a")
    assert receiver.wait(1)[0].verified(renewed["secret"])["entity_id"] == "a"


def test_who_may(rest: Rest, receiver: Receiver) -> None:
    body = {"name": "Ours", "url": receiver.url}
    assert rest.client("viewer").get(HOOKS).status_code == 403
    assert rest.client("data_analyst").post(HOOKS, json=body).status_code == 403
    nobodys = rest.anonymous({"X-API-Key": rest.platform_key("webhook:create", "asset:read")})
    assert nobodys.post(HOOKS, json=body).status_code == 403
    narrow = rest.client(scopes=["webhook:create", "tag:read"])
    assert narrow.post(HOOKS, json={**body, "events": ["asset.updated"]}).status_code == 403
    assert {each.partition(".")[0] for each in ok(narrow.post(HOOKS, json=body))["events"]} == {"tag"}
    made = make(rest.client(), receiver)
    theirs = rest.client(tenant="acme")
    assert theirs.get(f"{HOOKS}/{made['id']}").status_code == 404
    assert theirs.put(f"{HOOKS}/{made['id']}", json={"active": False}).status_code == 404
    stale = rest.client().put(f"{HOOKS}/{made['id']}", json={"name": "New"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 409
    assert rest.client().delete(f"{HOOKS}/{made['id']}").status_code == 204
    assert rest.client().post(HOOKS, json={**body, "events": ["asset.sold"]}).status_code == 400
