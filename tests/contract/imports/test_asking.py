"""Imports asked for as tasks, in the words of the design."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.imports import DAG, Import, asset, jsonl
from tests.support.runs import MadeUpRuns

TASKS = f"{METASTORE}/tasks"


def test_the_designs_own_body_is_taken_where_one_connection_is_to_the_bucket(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    body: dict[str, Any] = {
        "type": "BULK_INGESTION",
        "priority": 5,
        "payload": {"source": "s3://bucket/metadata.json", "format": "json"},
    }
    refused = engineer.post(TASKS, json=body)
    assert refused.status_code == 400
    assert refused.json()["error"]["details"]["field"] == "payload.source"


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({}, "payload.source"),
        ({"source": "file:///etc/passwd"}, "payload.source"),
        ({"source": "s3://bucket/"}, "payload.source"),
        ({"source": "upload:11111111-1111-1111-1111-111111111111"}, "payload.source"),
        ({"source": "s3://bucket/a", "format": "xml"}, "payload.format"),
        ({"source": "s3://bucket/a", "include": []}, "payload.include"),
        ({"source": "s3://bucket/a", "options": {"upsert": "maybe"}}, "payload.options.upsert"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_field(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client, payload: dict[str, Any], field: str
) -> None:
    answer = engineer.post(TASKS, json={"type": "BULK_INGESTION", "payload": payload})
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["field"] == field


def test_a_task_on_no_connection_is_its_tenants(rest: Rest, runs: MadeUpRuns, engineer: httpx.Client) -> None:
    work = Import(rest, runs, engineer)
    shown = ok(engineer.get(f"{TASKS}/{work.id}"))
    assert (shown["type"], shown["connection_id"], shown["status"]) == ("BULK_INGESTION", None, "RUNNING")
    assert runs.runs[DAG, work.id].conf == {"priority": 5, "source": shown["payload"]["source"], "format": "json"}
    (run,) = ok(engineer.get(f"{PLATFORM}/runs", params={"type": "BULK_INGESTION"}))["data"]
    assert (run["id"], run["connectionId"], run["connectionName"]) == (work.id, None, None)
    other = rest.client("data_engineer", tenant="other")
    assert other.get(f"{TASKS}/{work.id}").status_code == 404
    assert other.get(f"{PLATFORM}/imports/{work.id}").status_code == 404
    assert ok(other.get(f"{PLATFORM}/runs"))["data"] == []
    stolen = {"type": "BULK_INGESTION", "payload": shown["payload"]}
    assert other.post(TASKS, json=stolen).status_code == 400
    assert rest.client("viewer").post(TASKS, json=stolen).status_code == 403


def test_an_import_tells_how_its_file_is_called_also_when_the_file_is_gone(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    sent: dict[str, Any] = {"content": jsonl(asset("users")), "headers": {"Content-Type": "application/octet-stream"}}
    file = ok(engineer.post(f"{PLATFORM}/uploads", params={"name": "shops.jsonl"}, **sent))
    ask: dict[str, Any] = {"type": "BULK_INGESTION", "payload": {"source": file["source"]}}
    task = ok(engineer.post(TASKS, json=ask))
    assert (task["payload"]["source"], task["payload"]["name"]) == (file["source"], "shops.jsonl")
    again = {"type": "BULK_INGESTION", "payload": {**task["payload"], "name": "second.jsonl"}}
    assert ok(engineer.post(TASKS, json=again))["payload"]["name"] == "second.jsonl"
    nameless = Import(rest, runs, engineer)
    assert engineer.delete(f"{PLATFORM}/uploads/{file['id']}").status_code == 204
    assert ok(engineer.get(f"{TASKS}/{task['id']}"))["payload"]["name"] == "shops.jsonl"
    listed = ok(engineer.get(f"{PLATFORM}/runs", params={"type": "BULK_INGESTION"}))["data"]
    assert [each["fileName"] for each in listed] == [None, "second.jsonl", "shops.jsonl"]
    assert listed[0]["id"] == nameless.id
    ask["payload"]["name"] = "in\u202evoice"
    assert engineer.post(TASKS, json=ask).json()["error"]["details"]["field"] == "payload.name"
