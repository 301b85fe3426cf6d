"""Files of buckets into the catalog, from a real S3 server and from an emulation of one that knows more of AWS."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from tests.airflow.conftest import Served
from tests.airflow.test_import import FILES, start
from tests.support.imports import DAG, asset, jsonl
from tests.support.s3 import READING, S3Server, moto
from tests.support.s3_gateway import gateway

from crosswind_object_stores.s3 import streaming

BUCKET = "bucket"


@pytest.fixture(scope="module", params=["Versity S3 Gateway", "moto"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    real = request.param != "moto"
    running: AbstractContextManager[S3Server] = gateway(tmp_path_factory.mktemp("s3")) if real else moto()
    with running as found:
        yield found


@pytest.fixture
def bucket(served: Served, server: S3Server) -> Iterator[Any]:
    """A bucket that a governed connection is to; the client that fills it."""
    served.allow(server.port)
    client = server.client()
    client.create_bucket(Bucket=BUCKET)
    login = server.user("importer", *READING, buckets=(BUCKET,))
    body = {"bucket": BUCKET, "endpoint": server.endpoint}
    answer = served.rest.client().post(
        "/connections-platform/v1/connections/storage/s3",
        json={"id": "files", "configuration": body, "credentials": login},
    )
    assert answer.status_code == 201, answer.text
    yield client
    for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=found["Key"])
    client.delete_bucket(Bucket=BUCKET)
    server.forget("importer", login)
    served.airflow.forget("files")


def test_the_designs_own_body_takes_in_an_object_of_a_bucket(served: Served, bucket: Any) -> None:
    bucket.put_object(Bucket="bucket", Key="metadata.json", Body=FILES["an array"])
    admin = served.rest.client()
    identifier = start(admin, "s3://bucket/metadata.json")
    assert served.airflow.work(DAG, identifier) == "success"
    done = admin.get(f"/metastore/v1/tasks/{identifier}").json()
    assert (done["result"]["created"], done["connection_id"]) == (2, "files")


def test_a_run_started_in_airflows_form_takes_in_what_its_starter_may(served: Served, bucket: Any) -> None:
    bucket.put_object(Bucket="bucket", Key="metadata.json", Body=FILES["lines"])
    served.rest.people.add("eve", "data_engineer")
    served.rest.people.add("vera", "viewer")
    conf = {"conn_id": "files", "source": "s3://bucket/metadata.json", "format": "json"}
    assert served.airflow.work(DAG, served.airflow.trigger(DAG, conf, user="vera")) == "failed"
    assert served.airflow.work(DAG, served.airflow.trigger(DAG, conf, user="eve")) == "success"
    runs = served.rest.client().get("/platform/v1/runs", params={"type": "BULK_INGESTION"}).json()["data"]
    assert [(run["requestedBy"], run["status"]) for run in runs] == [("eve", "COMPLETED")]
    assert runs[0]["fileName"] == "s3://bucket/metadata.json"


def test_an_object_that_is_not_there_or_not_reached_says_so(served: Served, bucket: Any) -> None:
    admin = served.rest.client()
    identifier = start(admin, "s3://bucket/away.json")
    assert served.airflow.work(DAG, identifier) in {"failed", "running"}
    assert admin.get(f"/metastore/v1/tasks/{identifier}").json()["error"]["message"]
    other = {"type": "BULK_INGESTION", "payload": {"source": "s3://another/away.json"}}
    assert admin.post("/metastore/v1/tasks", json=other).json()["error"]["details"]["field"] == "payload.source"


def test_a_zipped_object_is_read_in_pieces_and_what_it_says_again_is_not_written(
    served: Served, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "PIECE", 4_000)
    lines = [asset(f"t{number}", description="x" * 200) for number in range(2_000)]
    bucket.put_object(Bucket=BUCKET, Key="deep/zipped ü.jsonl.gz", Body=gzip.compress(jsonl(*lines), 1))
    admin = served.rest.client()
    for counted in ("created", "unchanged"):
        identifier = start(admin, f"s3://{BUCKET}/deep/zipped ü.jsonl.gz")
        assert served.airflow.work(DAG, identifier) == "success"
        done = admin.get(f"/metastore/v1/tasks/{identifier}").json()
        assert (done["result"][counted], done["result"]["errors"]) == (len(lines), 0)


def test_a_login_that_the_server_refuses_takes_in_nothing_and_tells_no_secret(
    served: Served, server: S3Server, bucket: Any
) -> None:
    bucket.put_object(Bucket=BUCKET, Key="metadata.json", Body=FILES["lines"])
    admin = served.rest.client()
    path = "/connections-platform/v1/connections/files/credentials"
    wrong = {"accessKey": "importer", "secretKey": "another secret"}
    assert admin.put(path, json={"credentials": wrong}).is_success
    identifier = start(admin, f"s3://{BUCKET}/metadata.json")
    with server.checking():
        assert served.airflow.work(DAG, identifier) == "failed"
    done = admin.get(f"/metastore/v1/tasks/{identifier}").json()
    assert (done["status"], done["error"]["step"]) == ("FAILED", "login")
    assert "access key" in done["error"]["message"]
    assert "another secret" not in str(done)
