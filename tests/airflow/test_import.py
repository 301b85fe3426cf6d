"""Files into the catalog end to end: asked for over REST, worked on by Airflow's own task runner."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from math import ceil
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.airflow.conftest import Served
from tests.support.imports import DAG, asset, edge, jsonl, upload

from crosswind.doors.airflow import importing

LINES = 45_000
"""Three blocks."""


def start(client: httpx.Client, source: str, **more: Any) -> str:
    payload = {"source": source, "format": "json", **more}
    answer = client.post("/metastore/v1/tasks", json={"type": "BULK_INGESTION", "priority": 5, "payload": payload})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def take_in(served: Served, content: bytes, expected: str = "success", **more: Any) -> dict[str, Any]:
    admin = served.rest.client()
    identifier = start(admin, upload(admin, content), **more)
    assert served.airflow.work(DAG, identifier) == expected
    found: dict[str, Any] = admin.get(f"/metastore/v1/tasks/{identifier}").json()
    return found


def count(served: Served, sql: str) -> int:
    with served.rest.platform.session() as session:
        return int(session.scalar(text(sql)) or 0)


def problems(served: Served, task: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = served.rest.client().get(f"/platform/v1/imports/{task['id']}/errors").json()["data"]
    return found


FILES = {
    "lines": jsonl(asset("users"), b"", asset("orders"), edge("orders", "users")),
    "windows lines": b"\r\n".join(json.dumps(each).encode() for each in (asset("users"), asset("orders"))) + b"\r\n",
    "a mark before": b"\xef\xbb\xbf" + jsonl(asset("users"), asset("orders")),
    "an array": json.dumps([asset("users"), asset("orders"), edge("orders", "users")], indent=2).encode(),
    "gzip": gzip.compress(jsonl(asset("users"), asset("orders"))),
    "gzip in two parts": gzip.compress(jsonl(asset("users")) + b"\n") + gzip.compress(jsonl(asset("orders"))),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_was_sent_is_taken_in(served: Served, kind: str) -> None:
    done = take_in(served, FILES[kind])
    assert (done["status"], done["progress"], done["error"]) == ("COMPLETED", 100, None)
    assert (done["result"]["created"], done["result"]["errors"]) == (2, 0)
    found = served.rest.client().get("/metastore/v1/search", params={"q": "orders"}).json()["results"]
    assert [hit["asset"]["qualified_name"] for hit in found] == ["prod.public.orders"]


def test_a_line_of_a_hundred_megabytes_is_passed_over_in_bounded_memory(served: Served) -> None:
    long = b'{"kind":"asset","type":"TABLE","name":"' + b"x" * 100_000_000 + b'"}'
    done = take_in(served, gzip.compress(b"\n".join((jsonl(asset("users")), long, jsonl(asset("orders")))), 1))
    assert (done["result"]["created"], done["result"]["errors"], done["result"]["lines"]) == (2, 1, 3)
    assert [each["line"] for each in problems(served, done)] == [2]


BROKEN = {
    "cut gzip": (gzip.compress(jsonl(*(asset(f"t{number}") for number in range(5000))))[:-20], "cut short"),
    "no gzip": (b"\x1f\x8b" + b"nothing of the kind" * 10, "does not unzip"),
    "a bomb": (gzip.compress(bytes(150_000_000), 9), "times its size"),
    "an open array": (b'[{"type":"TABLE","name":"a","qualified_name":"a"},', "no JSON array"),
    "a broken array": (b"[nope]", "no JSON array"),
    "two arrays": (b"[%s]\n[%s]" % (jsonl(asset("a")), jsonl(asset("b"))), "goes on after its JSON array"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_is_broken_ends_the_run_at_once_and_says_why(served: Served, kind: str) -> None:
    content, said = BROKEN[kind]
    done = take_in(served, content, "failed")
    assert done["status"] == "FAILED"
    assert said in done["error"]["message"]


def test_with_validate_a_bad_line_ends_the_run(served: Served) -> None:
    done = take_in(served, jsonl(asset("users"), b"nope"), "failed", options={"validate": True})
    assert done["status"] == "FAILED"
    assert "line 2" in done["error"]["message"]
    assert count(served, "SELECT count(*) FROM crosswind.assets") == 0


def test_a_killed_import_goes_on_where_it_was_without_loss_or_double(served: Served) -> None:
    admin = served.rest.client()
    lines = [asset(f"t{number}") for number in range(LINES - 1)] + [edge("t1", "t2")]
    identifier = start(admin, upload(admin, gzip.compress(jsonl(*lines), 1)))
    served.airflow.start(DAG, identifier)
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.support.worker", DAG, identifier],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    stored = "SELECT coalesce(max(sequence), 0) FROM crosswind.imports"
    until = time.monotonic() + 120
    while not count(served, stored) and worker.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    worker.send_signal(signal.SIGKILL)
    worker.wait(20)
    assert 1 <= count(served, stored) < ceil(LINES / importing.LINES)
    assert served.airflow.work(DAG, identifier) == "success"
    done = admin.get(f"/metastore/v1/tasks/{identifier}").json()
    assert (done["status"], done["result"]["lines"], done["result"]["created"]) == ("COMPLETED", LINES, LINES - 1)
    assert done["result"]["unchanged"] == 0
    assert count(served, "SELECT count(*) FROM crosswind.assets") == LINES - 1
    assert count(served, "SELECT count(*) FROM crosswind.assets WHERE version <> 1") == 0
    assert count(served, "SELECT count(*) FROM crosswind.relationships") == 1
    assert count(served, "SELECT count(*) FROM crosswind.outbox WHERE type = 'asset.created'") == LINES - 1
    told = f"SELECT count(*) FROM crosswind.audit WHERE action = 'IMPORT' AND after->>'task_id' = '{identifier}'"
    assert count(served, told) == ceil(LINES / importing.LINES)


@pytest.mark.parametrize("where", ["/begin", "/blocks", "/complete", "/outcome"])
def test_an_api_server_that_dies_and_comes_back_is_not_noticed(served: Served, where: str) -> None:
    admin = served.rest.client()
    identifier = start(admin, upload(admin, FILES["lines"]))
    served.server.dies_at, served.server.away = where, 1.0
    assert served.airflow.work(DAG, identifier) == "success"
    assert served.server.deaths == 1
    done = admin.get(f"/metastore/v1/tasks/{identifier}").json()
    assert (done["status"], done["result"]["created"]) == ("COMPLETED", 2)
