"""What a task's keys and another tenant may do: every route is tried, from the list of what is served."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM
from tests.support.proxies import BlackHole
from tests.support.stack import Stack

from crosswind.doors.cli.routes import Served, served
from crosswind.doors.rest.families import FAMILIES

pytestmark = pytest.mark.system
PREFIXES = {manners.name: manners.mount + manners.prefix for manners in FAMILIES}
ROUTES = [route for route in served() if not route.path.startswith("/api/")]
PRIVATE = [route for route in ROUTES if route.permission is not None]
INGEST = {"crawl:ingest", "scan:ingest", "import:ingest"}
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
NOWHERE = "00000000-0000-4000-8000-000000000000"


def name(route: Served) -> str:
    """How a route is called in a test's id."""
    return f"{route.method} {route.family}{route.path}"


def address(route: Served, given: dict[str, str]) -> str:
    """The route's path with its parameters filled in."""
    return PREFIXES[route.family] + re.sub(r"{(\w+)}", lambda found: given.get(found[1], NOWHERE), route.path)


@dataclass
class Running:
    """A task in the middle of its run, and the lease of its try."""

    task: str
    lease: str
    connection: str
    clients: dict[str, httpx.Client] = field(default_factory=dict)


@pytest.fixture(scope="module")
def running(stack: Stack) -> Iterator[Running]:
    """A crawl that waits for a silent source; the test takes the lease of its try for itself."""
    ingest = json.loads((stack.layout.run / "api-keys.json").read_text(encoding="utf-8"))["ingest"]
    connection = stack.register("nothing", configuration={"port": stack.ports[1], "connectionTimeout": 300})
    with BlackHole(stack.ports[1]):
        task = stack.start(connection)
        leased = "select count(*) from crosswind.leases where task_id = %s"
        stack.until(task, lambda _: stack.rows(leased, task) != [(0,)])
        asked = {"dagId": "crosswind_crawl", "runId": task, "tryNumber": 1}
        given = stack.ok(stack.client({"X-API-Key": ingest}).post(f"{PLATFORM}/leases", json=asked), 201)
        clients = {
            "lease": stack.client({"Authorization": f"Bearer {given['lease']}"}),
            "ingest key": stack.client({"X-API-Key": ingest}),
        }
        yield Running(task, given["lease"], connection, clients)
        stack.cancel(task)


@pytest.mark.parametrize("route", PRIVATE, ids=name)
@pytest.mark.parametrize("kind", ["lease", "ingest key"])
def test_a_tasks_keys_open_nothing_else(stack: Stack, running: Running, route: Served, kind: str) -> None:
    """A lease opens the ingest routes alone, for its own task; the ingest key gives leases and starts what is due."""
    own = {"lease": INGEST, "ingest key": {"lease:create", "due:start"}}[kind]
    given = {"connectionId": running.connection, "taskId": NOWHERE, "connId": "crosswind_default"}
    path = address(route, given)
    body = body_of(route, stack, running.connection)
    answer = running.clients[kind].request(route.method, path, json=body)
    if route.permission not in own:
        assert answer.status_code == 403, answer.text
    elif route.permission != "due:start":
        assert answer.status_code in {400, 403, 404}, answer.text


def test_a_lease_fills_its_own_task_and_no_other(stack: Stack, running: Running) -> None:
    """With bodies that are right: another running task's id is refused, also one of the same connection's past."""
    past = stack.register(stack.database("create table t (id int)"))
    other = str(stack.crawl(past)["id"])
    before = stack.assets(past)
    manifest = {"sequence": 0, "identity": "x", "database": "d", "items": [], "after": None, "upTo": None}
    bodies = {
        f"crawls/{other}/manifests": manifest,
        f"crawls/{other}/objects": {"sequence": 0, "objects": []},
        f"crawls/{other}/complete": {"identity": "x", "database": "d", "seen": 0, "ranges": 1},
    }
    lease = running.clients["lease"]
    for path, body in bodies.items():
        answer = lease.post(f"{PLATFORM}/{path}", json=body)
        assert answer.status_code in {403, 404}, answer.text
    outcome = lease.put(f"{PLATFORM}/runs/{other}/outcome", json={"error": {"message": "forged"}})
    assert outcome.status_code in {403, 404}, outcome.text
    assert stack.task(other)["error"] is None
    assert stack.assets(past) == before
    taken = lease.post(f"{PLATFORM}/crawls/{running.task}/manifests", json=manifest)
    assert taken.status_code == 200, taken.text


@pytest.mark.parametrize(
    ("changes", "statuses"),
    [
        ({"tryNumber": 2}, {409}), ({"dagId": "somebody_elses"}, {403}), ({"runId": "no-such-run"}, {404}),
        ({"dagId": "crosswind_tick"}, {403}), ({"runId": "x'; drop table t; --"}, {404}), ({"tryNumber": 0}, {400}),
    ],
)  # fmt: skip
def test_a_lease_is_for_a_running_try_of_our_own_dags(
    stack: Stack, running: Running, changes: dict[str, Any], statuses: set[int]
) -> None:
    asked = {"dagId": "crosswind_crawl", "runId": running.task, "tryNumber": 1, **changes}
    answer = running.clients["ingest key"].post(f"{PLATFORM}/leases", json=asked)
    assert answer.status_code in statuses, answer.text


