"""What finds an asset once it was renamed, made anew or told of by others: what is stored of it, and no more."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.openlineage import LINEAGE, NAMESPACE, dataset, event, schema

NAME = f"{NAMESPACE}/shop.public.orders"
SOURCE = {"namespace": NAMESPACE, "dataset": "shop.public.orders", "schema": "public", "comment": "Purchases"}
ORDERS: dict[str, Any] = {
    "type": "TABLE",
    "name": "orders",
    "qualified_name": NAME,
    "source": SOURCE,
    "columns": [{"name": "parcel", "type": "int", "comment": "A barcode"}],
}
WORDS = ("orders", "sales", "parcel", "hamper", "purchases", "returns", "public", "barcode")


@pytest.fixture
def client(rest: Rest) -> httpx.Client:
    """Somebody who writes, with an asset that a batch made."""
    client = rest.client()
    batch(client)
    return client


def batch(client: httpx.Client, **changed: Any) -> dict[str, Any]:
    """Send the asset as a batch, without what is None; returns what was counted."""
    item = {name: value for name, value in {**ORDERS, **changed}.items() if value is not None}
    counted: dict[str, Any] = ok(client.post(f"{METASTORE}/ingestion/batch", json={"assets": [item]}))
    return counted


def tell(client: httpx.Client, *columns: str, minutes: int = 0, **facets: Any) -> None:
    """Send an event of the same dataset."""
    facets = {"schema": schema(*columns), **facets} if columns else facets
    answer = client.post(LINEAGE, json=event(outputs=[dataset("shop.public.orders", **facets)], minutes=minutes))
    assert answer.status_code == 201, answer.text


def found(client: httpx.Client) -> set[str]:
    """Those of the words that find the asset."""
    hits = {word: ok(client.get(f"{METASTORE}/search", params={"q": word}))["results"] for word in WORDS}
    return {word for word, results in hits.items() if NAME in {hit["asset"]["qualified_name"] for hit in results}}


def stored(client: httpx.Client) -> dict[str, Any]:
    """The asset as it is shown."""
    listed = ok(client.get(f"{METASTORE}/assets", params={"search": NAME}))["data"]
    shown: dict[str, Any] = ok(client.get(f"{METASTORE}/assets/{listed[0]['id']}"))
    return shown


def versions(client: httpx.Client) -> list[list[str]]:
    """What its versions say, the newest first."""
    listed = ok(client.get(f"{PLATFORM}/assets/{stored(client)['id']}/versions"))["data"]
    return [each["changes"] for each in listed]


ALL = {"orders", "parcel", "purchases", "public", "barcode"}
RENAMED = ALL - {"orders"} | {"sales", "orders"}
"""The name of its dataset is still the old one."""


def test_a_person_renames_an_asset_and_its_columns_and_comment_find_it_as_before(client: httpx.Client) -> None:
    assert found(client) == ALL
    ok(client.put(f"{METASTORE}/assets/{stored(client)['id']}", json={"name": "sales"}))
    assert found(client) == RENAMED


def test_a_batch_renames_an_asset_of_which_it_says_nothing_else(client: httpx.Client) -> None:
    assert batch(client, name="sales", source=None, columns=None)["updated"] == 1
    assert found(client) == RENAMED


def test_a_batch_says_of_the_source_alone_and_the_columns_find_the_asset_as_before(client: httpx.Client) -> None:
    batch(client, source={**SOURCE, "comment": "Returns"}, columns=None)
    assert found(client) == ALL - {"purchases"} | {"returns"}


def test_a_batch_says_of_the_columns_alone_and_the_comment_finds_the_asset_as_before(client: httpx.Client) -> None:
    batch(client, source=None, columns=[{"name": "hamper", "type": "int"}])
    assert found(client) == ALL - {"parcel", "barcode"} | {"hamper"}
    batch(client, source=None, columns=[])
    assert found(client) == ALL - {"parcel", "barcode"}


@pytest.mark.parametrize("by_batch", [False, True])
def test_an_asset_made_anew_is_found_by_the_columns_that_it_still_has(client: httpx.Client, by_batch: bool) -> None:
    assert client.delete(f"{METASTORE}/assets/{stored(client)['id']}").status_code == 204
    if by_batch:
        batch(client, source=None, columns=None)
    else:
        asked = {name: ORDERS[name] for name in ("type", "name", "qualified_name")}
        ok(client.post(f"{METASTORE}/assets", json=asked))
    assert {column["name"] for column in stored(client)["schema"]} == {"parcel"}
    assert found(client) >= {"orders", "parcel", "barcode"}


def test_what_a_file_says_holds_again_after_an_event_said_otherwise(client: httpx.Client) -> None:
    tell(client, "parcel int", "hamper int", documentation={"description": "Returns"})
    assert found(client) >= {"hamper", "returns"}
    assert batch(client)["updated"] == 1
    shown = stored(client)
    assert (shown["description"], [column["name"] for column in shown["schema"]]) == ("Purchases", ["parcel"])
    assert found(client) == ALL


def test_an_event_that_tells_of_columns_leaves_the_comment_to_find_the_asset(client: httpx.Client) -> None:
    tell(client, "hamper int")
    assert stored(client)["description"] == "Purchases"
    assert found(client) == ALL - {"parcel", "barcode"} | {"hamper"}


def test_columns_alone_that_differ_are_one_version_that_says_which(client: httpx.Client) -> None:
    batch(client, columns=[{"name": "hamper", "type": "int"}])
    assert versions(client)[0] == ['column "parcel" renamed to "hamper"']


def test_what_an_event_told_and_a_file_repeats_is_written_by_nobody(rest: Rest) -> None:
    client = rest.client()
    tell(client, "parcel int", documentation={"description": "Purchases"}, ownership={"owners": [{"name": "ana"}]})
    before = stored(client)
    exported = client.get(f"{PLATFORM}/export").content.splitlines()
    lines = [line for line in exported if NAME.encode() in line and b'"kind":"asset"' in line]
    answer = client.post(f"{METASTORE}/ingestion/batch", content=b'{"assets": [' + lines[0] + b"]}")
    assert answer.is_success, answer.text
    assert answer.json()["unchanged"] == 1
    assert stored(client) == before
    assert len(versions(client)) == 1


def test_what_an_event_tells_in_words_finds_its_dataset(client: httpx.Client) -> None:
    tell(client, documentation={"description": "Returns of a hamper"}, minutes=1)
    assert stored(client)["description"] == "Returns of a hamper"
    named = {"orders", "sales", "parcel", "public", "barcode"} & found(client)
    assert found(client) == {*named, "hamper", "returns"}
    tell(client, "parcel int", minutes=2)
    tell(client, "parcel int", ownership={"owners": [{"name": "ana"}]}, minutes=3)
    assert {"hamper", "returns", "parcel"} <= found(client)
    tell(client, "parcel int", documentation={"description": "Purchases"}, minutes=4)
    assert found(client) & {"hamper", "returns", "purchases", "parcel"} == {"purchases", "parcel"}


def test_what_an_event_tells_in_words_finds_its_job(client: httpx.Client) -> None:
    for minute, told in enumerate(("Packs a hamper", "Takes returns")):
        job = {"documentation": {"description": told}}
        assert client.post(LINEAGE, json=event(job="pack", job_facets=job, minutes=minute)).status_code == 201
    hits = {
        word: ok(client.get(f"{METASTORE}/search", params={"q": word}))["results"] for word in ("hamper", "returns")
    }
    assert {word: [hit["asset"]["name"] for hit in results] for word, results in hits.items()} == {
        "hamper": [],
        "returns": ["pack"],
    }
