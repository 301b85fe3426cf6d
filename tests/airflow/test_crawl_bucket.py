"""A bucket from REST to the catalog: worked on by Airflow's own task runner, against an S3 server of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text
from tests.airflow.conftest import Served
from tests.support.catalog import writes
from tests.support.s3 import READING, S3Server, moto

BUCKET = "lake"
WRITTEN = ("assets", "columns", "relationships")


def parquet(**columns: Any) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.table(columns), written)
    return written.getvalue()


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with moto() as running:
        yield running


@pytest.fixture
def bucket(served: Served, server: S3Server) -> Iterator[Any]:
    """A bucket with three datasets, registered over REST; the client that fills it."""
    served.allow(server.port)
    client = server.client()
    client.create_bucket(Bucket=BUCKET)
    for month in (1, 2):
        body = parquet(carrier=["UA", "AA"], delay=[month, 4])
        client.put_object(Bucket=BUCKET, Key=f"raw/flights/year=2013/month={month}/part-0.parquet", Body=body)
    client.put_object(Bucket=BUCKET, Key="crm/people.jsonl", Body=b'{"email": "a@example.com", "born": "1970-01-01"}\n')
    client.put_object(Bucket=BUCKET, Key="reference/airlines.csv", Body=b"carrier,name\nUA,United\nAA,American\n")
    login = server.user("reader", *READING)
    answer = served.rest.client().post(
        "/connections-platform/v1/connections/storage/s3",
        json={"id": "lake", "configuration": {"bucket": BUCKET, "endpoint": server.endpoint}, "credentials": login},
    )
    assert answer.status_code == 201, answer.text
    yield client
    for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=found["Key"])
    client.delete_bucket(Bucket=BUCKET)
    server.client("iam").delete_access_key(UserName="reader", AccessKeyId=login["accessKey"])
    server.client("iam").delete_user_policy(UserName="reader", PolicyName="may")
    server.client("iam").delete_user(UserName="reader")
    served.airflow.forget("lake")


def run(served: Served, client: httpx.Client, kind: str = "CRAWL") -> dict[str, Any]:
    """Start a run over REST, work on it, and return its task."""
    answer = client.post("/metastore/v1/tasks", json={"type": kind, "payload": {"connection_id": "lake"}})
    assert answer.status_code == 201, answer.text
    identifier = answer.json()["id"]
    dag = "crosswind_discover" if kind == "DISCOVERY" else "crosswind_crawl"
    assert served.airflow.work(dag, identifier) == "success"
    found: dict[str, Any] = client.get(f"/metastore/v1/tasks/{identifier}").json()
    assert found["status"] == "COMPLETED"
    return found


def assets(client: httpx.Client) -> dict[str, dict[str, Any]]:
    listed = client.get("/metastore/v1/assets", params={"limit": 100}).json()["data"]
    found = (client.get(f"/metastore/v1/assets/{each['id']}").json() for each in listed)
    return {each["name"]: each for each in found}


def audited(served: Served) -> int:
    """How much the audit tells of assets and crawls; that somebody starts a task is told in any case."""
    with served.rest.platform.session() as session:
        asked = "select count(*) from crosswind.audit where entity_type in ('ASSET', 'CRAWL')"
        return int(session.scalar(text(asked)) or 0)


def test_a_bucket_is_discovered_crawled_and_left_alone_while_it_stays(
    served: Served, server: S3Server, bucket: Any
) -> None:
    client = served.rest.client()
    with server.checking():
        discovered = run(served, client, "DISCOVERY")["result"]
        assert (discovered["datasets"], discovered["columns"]) == (4, 0)
        crawled = run(served, client)["result"]
    assert {name: crawled[name] for name in ("schemas", "tables", "views", "datasets", "sent")} == {
        "schemas": 1, "tables": 0, "views": 0, "datasets": 4, "sent": 4,
    }  # fmt: skip
    found = assets(client)
    assert set(found) == {"/", "raw/flights", "crm/people.jsonl", "reference/airlines.csv"}
    flights = found["raw/flights"]
    assert (flights["type"], flights["qualified_name"]) == ("DATASET", "lake.s3.lake.raw/flights")
    told = flights["metadata"]
    assert (told["path"], told["format"], told["files"]) == ("s3://lake/raw/flights", "parquet", 2)
    assert [each["name"] for each in told["partition_keys"]] == ["year", "month"]
    assert told["size_bytes"] > 0
    assert told["last_modified"]
    assert [each["name"] for each in flights["schema"]] == ["carrier", "delay", "year", "month"]
    assert found["/"]["metadata"]["type_detail"] == "bucket"
    hits = client.get("/metastore/v1/search", params={"q": "email"}).json()["results"]
    assert [hit["asset"]["name"] for hit in hits] == ["crm/people.jsonl"]

    before, told = writes(served.rest, *WRITTEN), audited(served)
    again = run(served, client)["result"]
    assert (again["sent"], again["seen"]) == (0, 4)
    assert (writes(served.rest, *WRITTEN), audited(served)) == (before, told)


def test_what_changes_in_a_bucket_is_versioned_and_what_vanishes_is_removed(served: Served, bucket: Any) -> None:
    client = served.rest.client()
    run(served, client)
    before = assets(client)
    body = parquet(carrier=["UA"], delay=[1.5], tail=["N1"])
    for month in (1, 2):
        bucket.put_object(Bucket=BUCKET, Key=f"raw/flights/year=2013/month={month}/part-0.parquet", Body=body)
    bucket.delete_object(Bucket=BUCKET, Key="reference/airlines.csv")
    bucket.put_object(Bucket=BUCKET, Key="new/orders.csv", Body=b"id,total\n1,2.5\n")
    task = run(served, client)
    crawl = client.get(f"/platform/v1/crawls/{task['id']}").json()
    assert {kind: crawl["counts"][kind] for kind in ("added", "changed", "removed")} == {
        "added": 1, "changed": 1, "removed": 1,
    }  # fmt: skip
    (changed,) = crawl["changed"]
    assert 'column "tail" added (string)' in changed["changes"]
    after = assets(client)
    assert set(after) == {"/", "raw/flights", "crm/people.jsonl", "new/orders.csv"}
    versions = [each["raw/flights"]["source_version"] for each in (before, after)]
    assert versions[1] == versions[0] + 1
    assert after["crm/people.jsonl"]["source_version"] == before["crm/people.jsonl"]["source_version"]


def test_a_refused_key_ends_the_crawl_with_its_step_and_removes_nothing(
    served: Served, server: S3Server, bucket: Any
) -> None:
    client = served.rest.client()
    run(served, client)
    path = "/connections-platform/v1/connections/lake/credentials"
    assert client.put(path, json={"credentials": {"accessKey": "AKIANOBODY", "secretKey": "wr0ng"}}).is_success
    answer = client.post("/metastore/v1/tasks", json={"type": "CRAWL", "payload": {"connection_id": "lake"}})
    with server.checking():
        assert served.airflow.work("crosswind_crawl", answer.json()["id"]) == "failed"
    error = client.get(f"/metastore/v1/tasks/{answer.json()['id']}").json()["error"]
    assert (error["code"], bool(error["step"]), bool(error["remedy"])) == ("CONN_003", True, True)
    assert "wr0ng" not in str(error)
    assert len(assets(client)) == 4
