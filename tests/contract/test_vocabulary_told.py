"""Events of domains, terms and data products: by WebSocket, stream and signed webhook, to those who may read them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from tests.contract.test_live_streams import following
from tests.contract.test_vocabulary import NOUNS, made
from tests.contract.test_webhooks import make, receiver
from tests.contract.test_webhooks import rest as telling
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.receiver import Receiver
from tests.support.sockets import connected, listened, walk

from crosswind.contexts.catalog.transfer import speaking
from crosswind.contexts.catalog.transfer.nouns import DomainLine, TermLine
from crosswind.kit.actor import Actor

__all__ = ["receiver", "telling"]
CALLED = dict(zip(NOUNS, ("domain", "term", "data_product"), strict=True))


@pytest.fixture
def url(rest: Rest) -> Iterator[str]:
    with listened(rest) as found:
        yield found


def lived(rest: Rest, noun: str) -> str:
    """One that is made, described, renamed and deleted; its id."""
    client = rest.client()
    one = made(client, noun, "Sales", description="x" * 3000)
    path = f"{PLATFORM}/{noun}/{one['id']}"
    ok(client.put(path, json={"description": "What is sold"}))
    ok(client.put(path, json={"description": "What is sold"}))
    ok(client.put(path, json={"name": "Revenue", **({"owner": OWNER} if noun != "terms" else {})}))
    assert client.delete(path).status_code == 204
    return str(one["id"])


OWNER = {"kind": "team", "name": "sales"}


def life(noun: str, identifier: str) -> list[tuple[str, dict[str, Any]]]:
    """What is told of that."""
    renamed = ["name", "owner"] if noun != "terms" else ["name"]
    told: list[tuple[str, dict[str, Any]]] = [
        ("created", {"name": "Sales", "version": 1}),
        ("updated", {"name": "Sales", "version": 2, "changed": ["description"]}),
        ("updated", {"name": "Revenue", "version": 3, "changed": renamed}),
        ("deleted", {"name": "Revenue"}),
    ]
    return [(f"{CALLED[noun]}.{done}", {"id": identifier, **data}) for done, data in told]


@pytest.mark.parametrize("noun", NOUNS)
def test_each_change_is_told_by_websocket_and_stream_also_when_resuming(rest: Rest, url: str, noun: str) -> None:
    identifier, channel = lived(rest, noun), f"{CALLED[noun]}.updates"
    key = rest.key("viewer")

    async def steps() -> None:
        async with connected(url, key) as client:
            subscribed = await client.ask(type="subscribe", channel=channel, last_event_id=0)
            assert (subscribed["type"], subscribed["channel"]) == ("subscribed", channel)
            told = [await client.next() for _ in range(4)]
            assert [(each["type"], each["data"]) for each in told] == life(noun, identifier)
            assert {each["entity_id"] for each in told} == {identifier}
            assert [each["event"] for each in told] == ["CREATE", "UPDATE", "UPDATE", "DELETE"]
            live = await asyncio.to_thread(made, rest.client(), noun, "Risk")
            assert (await client.next())["data"] == {"id": live["id"], "name": "Risk", "version": 1}

    walk(steps)
    stream = f"{url.replace('ws:', 'http:').removesuffix('/ws')}/events?channel={channel}"
    with following(rest, stream, key, **{"Last-Event-ID": "0"}) as events:
        found = events.events(4)
        assert [(each["event"], each["data"]["data"]) for each in found] == life(noun, identifier)


def test_one_is_followed_by_its_id_and_by_nothing_else(rest: Rest, url: str) -> None:
    client, key = rest.client(), rest.key("viewer")
    sales, risk = (made(client, "domains", name)["id"] for name in ("Sales", "Risk"))
    term = made(client, "terms", "Churn")["id"]

    async def steps() -> None:
        async with connected(url, key) as socket:
            asked: dict[str, Any] = {"type": "subscribe", "channel": "domain.updates"}
            assert (await socket.ask(**asked, entity_id=risk.upper()))["type"] == "subscribed"
            for given, code, field in (
                ({"entity_id": term}, "DOMAIN_NOT_FOUND", None),
                ({"entity_id": "nonsense"}, "INVALID_REQUEST", "entity_id"),
                ({"asset_id": sales}, "INVALID_REQUEST", "asset_id"),
            ):
                error = (await socket.ask(**asked, **given))["error"]
                assert (error["code"], error["details"].get("field")) == (code, field)
            refused = await socket.ask(type="subscribe", channel="asset.updates", entity_id=sales)
            assert refused["error"]["details"]["field"] == "entity_id"
            for each in (sales, risk):
                path = f"{PLATFORM}/domains/{each}"
                await asyncio.to_thread(lambda path=path: ok(client.put(path, json={"description": "New"})))
            assert (await socket.next())["entity_id"] == risk

    walk(steps)


def test_no_other_tenant_is_told_and_nobody_who_may_not_read_them(rest: Rest, url: str) -> None:
    made(rest.client(), "terms", "Churn")
    far, outsider = rest.key("viewer", tenant="far"), rest.key("connection_user")

    async def steps() -> None:
        async with connected(url, far) as socket:
            await socket.ask(type="subscribe", channel="term.updates", last_event_id=0)
            theirs = await asyncio.to_thread(made, rest.client(tenant="far"), "terms", "Theirs")
            assert (await socket.next())["entity_id"] == theirs["id"]
        async with connected(url, outsider) as socket:
            refused = await socket.ask(type="subscribe", channel="term.updates")
            assert refused["error"]["details"]["permission"] == "term:read"

    walk(steps)


@pytest.mark.parametrize("noun", NOUNS)
def test_each_change_is_sent_signed_to_webhooks(telling: Rest, receiver: Receiver, noun: str) -> None:
    hook = make(telling.client(), receiver, events=[f"{CALLED[noun]}.*"])
    assert hook["events"] == [f"{CALLED[noun]}.{done}" for done in ("created", "updated", "deleted")]
    identifier = lived(telling, noun)
    messages = [each.verified(hook["secret"]) for each in receiver.wait(4)]
    assert [(each["type"], each["data"]) for each in messages] == life(noun, identifier)


def test_what_a_file_makes_and_changes_is_told_as_from_single_requests(rest: Rest) -> None:
    made(rest.client(), "domains", "Sales")
    with rest.acting(Actor("ana", "Ana")) as services:
        lines = [
            (1, DomainLine(name="Sales", description="What is sold")),
            (2, TermLine(name="Churn", related=["Leavers"])),
        ]
        _, events, _ = speaking.write(services.uow.session, services.uow.actor, lines, lambda _: None)
        for each in events:
            services.uow.record(each)
    with rest.platform.session() as session:
        asked = "SELECT type, data - 'id' AS data FROM crosswind.outbox WHERE type <> 'domain.created' ORDER BY id"
        found = [(row.type, row.data) for row in session.execute(text(asked))]
    changed = ("domain.updated", {"name": "Sales", "version": 2, "changed": ["description"]})
    created = [("term.created", {"name": name, "version": 1}) for name in ("Churn", "Leavers")]
    assert found == [changed, *created]


def test_members_are_told_by_their_own_events_alone(rest: Rest) -> None:
    client = rest.client()
    facts = {"type": "TABLE", "name": "users", "qualified_name": "shop.users"}
    asset = ok(client.post(f"{METASTORE}/assets", json=facts))["id"]
    sales = made(client, "data-products", "Sales")["id"]
    ok(client.post(f"{PLATFORM}/data-products/{sales}/assets", json={"add": [asset], "remove": []}))
    with rest.platform.session() as session:
        types = session.scalars(text("SELECT type FROM crosswind.outbox ORDER BY id")).all()
    assert types == ["asset.created", "data_product.created", "asset.updated"]
