"""Uploaded files: kept in parts until they were taken in."""

from __future__ import annotations

import gzip

import httpx
from tests.support.app import PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.imports import Import, asset, jsonl, upload
from tests.support.runs import MadeUpRuns


def test_a_file_is_kept_in_parts_and_goes_when_it_was_taken_in(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    content = gzip.compress(jsonl(asset("users")) + b" " * 100, 0) + bytes(9_000_000)
    work = Import(rest, runs, engineer, content)
    assert ok(work.client.get(f"{PLATFORM}/imports/{work.id}/source"))["size"] == len(content)
    parts = [work.client.get(f"{PLATFORM}/imports/{work.id}/parts/{number}") for number in range(4)]
    assert b"".join(part.content for part in parts) == content
    assert [part.status_code for part in parts] == [200, 200, 200, 204]
    ok(work.begin())
    ok(work.complete())
    assert work.client.get(f"{PLATFORM}/imports/{work.id}/source").status_code == 404
    assert rest.stored("upload_parts") == ""


def test_a_file_can_be_looked_at_and_let_go(rest: Rest, engineer: httpx.Client) -> None:
    identifier = upload(engineer, b"{}").removeprefix("upload:")
    assert ok(engineer.get(f"{PLATFORM}/uploads/{identifier}"))["size"] == 2
    assert rest.client(tenant="other").get(f"{PLATFORM}/uploads/{identifier}").status_code == 404
    assert rest.client("viewer").get(f"{PLATFORM}/uploads/{identifier}").status_code == 403
    assert engineer.delete(f"{PLATFORM}/uploads/{identifier}").status_code == 204
    assert engineer.get(f"{PLATFORM}/uploads/{identifier}").status_code == 404
    assert rest.client("viewer").post(f"{PLATFORM}/uploads", content=b"{}").status_code == 403
    assert engineer.post(f"{PLATFORM}/uploads", content=b"").status_code == 400
