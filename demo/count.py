"""Keys and column lineage, counted through REST as a client would."""

from __future__ import annotations

from collections import Counter
from typing import Any

from demo.api import METASTORE, Api

MOST_ASSETS = 100
MOST_VIEWS = 30


def details(api: Api, connection: str) -> Counter[str]:
    """Return how many keys and traced view columns there are among the first assets of a connection."""
    path = f"{METASTORE}/assets"
    found = api.call("GET", path, connection_id=connection, sort="name:asc", limit=MOST_ASSETS)["data"]
    counted: Counter[str] = Counter()
    for asset in found:
        metadata = api.call("GET", f"{path}/{asset['id']}")["metadata"]
        counted.update(_of_dataset(metadata) if asset["type"] == "DATASET" else _keys(metadata))
    for view in [asset for asset in found if asset["type"] == "VIEW"][:MOST_VIEWS]:
        answer = api.call("GET", f"{path}/{view['id']}/lineage", depth=1, direction="upstream")
        counted["view columns traced to their source"] += len(_traced(answer["upstream"]))
    return counted


def _keys(metadata: dict[str, Any]) -> dict[str, int]:
    return {
        "primary keys": int(bool(metadata.get("primary_key"))),
        "unique keys": len(metadata.get("unique_keys") or []),
        "foreign keys": len(metadata.get("foreign_keys") or []),
    }


def _of_dataset(metadata: dict[str, Any]) -> dict[str, int]:
    """Files are counted by format; the bucket itself, which has none, counts all of them again."""
    if "format" not in metadata:
        return {}
    return {f"{metadata['format']} files": int(metadata.get("files") or 0)}


def _traced(edges: list[dict[str, Any]]) -> set[str]:
    mappings = ((edge["relationship"].get("metadata") or {}).get("column_mapping") or {} for edge in edges)
    return {column for mapping in mappings for column in mapping}
