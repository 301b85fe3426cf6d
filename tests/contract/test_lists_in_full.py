"""Lists of assets show of each what the asset itself shows, in its place, whatever becomes of others meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text
from tests.contract.test_vocabulary import ANA, SALES, made, move, owners
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, table

from crosswind.contexts.catalog.repository import scope
from crosswind.contexts.catalog.service import assets as service

ASSETS = f"{METASTORE}/assets"
COUNTED = 12
_REACHED = text("""
WITH reached AS (
    INSERT INTO crosswind.propagated_tags (asset_key, tag_key, from_key, depth)
    SELECT a.key, t.key, f.key, 1 FROM crosswind.assets a, crosswind.assets f, crosswind.tags t
     WHERE a.name IN ('t01', 't04') AND f.name = 't00' RETURNING asset_key)
UPDATE crosswind.assets SET propagated_tags = '{Gold,PII}' WHERE key IN (SELECT asset_key FROM reached)
""")


@pytest.fixture
def client(rest: Rest) -> httpx.Client:
    crawl(rest, connection(rest), [table(f"t{number:02}") for number in range(COUNTED)])
    return rest.client()


@pytest.fixture
def told(rest: Rest, client: httpx.Client) -> httpx.Client:
    """Much is said of some of the assets, and nothing of the others."""
    ids = {name: each["id"] for name, each in assets(client).items()}
    ok(client.put(f"{ASSETS}/{ids['t00']}", json={"tags": ["PII", "Gold"], "metadata": {"schema": "mine", "a": [1]}}))
    for name, people in (("t01", (SALES, ANA)), ("t02", (ANA,)), ("t11", (ANA, SALES))):
        ok(owners(client, ids[name], *people))
    ok(client.post(f"{PLATFORM}/domains", json={"name": "Sales"}))
    for name in ("t01", "t03"):
        ok(client.put(f"{PLATFORM}/assets/{ids[name]}/domain", json={"domain": "Sales"}))
    for noun in ("terms", "data-products"):
        for name, on in (("Zeta", ["t01", "t02"]), ("Alpha", ["t01", "t11"])):
            move(client, noun, made(client, noun, name)["id"], [ids[each] for each in on])
    with rest.platform.session() as session:
        session.execute(_REACHED)
        session.commit()
    return client


def pages(client: httpx.Client, **query: Any) -> Iterator[dict[str, Any]]:
    more: dict[str, Any] = {}
    while True:
        page = ok(client.get(ASSETS, params={"sort": "name:asc", **query, **more}))
        yield page
        if "next_cursor" not in page["pagination"]:
            return
        more = {"cursor": page["pagination"]["next_cursor"]}


@pytest.mark.parametrize("limit", [1, 5, 100])
@pytest.mark.parametrize("include", [None, "columns"])
def test_a_list_shows_what_the_asset_shows(told: httpx.Client, limit: int, include: str | None) -> None:
    query = {"limit": limit, **({"include": include} if include else {})}
    listed = [each for page in pages(told, **query) for each in page["data"]]
    assert [each["name"] for each in listed] == [f"t{number:02}" for number in range(COUNTED)]
    for each in listed:
        shown = ok(told.get(f"{ASSETS}/{each['id']}"))
        assert [*each] == [name for name in shown if name in each], "in the same order"
        assert each["metadata"].items() <= shown["metadata"].items()
        assert {**each, "metadata": 0} == {**{name: shown[name] for name in each}, "metadata": 0}
    full = listed[1]
    assert [each["name"] for each in full["owners"]] == ["sales", "ana"]
    assert (full["domain"], full["terms"], full["products"]) == ("Sales", ["Alpha", "Zeta"], ["Alpha", "Zeta"])
    assert [(each["tag"], each["from_name"], each["depth"]) for each in full["propagated_tags"]] == [
        ("Gold", "t00", 1),
        ("PII", "t00", 1),
    ]
    bare = listed[5]
    assert not any(bare[name] for name in ("owners", "domain", "terms", "products", "propagated_tags"))


@contextmanager
def between(rest: Rest, change: Callable[[], None]) -> Iterator[None]:
    """Something happens right after the assets of a page were found, and before they are read."""

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT crosswind.assets.key, crosswind.assets.name AS value"):
            change()

    event.listen(rest.platform.engine, "after_cursor_execute", listen)
    yield
    event.remove(rest.platform.engine, "after_cursor_execute", listen)


@pytest.mark.parametrize("gone", [["t02"], ["t05", "t06"], ["t04", "t05", "t06", "t07"]])
@pytest.mark.parametrize("most", [3, COUNTED])
def test_what_is_removed_for_good_meanwhile_ends_no_list(
    rest: Rest, client: httpx.Client, monkeypatch: pytest.MonkeyPatch, gone: list[str], most: int
) -> None:
    for module in (scope, service):
        monkeypatch.setattr(module, "COUNTED", most)

    def change() -> None:
        with rest.platform.session() as session:
            session.execute(text("DELETE FROM crosswind.assets WHERE name = ANY(:names)"), {"names": gone})
            session.commit()

    with between(rest, change):
        first, *others = pages(client, limit=4)
    names = [each["name"] for page in (first, *others) for each in page["data"]]
    assert names == [name for number in range(COUNTED) if (name := f"t{number:02}") not in gone]
    assert others[-1]["pagination"]["has_more"] is False


def sent(rest: Rest, client: httpx.Client, **query: Any) -> list[str]:
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(rest.platform.engine, "before_cursor_execute", listen)
    ok(client.get(ASSETS, params=query))
    event.remove(rest.platform.engine, "before_cursor_execute", listen)
    return [each for each in seen if "crosswind.assets" in each or "plan_cache_mode" in each]


def test_a_list_of_all_is_counted_along_the_newest_and_planned_as_ever(rest: Rest, client: httpx.Client) -> None:
    for query in ({}, {"type": "TABLE", "include": "columns", "removed": False}):
        counting, *others = sent(rest, client, **query)
        assert "count(" in counting
        assert "ORDER BY crosswind.assets.updated_at" in counting
        assert len(others) == 2
    counting, *_ = sent(rest, client, schema="public")
    assert "count(" in counting
    assert "ORDER BY" not in counting


def test_only_what_finds_a_page_is_planned_by_what_is_asked_for(rest: Rest, client: httpx.Client) -> None:
    cursor = ok(client.get(ASSETS, params={"limit": 5, "search": "public"}))["pagination"]["next_cursor"]
    places = [
        "plan_cache_mode" if "plan_cache_mode" in each else "unnest(" if "unnest(" in each else "find"
        for each in sent(rest, client, limit=5, search="public", cursor=cursor)
    ]
    assert places == ["plan_cache_mode", "find", "plan_cache_mode", "unnest("]
    cursor = ok(client.get(ASSETS, params={"limit": 5}))["pagination"]["next_cursor"]
    assert not [each for each in sent(rest, client, limit=5, cursor=cursor) if "plan_cache_mode" in each]
