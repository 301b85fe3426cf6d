"""Datasets of object stores in the catalog: what a crawl of them writes, shows and tells."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.support.app import CONNECTIONS, METASTORE, Rest
from tests.support.catalog import Task, assets, connection, crawl, dataset, ok, table, writes

from crosswind.connectors.types import SourceObject, content_hash

FACTS = {"format": "parquet", "compression": "snappy", "partitionKeys": ["year", "month"], "publicAccess": False}
STATISTICS = {"files": 24, "lastModified": "2026-11-01T08:00:00Z", "partitions": {"count": 12}}
WRITTEN = ("assets", "columns", "relationships", "audit")


def lake(**changed: Any) -> list[SourceObject]:
    """A bucket, and two datasets in it."""
    bucket = dataset("/", "id int64", type_detail="bucket", facts={"versioning": True, "publicAccess": False})
    told = {"facts": FACTS, "statistics": STATISTICS, "row_estimate": 1000, "size_bytes": 50_000, **changed}
    flights = dataset("raw/flights", "carrier string", "delays.departure int32", **told)
    people = dataset("crm/people.jsonl", "email string", facts={"format": "json"}, statistics={"files": 1})
    return [bucket, people, flights]


@pytest.fixture
def key(rest: Rest) -> int:
    return connection(rest, "lake", type="storage", sub_type="s3")


def shown(rest: Rest, name: str = "raw/flights") -> dict[str, Any]:
    client = rest.client("viewer")
    return dict(ok(client.get(f"{METASTORE}/assets/{assets(client)[name]['id']}")))


def test_a_dataset_is_an_asset_with_its_columns_facts_and_statistics(rest: Rest, key: int) -> None:
    summary = crawl(rest, key, lake())
    assert {name: summary[name] for name in ("schemas", "tables", "views", "datasets", "columns")} == {
        "schemas": 1, "tables": 0, "views": 0, "datasets": 3, "columns": 4,
    }  # fmt: skip
    flights = shown(rest)
    assert (flights["type"], flights["qualified_name"]) == ("DATASET", "lake.shop.lake.raw/flights")
    assert flights["metadata"] == {
        "database": "shop", "schema": "lake", "type_detail": "files", "row_count": 1000, "size_bytes": 50_000,
        "format": "parquet", "compression": "snappy", "partition_keys": ["year", "month"], "public_access": False,
        "files": 24, "last_modified": "2026-11-01T08:00:00Z", "partitions": {"count": 12},
    }  # fmt: skip
    assert [(column["name"], column["type"]) for column in flights["schema"]] == [
        ("carrier", "string"), ("delays.departure", "int32"),
    ]  # fmt: skip
    assert shown(rest, "/")["metadata"]["versioning"] is True


def test_openlineage_knows_a_dataset_by_bucket_and_path(rest: Rest, key: int) -> None:
    task = Task(rest, key)
    found = sorted(lake(), key=lambda each: each.name)
    ok(task.manifest(found, namespace="s3://lake"))
    ok(task.objects(found))
    ok(task.complete(len(found)))
    assert shown(rest)["metadata"]["path"] == "s3://lake/raw/flights"


def test_an_unchanged_crawl_of_datasets_writes_nothing(rest: Rest, key: int) -> None:
    crawl(rest, key, lake())
    before = writes(rest, *WRITTEN)
    assert crawl(rest, key, lake())["counts"]["unchanged"] == 3
    assert writes(rest, *WRITTEN) == before


@pytest.mark.parametrize(
    ("statistics", "written"),
    [
        ({**STATISTICS, "files": 26, "partitions": {"count": 13}}, False),
        ({**STATISTICS, "partitions": {"count": 14}}, True),
        ({**STATISTICS, "files": 27}, True),
        ({**STATISTICS, "lastModified": "2026-11-02T08:00:00Z"}, True),
        ({"files": 24}, True),
    ],
)
def test_statistics_are_written_when_they_move_and_are_no_change(
    rest: Rest, key: int, statistics: dict[str, Any], written: bool
) -> None:
    crawl(rest, key, lake())
    version = shown(rest)["source_version"]
    before = writes(rest, *WRITTEN)
    summary = crawl(rest, key, lake(statistics=statistics))
    assert (summary["counts"]["unchanged"], summary["changed"]) == (3, [])
    after = writes(rest, *WRITTEN)
    assert {name: after[name] - before[name] for name in WRITTEN} == {**dict.fromkeys(WRITTEN, 0), "assets": written}
    flights = shown(rest)
    assert flights["source_version"] == version
    assert flights["metadata"]["files"] == (statistics if written else STATISTICS)["files"]


def test_a_change_of_facts_and_columns_is_told_and_a_vanished_dataset_is_removed(rest: Rest, key: int) -> None:
    crawl(rest, key, lake())
    facts = {**FACTS, "compression": "zstd", "publicAccess": True}
    changed = dataset("raw/flights", "carrier string", "delays.departure int64", facts=facts, statistics=STATISTICS)
    summary = crawl(rest, key, [lake()[0], changed])
    (entry,) = summary["changed"]
    assert entry["changes"] == [
        'column "delays.departure" changed its type from int32 to int64',
        "compression changed from snappy to zstd",
        "public access changed from no to yes",
    ]
    assert [entry["qualifiedName"] for entry in summary["removed"]] == ['lake.shop.lake."crm/people.jsonl"']
    assert (summary["datasets"], shown(rest)["source_version"]) == (2, 2)


def test_datasets_are_searched_counted_and_filtered(rest: Rest, key: int) -> None:
    crawl(rest, key, lake())
    crawl(rest, connection(rest, "shop"), [table("flights")])
    client = rest.client("viewer")
    hits = ok(client.get(f"{METASTORE}/search", params={"q": "flights", "type": "DATASET"}))
    assert [hit["asset"]["name"] for hit in hits["results"]] == ["raw/flights"]
    by_format = ok(client.get(f"{METASTORE}/search", params={"q": "parquet"}))["results"]
    assert [hit["asset"]["name"] for hit in by_format] == ["raw/flights"]
    facets = ok(client.get(f"{METASTORE}/search/facets", params={"q": "flights"}))["facets"]
    assert facets["type"] == {"DATASET": 1, "TABLE": 1}
    assert set(assets(client, type="DATASET")) == {"/", "raw/flights", "crm/people.jsonl"}


def test_a_bucket_is_a_schema_of_its_connection(rest: Rest, key: int) -> None:
    crawl(rest, key, lake())
    client = rest.client("viewer")
    (bucket,) = ok(client.get(f"{CONNECTIONS}/connections/lake/schemas"))["data"]
    assert (bucket["name"], bucket["tables"], bucket["views"], bucket["datasets"]) == ("lake", 0, 0, 3)
    listed = ok(client.get(f"{CONNECTIONS}/connections/lake/tables"))["data"]
    assert [(each["name"], each["type"]) for each in listed] == [
        ("/", "DATASET"), ("crm/people.jsonl", "DATASET"), ("raw/flights", "DATASET"),
    ]  # fmt: skip
    flights = ok(client.get(f"{CONNECTIONS}/connections/lake/tables/raw%2Fflights"))
    assert (flights["facts"], flights["statistics"]) == (FACTS, STATISTICS)


def test_statistics_go_with_their_items(rest: Rest, key: int) -> None:
    task, found = Task(rest, key), lake()[:1]
    answer = task.manifest(found, statistics=[None, None])
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, "statistics")


def test_the_hash_leaves_statistics_out() -> None:
    flights = lake()[2]
    assert content_hash(msgspec.structs.replace(flights, statistics={})) == flights.hash
    assert content_hash(msgspec.structs.replace(flights, facts={})) != flights.hash
