"""New names and ends of what has more assets than one request tells: each is told soon after, and nothing is lost."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from tests.contract.test_vocabulary import NOUNS, audited, made, move, said
from tests.contract.test_vocabulary_renamed import CHANGED, number, shelf, told, words
from tests.support.app import PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.imports import Import, asset
from tests.support.runs import MadeUpRuns

from crosswind.contexts.catalog.vocabulary import members, repository, service
from crosswind.contexts.catalog.vocabulary.models import DomainRow
from crosswind.doors.rest.housekeeping import Housekeeping

__all__ = ["shelf"]


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two assets are very many, told one at a time."""
    monkeypatch.setattr(service, "MOST_MEMBERS", 1)
    monkeypatch.setattr(members, "AT_A_TIME", 1)


def place(noun: str, one: dict[str, Any]) -> str:
    return f"{PLATFORM}/{noun}/{one['id']}"


def events(rest: Rest) -> list[str]:
    """The types of all events that are of no asset, oldest first."""
    with rest.platform.session() as session:
        asked = text("SELECT type FROM crosswind.outbox WHERE entity_type <> 'ASSET' ORDER BY id")
        return list(session.scalars(asked))


def history(client: httpx.Client, asset: str, field: str) -> list[Any]:
    """What an asset was in or about at each of its versions that are more than its creation, oldest first."""
    path = f"{PLATFORM}/assets/{asset}/versions"
    numbers = sorted(each["number"] for each in ok(client.get(path))["data"])
    found = [ok(client.get(f"{path}/{each}"))["state"][field] for each in numbers[1:]]
    return [each[0] if isinstance(each, list) and each else each or None for each in found]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_new_name_is_told_by_housekeeping_and_so_is_the_end(rest: Rest, shelf: dict[str, str], noun: str) -> None:
    client, orders, changed = rest.client(subject="ana"), shelf["orders"], CHANGED[noun]
    one = made(client, noun, "Sales")
    path = place(noun, one)
    move(client, noun, one["id"], list(shelf.values()))
    renamed = ok(client.put(path, json={"name": "Revenue"}))
    assert (renamed["name"], renamed["pending"]) == ("Revenue", "rename")
    assert said(client, orders)[changed] in ("Revenue", ["Revenue"])
    assert {number(client, each) for each in shelf.values()} == {2}
    Housekeeping(rest.platform).tell_members()
    assert ok(client.get(path))["pending"] is None
    assert {number(client, each) for each in shelf.values()} == {3}
    assert "\"Sales\" renamed to 'Revenue'" in words(client, orders)[0]
    assert history(client, orders, changed)[-2:] == ["Sales", "Revenue"]

    removed = client.delete(path)
    assert (removed.status_code, removed.content) == (202, b"")
    assert removed.headers["Location"].endswith(path.removeprefix(PLATFORM))
    assert ok(client.get(path))["pending"] == "delete"
    Housekeeping(rest.platform).tell_members()
    assert client.get(path).status_code == 404
    assert not said(client, orders)[changed]
    assert '"Revenue" deleted' in words(client, orders)[0]
    for each in shelf.values():
        assert told(rest, each) == [(3, [changed]), (4, [changed])]
    assert [action for action, _, _ in audited(rest, one["id"])] == ["CREATE", "UPDATE", "DELETE"]
    assert [each.rpartition(".")[2] for each in events(rest)] == ["created", "updated", "deleted"]


@pytest.mark.parametrize("noun", NOUNS)
def test_what_is_being_removed_is_changed_by_nobody_and_not_removed_twice(
    rest: Rest, shelf: dict[str, str], noun: str
) -> None:
    client = rest.client()
    one = made(client, noun, "Sales")
    path = place(noun, one)
    move(client, noun, one["id"], list(shelf.values()))
    assert [client.delete(path).status_code for _ in range(2)] == [202, 202]
    assert client.put(path, json={"description": "x"}).status_code == 409
    assert client.post(f"{path}/assets", json={"add": [], "remove": [shelf["orders"]]}).status_code == 409
    assert client.post(f"{PLATFORM}/{noun}", json={"name": "Sales"}).status_code == 409
    Housekeeping(rest.platform).tell_members()
    assert made(client, noun, "Sales")["id"] != one["id"]
    assert [action for action, _, _ in audited(rest, one["id"])] == ["CREATE", "DELETE"]


