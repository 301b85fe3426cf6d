"""Lists of assets gone on with by a cursor: each asset once, however the list changes, and only its own list."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from tests.support.app import METASTORE, Rest
from tests.support.catalog import connection, crawl, ok, table

ASSETS = f"{METASTORE}/assets"


@pytest.fixture
def client(rest: Rest) -> httpx.Client:
    crawl(
        rest, connection(rest), [table(f"t{number:02}", schema="even" if number % 2 else "odd") for number in range(23)]
    )
    return rest.client()


def walk(client: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    """All pages from the first on."""
    pages = [ok(client.get(ASSETS, params={"limit": 5, **query}))]
    while (cursor := pages[-1]["pagination"].get("next_cursor")) is not None:
        pages.append(ok(client.get(ASSETS, params={"limit": 5, **query, "cursor": cursor})))
    return pages


@pytest.mark.parametrize("field", ["updated_at", "created_at", "name", "qualified_name", "type"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_each_asset_comes_once_in_the_order_of_the_list(client: httpx.Client, field: str, direction: str) -> None:
    sort = f"{field}:{direction}"
    whole = ok(client.get(ASSETS, params={"limit": 100, "sort": sort}))["data"]
    pages = walk(client, sort=sort)
    assert [each["id"] for page in pages for each in page["data"]] == [each["id"] for each in whole]
    places = [(page["pagination"]["offset"], page["pagination"]["has_more"]) for page in pages]
    assert places == [(0, True), (5, True), (10, True), (15, True), (20, False)]
    assert {page["pagination"]["total"] for page in pages} == {23}


def test_filters_hold_on_every_page(client: httpx.Client) -> None:
    pages = walk(client, schema="odd", sort="name:asc")
    assert [each["name"] for page in pages for each in page["data"]] == [f"t{number:02}" for number in range(0, 23, 2)]


def test_what_comes_and_goes_meanwhile_neither_repeats_nor_hides_anything(rest: Rest, client: httpx.Client) -> None:
    first = ok(client.get(ASSETS, params={"limit": 5, "sort": "name:asc"}))
    for each in first["data"][:3]:
        assert client.delete(f"{ASSETS}/{each['id']}").status_code == 204
    for name in ("a", "z"):
        ok(client.post(ASSETS, json={"type": "TABLE", "name": name, "qualified_name": name}))
    rest_of_it, cursor = [], first["pagination"]["next_cursor"]
    while cursor:
        page = ok(client.get(ASSETS, params={"limit": 5, "sort": "name:asc", "cursor": cursor}))
        rest_of_it += [each["name"] for each in page["data"]]
        cursor = page["pagination"].get("next_cursor")
    assert rest_of_it == [*(f"t{number:02}" for number in range(5, 23)), "z"]
    assert (page["pagination"]["total"], page["pagination"]["has_more"]) == (24, False)


def test_a_cursor_is_for_its_own_list(rest: Rest, client: httpx.Client) -> None:
    cursor = ok(client.get(ASSETS, params={"limit": 5, "sort": "name:asc"}))["pagination"]["next_cursor"]
    made_up = urlsafe_b64encode(b'["0","t",1,2,3]').decode()
    for query in (
        {"cursor": cursor},
        {"cursor": cursor, "sort": "name:desc"},
        {"cursor": cursor, "sort": "name:asc", "type": "VIEW"},
        {"cursor": cursor[:-3], "sort": "name:asc"},
        {"cursor": "no", "sort": "name:asc"},
        {"cursor": "é", "sort": "name:asc"},
        {"cursor": made_up, "sort": "name:asc"},
        {"cursor": cursor, "sort": "name:asc", "offset": 5},
    ):
        refused = client.get(ASSETS, params=query)
        assert refused.status_code == 400, query
        assert refused.json()["error"]["details"]["field"] in {"cursor", "offset"}
    other = rest.client(tenant="acme")
    assert other.get(ASSETS, params={"cursor": cursor, "sort": "name:asc"}).status_code == 400


def test_a_page_by_cursor_counts_nothing(rest: Rest, client: httpx.Client) -> None:
    cursor = ok(client.get(ASSETS, params={"limit": 5}))["pagination"]["next_cursor"]
    seen: list[str] = []
    listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
    event.listen(rest.platform.engine, "before_cursor_execute", listener)
    ok(client.get(ASSETS, params={"limit": 5, "cursor": cursor}))
    event.remove(rest.platform.engine, "before_cursor_execute", listener)
    about = [each for each in seen if "crosswind.assets" in each]
    assert len(about) == 2, "what finds the page, and what is shown of it"
    assert not [each for each in about if "count(" in each]
