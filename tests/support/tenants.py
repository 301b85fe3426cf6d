"""A second tenant with one of everything, for tests that try its ids from outside."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from sqlalchemy import text
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, connection, crawl, ok, table
from tests.support.scans import ScanTask, seen
from tests.support.served import Served

from crosswind.contexts.access.permissions import PERMISSIONS
from crosswind.kit.actor import Actor

GOVERNANCE = f"{CONNECTIONS}/governance"
CANARY = "acmes-own"
"""The name of what the tenant has, wherever it may choose one."""


@dataclass
class Acme:
    """The tenant's administrator; its ids by the beginning of a route's path; and those that bodies name, by kind."""

    client: httpx.Client
    ids: dict[str, dict[str, str]]
    own: dict[str, str]

    def at(self, route: Served) -> str:
        """The route's path with acme's ids in it."""
        for prefix, values in self.ids.items():
            if route.path.startswith(prefix):
                return route.at(values)
        raise AssertionError(f"{route.id} takes an id that this test does not know")


def _spoken(theirs: httpx.Client, noun: str, asset: str) -> str:
    """A word of the tenant's vocabulary, put on its asset."""
    found = ok(theirs.post(f"{PLATFORM}/{noun}", json={"name": CANARY, "description": CANARY}))
    ok(theirs.post(f"{PLATFORM}/{noun}/{found['id']}/assets", json={"add": [asset]}))
    return str(found["id"])


def _made(theirs: httpx.Client, name: str) -> str:
    """An asset that no crawl found."""
    body = {"type": "DASHBOARD", "name": name, "qualified_name": name}
    return str(ok(theirs.post(f"{METASTORE}/assets", json=body))["id"])


def _imported(rest: Rest, theirs: httpx.Client) -> tuple[str, str]:
    """An import under way of an uploaded file, and another file."""
    first, second = (ok(theirs.post(f"{PLATFORM}/uploads", content=CANARY.encode())) for _ in range(2))
    task = Task(rest, None, kind="BULK_INGESTION", tenant="acme", source=first["source"], format="json")
    with rest.acting(Actor("ana-of-acme", "Ana", "acme", permissions=PERMISSIONS)) as services:
        services.tasks._imports.begin(task.id, services.uow.actor)
    return task.id, str(second["id"])


def fill(rest: Rest) -> Acme:
    """Make the tenant `acme` and everything in it."""
    theirs = rest.client("platform_admin", "acme", subject="ana-of-acme")
    tag = ok(theirs.post(f"{GOVERNANCE}/tags", json={"name": CANARY, "category": "Sensitive"}))["id"]
    ok(theirs.post(f"{GOVERNANCE}/classifications", json={"name": CANARY, "level": 2}))
    key = connection(rest, CANARY, "acme")
    crawl(rest, key, tenant="acme", found=[table(f"{CANARY}-table")])
    (asset,) = theirs.get(f"{METASTORE}/assets").json()["data"]
    columns = theirs.get(f"{METASTORE}/assets/{asset['id']}").json()["schema"]
    made = theirs.post(f"{PLATFORM}/keys", json={"name": CANARY}).json()
    grant = theirs.post(f"{PLATFORM}/grants", json={"subject": CANARY, "attribute": "region", "value": CANARY}).json()
    member = theirs.post(f"{PLATFORM}/members", json={"subject": CANARY}).json()
    spoken = {noun: _spoken(theirs, noun, asset["id"]) for noun in ("domains", "terms", "data-products")}
    gone, other = (_made(theirs, f"{CANARY}-{name}") for name in ("gone", "other"))
    joined = {"source_asset_id": asset["id"], "target_asset_id": other, "metadata": {"note": CANARY}}
    edge = ok(theirs.post(f"{METASTORE}/relationships", json={**joined, "type": "RELATED_TO"}))["id"]
    theirs.delete(f"{METASTORE}/assets/{gone}")
    receiver = {"name": CANARY, "url": "https://hooks.example.com/"}
    webhook = ok(theirs.post(f"{PLATFORM}/webhooks", json=receiver))
    with rest.platform.session() as session:
        task = str(session.scalar(text("SELECT id FROM crosswind.tasks WHERE tenant = 'acme'")))
    importing, upload = _imported(rest, theirs)
    scanned = ScanTask(rest, key, tenant="acme")
    ok(scanned.send({f"{CANARY}-table.name": [seen("EMAIL", reason=CANARY)]}))
    ok(scanned.end())
    connections = {"connectionId": CANARY, "schema": "public", "table": f"{CANARY}-table"}
    ids = {
        "/connections-platform/": connections,
        f"{METASTORE}/tasks/": {"id": task},
        f"{METASTORE}/assets/": {"id": asset["id"]},
        **{f"{PLATFORM}/{noun}/": {"id": identifier} for noun, identifier in spoken.items()},
        f"{PLATFORM}/assets/": {"id": asset["id"], "assetId": asset["id"], "number": "2", "tagId": tag},
        f"{METASTORE}/relationships/": {"id": edge},
        f"{PLATFORM}/relationships/": {"relationshipId": edge},
        f"{PLATFORM}/tags/": {"tagId": tag, "id": tag},
        f"{PLATFORM}/keys/": {"id": made["id"]},
        f"{PLATFORM}/members/": {"id": member["id"]},
        f"{PLATFORM}/grants/": {"id": grant["id"]},
        f"{PLATFORM}/webhooks/": {"id": webhook["id"]},
        f"{PLATFORM}/runs/": {"taskId": task},
        f"{PLATFORM}/crawls/": {"taskId": task},
        f"{PLATFORM}/scans/": {"taskId": scanned.id},
        f"{PLATFORM}/imports/": {"taskId": importing, "number": "0"},
        f"{PLATFORM}/uploads/": {"uploadId": upload},
    }
    found = ok(theirs.get(f"{PLATFORM}/findings"))["data"][0]
    own = {"asset": asset["id"], "column": columns[0]["id"], "connection": CANARY, "finding": found["id"]}
    own["asset2"] = other
    own["violation"] = ok(theirs.get(f"{GOVERNANCE}/compliance/violations"))["data"][0]["id"]
    ids[f"{PLATFORM}/violations/"] = {"violationId": own["violation"]}
    return Acme(theirs, ids, own)