def test_nothing_more_is_put_into_what_is_being_removed(rest: Rest, shelf: dict[str, str]) -> None:
    client, runs, orders = rest.client(), MadeUpRuns(), f"{PLATFORM}/assets/{shelf['orders']}"
    rest.platform.__dict__["runs"] = runs
    for noun in NOUNS:
        one = made(client, noun, "Sales")
        move(client, noun, one["id"], [shelf["customers"], shelf["totals"]])
        assert client.delete(place(noun, one)).status_code == 202
    refused = [client.put(f"{orders}/domain", json={"domain": "Sales"}),
               client.put(f"{orders}/terms", json={"terms": ["Sales"]})]  # fmt: skip
    assert [each.status_code for each in refused] == [400, 400]
    work = Import(rest, runs, client)
    ok(work.begin())
    given = ({"domain": "Sales"}, {"terms": ["Sales"]}, {"products": ["Sales"]})
    answer = ok(work.block([asset(f"late{number}", **each) for number, each in enumerate(given)]))
    assert answer["counts"]["errors"] == len(given)
    taken_out = ok(client.put(f"{PLATFORM}/assets/{shelf['totals']}/domain", json={"domain": None}))
    assert taken_out["domain"] is None
    Housekeeping(rest.platform).tell_members()
    for noun in NOUNS:
        assert made(client, noun, "Sales")["pending"] is None


def test_a_files_line_does_not_change_what_is_being_removed(rest: Rest, shelf: dict[str, str]) -> None:
    client, runs, kinds = rest.client(), MadeUpRuns(), ("domain", "term", "data_product")
    rest.platform.__dict__["runs"] = runs
    for noun in NOUNS:
        one = made(client, noun, "Sales")
        move(client, noun, one["id"], [shelf["customers"], shelf["totals"]])
        assert client.delete(place(noun, one)).status_code == 202
    before = [ok(client.get(f"{PLATFORM}/{noun}"))["data"] for noun in NOUNS]
    work = Import(rest, runs, client)
    ok(work.begin())
    lines = [{"kind": kind, "name": name, "description": "x"} for kind in kinds for name in ("Sales", "New")]
    lines[2]["related"] = ["New"]
    answer = ok(work.block(lines))
    counts = {name: answer["counts"][f"{name}s"] for name in kinds}
    assert (counts, answer["counts"]["errors"]) == (dict.fromkeys(kinds, 1), len(kinds))
    after = [
        [each for each in ok(client.get(f"{PLATFORM}/{noun}"))["data"] if each["name"] == "Sales"] for noun in NOUNS
    ]
    assert after == before
    Housekeeping(rest.platform).tell_members()
    ok(work.block(lines, sequence=2, first=7))
    shown = [
        {each["name"]: each["description"] for each in ok(client.get(f"{PLATFORM}/{noun}"))["data"]} for noun in NOUNS
    ]
    assert shown == [{"New": "x", "Sales": "x"}] * len(NOUNS), "what is gone by then is made anew"


