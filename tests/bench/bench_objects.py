"""A crawl of very many keys against a bare listing of the same keys by boto3, and what memory the crawl takes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.listing import BUCKET, KEY, serving
from tests.bench.report import Figure
from tests.bench.stage import Stage

SECONDS = 1800
KEYS = 1_000_000
AT_MOST = 2.5
MOST_MEGABYTES = 300


def run(stage: Stage) -> None:
    measure(stage, KEYS)


def measure(stage: Stage, total: int) -> None:
    with serving(total) as port:
        bare, crawled = alone("bare", port), alone("crawl", port)
    assert bare["keys"] == crawled["keys"] == total, (bare, crawled)
    stage.report.add(
        "objects", total,
        Figure("crawl, beside a bare listing by boto3", crawled["seconds"], "s", at_most=AT_MOST,
               beside=bare["seconds"]),
        Figure("datasets found, with the columns of those that are tables", crawled["datasets"], ""),
        Figure("peak memory of the crawl's process", crawled["megabytes"], "MB", at_most=MOST_MEGABYTES),
        Figure("peak memory of the bare listing's process", bare["megabytes"], "MB"),
    )  # fmt: skip


def alone(what: str, port: int) -> dict[str, Any]:
    """Measure in a process that does nothing else."""
    program = f"from tests.bench.bench_objects import {what}, told; told({what}, {port})"
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True, timeout=SECONDS
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def told(work: Any, port: int) -> None:
    """Print what a piece of work counted, its seconds and this process's peak memory."""
    since = time.perf_counter()
    counted = work(port)
    seconds = time.perf_counter() - since
    status = Path("/proc/self/status").read_text().splitlines()
    memory = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    print(json.dumps({**counted, "seconds": seconds, "megabytes": memory}))


def bare(port: int) -> dict[str, int]:
    """List every key with boto3's own paginator."""
    import boto3
    from botocore.config import Config

    config = Config(s3={"addressing_style": "path"})
    client = boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", config=config,
        aws_access_key_id=KEY, aws_secret_access_key=KEY,
    )  # fmt: skip
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    return {"keys": sum(len(page["Contents"]) for page in pages)}


def crawl(port: int) -> dict[str, int]:
    """Discover the bucket in full, each object seen."""
    from crosswind.connectors.patterns import Patterns
    from crosswind.kit.outbound import OutboundGuard
    from crosswind_object_stores.s3.connector import S3Connector
    from crosswind_object_stores.s3.settings import S3Settings

    settings = S3Settings.model_validate({"bucket": BUCKET, "endpoint": f"http://127.0.0.1:{port}"})
    guard = OutboundGuard([f"127.0.0.1:{port}"])
    with S3Connector(settings, {"accessKey": KEY, "secretKey": KEY}, guard) as connector:
        found = list(connector.discover("full", Patterns()).objects)
    counted = next(each for each in found if each.name == "/")
    assert not [each.name for each in found if each.name.startswith(("facts/", "drops/", "logs/")) and not each.columns]
    return {"keys": int(str(counted.statistics["files"])), "datasets": len(found) - 1}