def test_a_lease_of_a_run_that_ended_is_not_given(stack: Stack, running: Running) -> None:
    ended = stack.crawl(stack.register(stack.database("create table t (id int)")))
    asked = {"dagId": "crosswind_crawl", "runId": ended["id"], "tryNumber": 1}
    answer = running.clients["ingest key"].post(f"{PLATFORM}/leases", json=asked)
    assert answer.status_code == 409, answer.text


@dataclass
class Tenants:
    """What tenant red has, by the names of path parameters, and an administrator of each tenant."""

    red: httpx.Client
    blue: httpx.Client
    ids: dict[str, dict[str, str]]
    connection: str
    tenant: str


@pytest.fixture(scope="module")
def tenants(stack: Stack) -> Tenants:
    """One of each thing in tenant red."""
    tenant = f"red-{secrets.token_hex(3)}"
    red, blue = stack.person("platform_admin", tenant), stack.person("platform_admin", "blue")
    connection = stack.register(stack.database("create table secret_plans (id int)"), by=red, name="Red's own")
    task = stack.crawl_as(red, connection)
    scan = stack.crawl_as(red, connection, kind="COMPLIANCE_SCAN")
    asset = stack.ok(red.get(f"{METASTORE}/assets"))["data"][0]["id"]
    key = stack.ok(red.post(f"{PLATFORM}/keys", json={"name": "red's key"}), 201)["id"]
    grant = {"subject": "somebody", "attribute": "region", "value": "eu"}
    made = of_catalog(stack, red, asset)
    violations = stack.ok(red.get(f"{CONNECTIONS}/governance/compliance/violations"))["data"]
    ids = {
        **made,
        "violations": {"violationId": violations[0]["id"]},
        "connections": {"connectionId": connection},
        "schemas": {"connectionId": connection, "schema": "public"},
        "tables": {"connectionId": connection, "table": "secret_plans"},
        "governance": {"connectionId": connection},
        "tasks": {"id": task},
        "runs": {"taskId": task},
        "crawls": {"taskId": task},
        "scans": {"taskId": scan},
        "keys": {"id": key},
        "members": {"id": stack.ok(red.get(f"{PLATFORM}/members"))["data"][0]["id"]},
        "grants": {"id": stack.ok(red.post(f"{PLATFORM}/grants", json=grant), 201)["id"]},
        "airflow-connections": {"connId": f"{tenant}:{connection}"},
    }
    return Tenants(red, blue, ids, connection, tenant)


def of_catalog(stack: Stack, red: httpx.Client, asset: str) -> dict[str, dict[str, str]]:
    """One of each thing that people make in a catalog."""
    tag = stack.ok(red.post(f"{METASTORE}/tags", json={"name": "red-tag"}), 201)["id"]
    stack.ok(red.put(f"{METASTORE}/assets/{asset}", json={"description": "Red's own", "tags": ["red-tag"]}))
    version = stack.ok(red.get(f"{PLATFORM}/assets/{asset}/versions"))["data"][0]["number"]
    body = {"type": "DASHBOARD", "name": "Red's own", "qualified_name": "red-dashboard"}
    other = stack.ok(red.post(f"{METASTORE}/assets", json=body), 201)["id"]
    edge = {"source_asset_id": other, "target_asset_id": asset, "type": "USES"}
    relationship = stack.ok(red.post(f"{METASTORE}/relationships", json=edge), 201)["id"]
    hook = {"name": "Red's own", "url": "https://hooks.example.com/"}
    words = {
        noun: {"id": stack.ok(red.post(f"{PLATFORM}/{noun}", json={"name": "Red's own"}), 201)["id"]}
        for noun in ("domains", "terms", "data-products")
    }
    line = json.dumps({"kind": "asset", **body, "qualified_name": "red-import"}).encode()
    taken, kept = (stack.ok(red.post(f"{PLATFORM}/uploads", content=line), 201) for _ in range(2))
    payload = {"source": taken["source"], "format": "json"}
    task = stack.ok(red.post(f"{METASTORE}/tasks", json={"type": "BULK_INGESTION", "payload": payload}), 201)["id"]
    stack.completed(red, task)
    return {
        **words,
        "assets": {"id": asset, "assetId": asset, "number": str(version), "tagId": tag},
        "tags": {"id": tag, "tagId": tag},
        "relationships": {"id": relationship, "relationshipId": relationship},
        "webhooks": {"id": stack.ok(red.post(f"{PLATFORM}/webhooks", json=hook), 201)["id"]},
        "uploads": {"uploadId": kept["id"]},
        "imports": {"taskId": task, "number": "0"},
    }


WITH_IDS = [route for route in PRIVATE if "{" in route.path and "{ticket}" not in route.path]