def test_a_turn_that_fails_goes_on_where_it_stopped(
    rest: Rest, shelf: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, touch, calls = rest.client(), members.touch, []

    def failing(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the process ends")
        touch(*args)

    one = made(client, "domains", "Sales")
    move(client, "domains", one["id"], list(shelf.values()))
    ok(client.put(place("domains", one), json={"name": "Revenue"}))
    monkeypatch.setattr(members, "touch", failing)
    with pytest.raises(RuntimeError):
        Housekeeping(rest.platform).tell_members()
    assert sorted(number(client, each) for each in shelf.values()) == [2, 2, 3]
    Housekeeping(rest.platform).tell_members()
    assert {number(client, each) for each in shelf.values()} == {3}
    assert len(calls) == len(shelf) + 1


def test_an_asset_that_is_being_written_is_not_waited_for_and_told_later(rest: Rest, shelf: dict[str, str]) -> None:
    client = rest.client()
    one = made(client, "domains", "Sales")
    move(client, "domains", one["id"], list(shelf.values()))
    ok(client.put(place("domains", one), json={"name": "Revenue"}))
    with rest.platform.session() as writing:
        writing.execute(text("SELECT FROM crosswind.assets WHERE id = :id FOR UPDATE"), {"id": shelf["orders"]})
        with pytest.raises(OperationalError, match="lock timeout"):
            Housekeeping(rest.platform).tell_members()
    Housekeeping(rest.platform).tell_members()
    assert {number(client, each) for each in shelf.values()} == {3}


def test_names_and_the_end_are_told_in_their_order_and_others_wait_for_nothing(
    rest: Rest, shelf: dict[str, str]
) -> None:
    client, orders = rest.client(), shelf["orders"]
    one = made(client, "domains", "Sales")
    path = place("domains", one)
    move(client, "domains", one["id"], list(shelf.values()))
    for name in ("Revenue", "Income"):
        ok(client.put(path, json={"name": name}))
    assert client.delete(path).status_code == 202
    Housekeeping(rest.platform).tell_members()
    made_of = [each["changes"] for each in ok(client.get(f"{PLATFORM}/assets/{orders}/versions"))["data"]]
    assert [each.rpartition('" ')[2] for (each,) in made_of[:3]] == [
        "deleted", "renamed to 'Income'", "renamed to 'Revenue'",
    ]  # fmt: skip
    assert number(client, orders) == 5
    assert history(client, orders, "domain")[-4:] == ["Sales", "Revenue", "Income", None]


def test_an_asset_that_is_put_in_at_the_last_moment_is_taken_out_too(
    rest: Rest, shelf: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, late = rest.client(), []
    first = min(shelf, key=lambda name: number_of(rest, shelf[name]))
    one = made(client, "domains", "Sales")
    move(client, "domains", one["id"], [each for name, each in shelf.items() if name != first])
    assert client.delete(place("domains", one)).status_code == 202
    stretch = members.stretch

    def stretching(*args: Any, **given: Any) -> int | None:
        last = stretch(*args, **given)
        if last is None and not late:
            late.append(put_under_way(rest, shelf[first]))
        return last

    monkeypatch.setattr(members, "stretch", stretching)
    Housekeeping(rest.platform).tell_members()
    assert late
    assert client.get(place("domains", one)).status_code == 404
    assert {said(client, each)["domain"] for each in shelf.values()} == {None}
    assert told(rest, shelf[first])[-1][1] == ["domain"]
    with rest.platform.session() as session:
        assert session.scalar(text("SELECT count(*) FROM crosswind.assets WHERE domain_key IS NOT NULL")) == 0


def put_under_way(rest: Rest, asset: str) -> list[int]:
    """Put an asset into the one domain there is, as a request does that found it before its end was asked for."""
    with rest.platform.session() as session:
        domain = session.scalar(text("SELECT key FROM crosswind.domains")) or 0
        joined = repository.join(session, DomainRow, domain, [number_of(rest, asset)])
        session.commit()
    return joined


def number_of(rest: Rest, asset: str) -> int:
    """The key that the store has for an asset."""
    with rest.platform.session() as session:
        return int(session.scalar(text("SELECT key FROM crosswind.assets WHERE id = :id"), {"id": asset}) or 0)


def test_the_columns_of_a_term_forget_it_with_their_assets(rest: Rest, shelf: dict[str, str]) -> None:
    client = rest.client()
    churn = made(client, "terms", "Churn")
    for name, column in (("orders", "id"), ("totals", "total")):
        body = {"columns": [{"name": column, "terms": ["Churn"]}]}
        ok(client.put(f"{PLATFORM}/assets/{shelf[name]}/terms", json=body))
    assert client.delete(place("terms", churn)).status_code == 202
    Housekeeping(rest.platform).tell_members()
    assert {name: said(client, each)["columns"] for name, each in shelf.items()} == {name: {} for name in shelf}
    assert {number(client, shelf[name]) for name in ("orders", "totals")} == {3}


def test_the_versions_of_columns_keep_the_old_name_of_their_term(rest: Rest, shelf: dict[str, str]) -> None:
    client, orders = rest.client(), shelf["orders"]
    churn = made(client, "terms", "Churn")
    made(client, "terms", "Loss")
    for name, column in (("orders", "id"), ("totals", "total")):
        body = {"columns": [{"name": column, "terms": ["Churn", "Loss"]}]}
        ok(client.put(f"{PLATFORM}/assets/{shelf[name]}/terms", json=body))
    ok(client.put(place("terms", churn), json={"name": "Leavers"}))
    Housekeeping(rest.platform).tell_members()
    compared = ok(client.get(f"{PLATFORM}/assets/{orders}/diff"))["columns"]["changed"]
    assert compared == {"id": [{"field": "terms", "before": ["Churn", "Loss"], "after": ["Leavers", "Loss"]}]}
