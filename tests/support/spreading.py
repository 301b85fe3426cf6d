"""Assets, edges and tags that spread along them, as tests make them over REST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from sqlalchemy import event
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok

Chain = list[str]
"""The ids of assets, each made of the one before."""
Reached = dict[str, list[tuple[str, str, str, int]]]


def made(client: httpx.Client, name: str) -> str:
    """A table without columns."""
    body = {"type": "TABLE", "name": name, "qualified_name": f"x.{name}"}
    return str(ok(client.post(f"{METASTORE}/assets", json=body))["id"])


def edge(client: httpx.Client, source: str, target: str, **mapping: Any) -> str:
    """The source is made of the target, its columns of those that are given."""
    metadata = {"metadata": {"column_mapping": mapping}} if mapping else {}
    body = {"source_asset_id": source, "target_asset_id": target, "type": "DEPENDS_ON", **metadata}
    return str(ok(client.post(f"{METASTORE}/relationships", json=body))["id"])


def spreads(client: httpx.Client, name: str = "PII", **how: Any) -> dict[str, Any]:
    """Let a tag of this name spread."""
    tags = {each["name"]: each for each in ok(client.get(f"{METASTORE}/tags"))["data"]}
    tag = tags.get(name) or ok(client.post(f"{METASTORE}/tags", json={"name": name}))
    body = {"propagates": "downstream", **how}
    return dict(ok(client.put(f"{PLATFORM}/tags/{tag['id']}/propagation", json=body)))


def tag(client: httpx.Client, asset: str, *tags: str) -> None:
    """Put these tags on an asset, and no others."""
    ok(client.put(f"{METASTORE}/assets/{asset}", json={"tags": list(tags)}))


def reached(client: httpx.Client, *ids: str) -> list[list[tuple[str, str, int]]]:
    """(tag, origin, depth) that reached each of these."""
    found = (ok(client.get(f"{METASTORE}/assets/{each}"))["propagated_tags"] for each in ids)
    return [[(every["tag"], every["from_asset"], every["depth"]) for every in each] for each in found]


def found(client: httpx.Client, q: str) -> set[str]:
    """The names of the assets that a search finds."""
    return {hit["asset"]["name"] for hit in ok(client.get(f"{METASTORE}/search", params={"q": q}))["results"]}


def streamed(client: httpx.Client, kind: str, name: str, **more: Any) -> None:
    """An event of one asset."""
    body = {"asset": {"type": "TABLE", "name": name, "qualified_name": f"x.{name}", **more}}
    ok(client.post(f"{METASTORE}/ingestion/stream", json=body, headers={"X-Event-Type": kind}))


def counted(rest: Rest, work: Callable[[], object]) -> int:
    """How many statements something costs."""
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(rest.platform.engine, "before_cursor_execute", listen)
    work()
    event.remove(rest.platform.engine, "before_cursor_execute", listen)
    return len(seen)


def wide(client: httpx.Client, *names: str, columns: tuple[str, ...] = ("id", "mail")) -> None:
    """Tables with these columns and no others."""
    shape = [{"name": column, "type": "text"} for column in columns]
    lines = [{"type": "TABLE", "name": name, "qualified_name": f"x.{name}", "columns": shape} for name in names]
    ok(client.post(f"{METASTORE}/ingestion/batch", json={"assets": lines}))


def mark(client: httpx.Client, asset: str, *tags: str, column: str = "mail") -> None:
    """Put these tags on a column, and no others."""
    body = {"columns": [{"name": column, "tags": list(tags)}]}
    ok(client.put(f"{METASTORE}/assets/{asset}", json=body))


def on_columns(client: httpx.Client, *ids: str) -> list[Reached]:
    """(tag, origin's asset, its column, depth) that reached columns of each of these, by column."""
    shown = (ok(client.get(f"{METASTORE}/assets/{each}"))["schema"] for each in ids)
    return [{column["name"]: places(column) for column in schema if column["propagated_tags"]} for schema in shown]


def places(column: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    """(tag, origin's asset, its column, depth) that reached one column."""
    told = column["propagated_tags"]
    return [(each["tag"], each["from_name"], each["from_column"], each["depth"]) for each in told]
