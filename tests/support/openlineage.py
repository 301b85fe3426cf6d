"""The official OpenLineage client against our door on a port, and events that tests make up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from openlineage.client import OpenLineageClient
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpCompression, HttpConfig, HttpTransport

PRODUCER = "https://example.com/producer"
START = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
NAMESPACE = "postgres://db.example.com:5432"


def client_of(base: str, key: str, *, gzip: bool = False) -> OpenLineageClient:
    """A client whose transport posts below `base`, which ends with the mount of the metastore."""
    config = HttpConfig(
        url=f"{base}/metastore/",
        auth=ApiKeyTokenProvider({"apiKey": key}),
        timeout=10,
        compression=HttpCompression.GZIP if gzip else None,
        retry={"total": 0},
    )
    return OpenLineageClient(transport=HttpTransport(config))


def dataset(name: str, namespace: str = NAMESPACE, **facets: Any) -> dict[str, Any]:
    """A dataset as JSON."""
    return {"namespace": namespace, "name": name, **({"facets": facets} if facets else {})}


def event(
    kind: str = "COMPLETE",
    *,
    run: str | None = None,
    job: str = "load",
    inputs: Sequence[dict[str, Any]] = (),
    outputs: Sequence[dict[str, Any]] = (),
    minutes: int = 0,
    facets: dict[str, Any] | None = None,
    job_facets: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A RunEvent as JSON."""
    return {
        "eventType": kind,
        "eventTime": (START + timedelta(minutes=minutes)).isoformat(),
        "producer": PRODUCER,
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": run or str(uuid4()), "facets": facets or {}},
        "job": {"namespace": "jobs", "name": job, "facets": job_facets or {}},
        "inputs": list(inputs),
        "outputs": list(outputs),
    }


def columns(**made: list[tuple[str, str]]) -> dict[str, Any]:
    """A columnLineage facet: the columns written, each with (dataset, column) that it is made of."""
    fields = {
        name: {"inputFields": [{"namespace": NAMESPACE, "name": table, "field": field} for table, field in sources]}
        for name, sources in made.items()
    }
    return {"_producer": PRODUCER, "_schemaURL": "x", "fields": fields}


def schema(*fields: str) -> dict[str, Any]:
    """A schema facet of `name type`."""
    pairs = (each.partition(" ") for each in fields)
    return {
        "_producer": PRODUCER,
        "_schemaURL": "x",
        "fields": [{"name": name, "type": kind} for name, _, kind in pairs],
    }
