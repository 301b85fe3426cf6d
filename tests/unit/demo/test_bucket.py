"""The demo's second source: the same files at every run, on a server that ends with the demo."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from demo.bucket import objects
from demo.bucket.server import BUCKET, REGION, BucketServer
from tests.support.installation import free_ports

from crosswind.connectors.patterns import Patterns
from crosswind.connectors.registry import installed
from crosswind.doors.cli.stack import processes
from crosswind.doors.cli.stack.layout import Layout
from crosswind.kit.outbound import OutboundGuard

PARTITIONED = {"events/page_views": 14, "raw/flights": 12}


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    (port,) = free_ports(1)
    made = replace(Layout.from_environment(), run=tmp_path, bucket_port=port)
    yield made
    processes.kill(processes.members(tmp_path))


def digests() -> dict[str, str]:
    return {key: hashlib.sha256(body).hexdigest() for key, body in objects.objects()}


def test_every_run_makes_the_same_files() -> None:
    made = digests()
    assert made == digests()
    assert (len(made), len(set(made.values()))) == (32, 32)


def test_the_bucket_is_what_a_crawl_finds(layout: Layout) -> None:
    server = BucketServer(layout)
    keys, number = server.start()
    assert number == 32
    connector = installed().get("s3")
    settings = connector.settings(bucket=BUCKET, region=REGION, endpoint=server.endpoint)
    guard = OutboundGuard(frozenset({f"127.0.0.1:{layout.bucket_port}"}), [])
    with connector.open(settings, {"accessKey": keys.access, "secretKey": keys.secret}, guard) as opened:
        found = {each.name: each for each in opened.discover("full", Patterns()).objects}
    assert set(found) == {"/", "crm/customers", "reference/airlines.csv", "reference/airports.csv", *PARTITIONED}
    assert {name: found[name].statistics["files"] for name in PARTITIONED} == PARTITIONED
    assert all(each.columns for name, each in found.items() if name != "/")
    assert (found["/"].facts["publicAccess"], found["/"].facts["encryptedAtRest"]) == (False, True)
    server.stop()
    assert processes.members(layout.run) == set()


def test_a_server_that_a_killed_demo_left_makes_way_and_the_login_stays(layout: Layout) -> None:
    first, _ = BucketServer(layout).start()
    server = BucketServer(layout)
    again, _ = server.start()
    assert (again.access, again.secret) == (first.access, first.secret)
    server.stop()
    assert processes.members(layout.run) == set()
