"""The official OpenLineage client against our door on a port, and events that tests make up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpCompression, HttpConfig, HttpTransport
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok

PRODUCER = "https://example.com/producer"
START = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
LINEAGE = "/metastore/api/v1/lineage"
NAMESPACE = "postgres://db.example.com:5432"
Post = Callable[..., httpx.Response]


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


def assets(rest: Rest, **query: Any) -> dict[str, dict[str, Any]]:
    """Up to 100 assets by their qualified names."""
    found = ok(rest.client().get(f"{METASTORE}/assets", params={"limit": 100, **query}))["data"]
    return {each["qualified_name"]: each for each in found}


def edges(rest: Rest) -> list[tuple[str, str, str]]:
    """The names of each relationship's ends, with its type between them."""
    with rest.platform.session() as session:
        rows = session.execute(
            text(
                "SELECT s.name, r.type, t.name FROM crosswind.relationships r JOIN crosswind.assets s "
                "ON s.key = r.source_key JOIN crosswind.assets t ON t.key = r.target_key ORDER BY 1, 2, 3"
            )
        )
        return [tuple(row) for row in rows]


def runs(rest: Rest, qualified_name: str, **query: Any) -> list[dict[str, Any]]:
    """The runs of a job, or those that read or wrote a dataset, as a viewer sees them."""
    identifier = assets(rest)[qualified_name]["id"]
    found: list[dict[str, Any]] = ok(rest.client("viewer").get(f"{PLATFORM}/assets/{identifier}/runs", params=query))[
        "data"
    ]
    return found


def run_event(
    state: RunState, at: datetime, run: Run, job: Job, inputs: Sequence[Any] = (), outputs: Sequence[Any] = ()
) -> RunEvent:
    """A RunEvent of the official client."""
    return RunEvent(
        eventType=state, eventTime=at.isoformat(), run=run, job=job, producer=PRODUCER,
        inputs=list(inputs), outputs=list(outputs),
    )  # fmt: skip