@pytest.mark.parametrize("route", WITH_IDS, ids=name)
def test_another_tenants_ids_answer_nothing(stack: Stack, tenants: Tenants, route: Served) -> None:
    """As if they were not there; the machine's routes are nobody's."""
    path = address(route, given_to(route, tenants))
    before = facts(stack, tenants)
    answer = tenants.blue.request(route.method, path, json=body_of(route, stack, tenants.connection))
    expected = {403} if route.permission in INGEST else {404}
    assert answer.status_code in expected, f"{answer.request.method} {path}: {answer.text}"
    assert "secret_plans" not in answer.text.replace(path, "").replace("'secret_plans'", "")
    assert facts(stack, tenants) == before


@pytest.mark.parametrize(
    "route", [route for route in WITH_IDS if route.method == "GET" and route.permission not in INGEST], ids=name
)
def test_the_same_ids_answer_their_own_tenant(tenants: Tenants, route: Served) -> None:
    """What the test above tries is really there."""
    answer = tenants.red.get(address(route, given_to(route, tenants)))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "route", [route for route in PRIVATE if route.method == "GET" and "{" not in route.path], ids=name
)
def test_lists_show_nothing_of_another_tenant(stack: Stack, tenants: Tenants, route: Served) -> None:
    answer = tenants.blue.get(address(route, {}))
    assert answer.status_code in {200, 403}, answer.text
    marks = [tenants.connection, "secret_plans", "Red's own", "red's key", "red-tag"]
    assert [mark for mark in marks if mark in answer.text] == []


def test_a_task_for_another_tenants_connection_is_refused(stack: Stack, tenants: Tenants) -> None:
    for kind in ("CRAWL", "DISCOVERY"):
        body = {"type": kind, "payload": {"connection_id": tenants.connection}}
        assert tenants.blue.post(f"{METASTORE}/tasks", json=body).status_code == 404


def test_a_tenant_is_chosen_among_those_one_holds(stack: Stack, tenants: Tenants) -> None:
    chosen = {"X-Tenant-Id": tenants.tenant}
    answer = tenants.blue.get(f"{CONNECTIONS}/connections/{tenants.connection}", headers=chosen)
    assert answer.status_code == 403
    forged = {"subject": "x", "tenant": tenants.tenant, "roles": ["platform_admin"]}
    assert tenants.blue.post(f"{PLATFORM}/members", json=forged).status_code == 403
    grant = {"subject": "x", "tenant": tenants.tenant, "attribute": "region", "value": "eu"}
    assert tenants.blue.post(f"{PLATFORM}/grants", json=grant).status_code == 403


def given_to(route: Served, tenants: Tenants) -> dict[str, str]:
    """The ids of red's that a route's parameters mean."""
    words = [part for part in route.path.split("/") if part in tenants.ids]
    word = words[-1] if route.family == "connections_platform" else words[0]
    if route.path.startswith("/health"):
        word = "connections"
    return {**tenants.ids["connections"], **tenants.ids[word]}


def facts(stack: Stack, tenants: Tenants) -> list[Any]:
    """What must not change of red's, straight from the store."""
    tables = ("connections", "assets", "tasks", "crawls", "members", "grants", "tags")
    asked = "select count(*), max(xmin::text::bigint) from crosswind.{} where tenant = %s"
    return [stack.rows(asked.format(table), tenants.tenant) for table in tables]


def body_of(route: Served, stack: Stack, connection: str) -> Any:
    """A body that the route takes, so that what refuses is who asks and not what was sent."""
    if route.method in {"GET", "DELETE"}:
        return None
    bodies: dict[str, Any] = {
        "/connections/{connectionId}": {**stack.body("d"), "id": None},
        "/connections/{connectionId}/status": {"status": "inactive"},
        "/connections/{connectionId}/credentials": {"credentials": {"username": "u", "password": "p"}},
        "/connections/{connectionId}/discover": {},
        "/connections/database/postgres": stack.body("d"),
        "/connections": stack.body("d"),
        "/assets/{id}": {"description": "not mine"},
        "/tasks": {"type": "CRAWL", "payload": {"connection_id": connection}},
        "/leases": {"dagId": "crosswind_crawl", "runId": NOWHERE, "tryNumber": 1},
        "/runs/{taskId}/outcome": {"error": {"message": "forged"}},
        "/airflow-connections/{connId}/adopt": {},
        "/crawls/{taskId}/manifests": {"sequence": 0, "identity": "x", "database": "d", "items": []},
        "/crawls/{taskId}/objects": {"sequence": 0, "objects": []},
        "/crawls/{taskId}/complete": {"identity": "x", "database": "d", "seen": 0, "ranges": 1},
        "/assets/{id}/owners": {"owners": []},
        "/assets/{id}/domain": {"domain": "not mine"},
        "/assets/{id}/terms": {"terms": []},
        "/tags/{id}/propagation": {"propagates": "downstream"},
        "/violations/{violationId}/waiver": {"reason": "not mine", "until": TOMORROW},
        "/scans/{taskId}/findings": {"sequence": 0, "columns": []},
        "/scans/{taskId}/complete": {
            "batches": 0,
            "tables": 0,
            "columns": 0,
            "sampled": 0,
            "empty": 0,
            "failed": 0,
        },
    }
    found = bodies.get(route.path, {})
    return {key: value for key, value in found.items() if value is not None}
