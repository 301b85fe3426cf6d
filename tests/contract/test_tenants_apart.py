"""Every route that takes an id, tried on the ids of another tenant: they are not there.

Generated from the routes: a new one fails here until it says whose id it takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.airflow import Airflow
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, connection, crawl, ok, table
from tests.support.connections import body_of
from tests.support.scans import ScanTask, seen
from tests.support.served import ROUTES, Served

from crosswind.kit.embedded import EmbeddedPostgres

NOT_A_TENANTS = {
    "GET /platform/v1/login/{ticket}": "a link is for whoever holds it",
    "POST /platform/v1/airflow-connections/{connId}/adopt": "takes an id of Airflow's, which has no tenants",
}
WITH_IDS = [route for route in ROUTES if route.places and route.id not in NOT_A_TENANTS]
LISTS = [route for route in ROUTES if route.method == "GET" and not route.places and route.spec.permission]
MACHINE = [route for route in WITH_IDS if route.spec.permission in {"crawl:ingest", "scan:ingest"}]
BODIES: dict[str, Any] = {
    "PUT /connections-platform/v1/connections/{connectionId}": body_of(),
    "PATCH /connections-platform/v1/connections/{connectionId}/status": {"status": "inactive"},
    "PUT /connections-platform/v1/connections/{connectionId}/credentials": {
        "credentials": {"username": "u", "password": "p"}
    },
    "PUT /metastore/v1/assets/{id}": {"description": "taken over"},
    "PUT /platform/v1/runs/{taskId}/outcome": {"error": {"message": "taken over"}},
}  # fmt: skip
_SOURCE = {"identity": "server-1", "database": "shop"}
_COUNTS = dict.fromkeys(("tables", "columns", "sampled", "empty", "failed"), 0)
TAKEN: dict[str, Any] = {
    "PUT /platform/v1/runs/{taskId}/outcome": BODIES["PUT /platform/v1/runs/{taskId}/outcome"],
    "POST /platform/v1/crawls/{taskId}/manifests": {"sequence": 0, **_SOURCE, "items": []},
    "POST /platform/v1/crawls/{taskId}/objects": {"sequence": 0, "objects": []},
    "POST /platform/v1/crawls/{taskId}/complete": {**_SOURCE, "seen": 0, "ranges": 0},
    "GET /platform/v1/scans/{taskId}/columns": None,
    "POST /platform/v1/scans/{taskId}/findings": {"sequence": 0, "columns": []},
    "POST /platform/v1/scans/{taskId}/complete": {"batches": 0, **_COUNTS},
}
"""What a task's own lease may send, so that nothing but whose task it is can be wrong."""
CANARY = "acmes-own"


@dataclass
class Apart:
    """A tenant `acme` with one of everything, and callers of the default tenant."""

    ours: httpx.Client
    theirs: httpx.Client
    lease: httpx.Client
    ids: dict[str, dict[str, str]]

    def at(self, route: Served) -> str:
        """The route's path with acme's ids in it."""
        for prefix, values in self.ids.items():
            if route.path.startswith(prefix):
                return route.at(values)
        raise AssertionError(f"{route.id} takes an id that this test does not know")


@pytest.fixture(scope="module")
def apart(
    postgres: EmbeddedPostgres, store_template: str, airflow_metadata: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Apart]:
    airflow = Airflow(airflow_metadata, tmp_path_factory.mktemp("apart"))
    airflow.enter()
    postgres.create_database("apart", template=store_template)
    with Rest(postgres.url("apart")) as rest:
        yield _filled(rest)
    postgres.drop_database("apart")
    airflow.leave()


def _filled(rest: Rest) -> Apart:
    theirs, ours = rest.client("platform_admin", "acme", subject="ana-of-acme"), rest.client()
    key = connection(rest, CANARY, "acme")
    crawl(rest, key, tenant="acme", found=[table(f"{CANARY}-table")])
    (asset,) = theirs.get(f"{METASTORE}/assets").json()["data"]
    made = theirs.post(f"{PLATFORM}/keys", json={"name": CANARY}).json()
    grant = theirs.post(f"{PLATFORM}/grants", json={"subject": CANARY, "attribute": "region", "value": CANARY}).json()
    member = theirs.post(f"{PLATFORM}/members", json={"subject": CANARY}).json()
    with rest.platform.session() as session:
        task = str(session.scalar(text("SELECT id FROM crosswind.tasks")))
    scanned = ScanTask(rest, key, tenant="acme")
    ok(scanned.send({f"{CANARY}-table.name": [seen("EMAIL", reason=CANARY)]}))
    ok(scanned.end())
    lease = Task(rest, connection(rest, "ours")).client
    connections = {"connectionId": CANARY, "schema": "public", "table": f"{CANARY}-table"}
    ids = {
        "/connections-platform/": connections,
        f"{METASTORE}/tasks/": {"id": task},
        f"{METASTORE}/assets/": {"id": asset["id"]},
        f"{PLATFORM}/keys/": {"id": made["id"]},
        f"{PLATFORM}/members/": {"id": member["id"]},
        f"{PLATFORM}/grants/": {"id": grant["id"]},
        f"{PLATFORM}/runs/": {"taskId": task},
        f"{PLATFORM}/crawls/": {"taskId": task},
        f"{PLATFORM}/scans/": {"taskId": scanned.id},
    }
    return Apart(ours, theirs, lease, ids)


def send(client: httpx.Client, route: Served, path: str) -> httpx.Response:
    body = None if route.method in {"GET", "DELETE"} else BODIES.get(route.id, {})
    return client.request(route.method, path, json=body)


def told(answer: httpx.Response) -> tuple[int, str, str]:
    """What an answer tells, with the ids that were asked for taken out of it."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], re.sub(r"'[^']*'", "'…'", error["message"])


@pytest.mark.parametrize("route", [r for r in WITH_IDS if r not in MACHINE], ids=lambda route: route.id)
def test_another_tenants_id_is_answered_like_one_that_nobody_has(apart: Apart, route: Served) -> None:
    answer = send(apart.ours, route, apart.at(route))
    assert answer.status_code == 404, answer.text
    nobodys = route.at({"id": "00000000-0000-4000-8000-000000000000"} if "id" in route.places else None)
    assert told(answer) == told(send(apart.ours, route, nobodys))


@pytest.mark.parametrize("route", MACHINE, ids=lambda route: route.id)
def test_a_lease_is_for_its_own_run_alone(apart: Apart, route: Served) -> None:
    answer = apart.lease.request(route.method, apart.at(route), json=TAKEN[route.id])
    nobodys = {"PUT /platform/v1/runs/{taskId}/outcome": 404}.get(route.id, 403)
    said = "Task '…' not found" if nobodys == 404 else "A lease works for its own task only"
    assert (told(answer)[0], told(answer)[2]) == (nobodys, said), answer.text


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.id)
def test_no_list_shows_what_is_another_tenants(apart: Apart, route: Served) -> None:
    query = {"q": CANARY} if route.path.endswith(("/search", "/search/facets")) else None
    answer = apart.ours.get(route.path, params=query)
    if answer.status_code == 403:
        assert route.spec.permission == "due:start"
        return
    assert answer.status_code == 200, answer.text
    assert CANARY not in answer.text.replace(f'"query":"{CANARY}"', "")


@pytest.mark.parametrize(
    "route",
    [r for r in WITH_IDS if r.method == "GET" and "/credentials" not in r.path and r not in MACHINE],
    ids=lambda route: route.id,
)
def test_the_ids_are_real_for_whoever_owns_them(apart: Apart, route: Served) -> None:
    answer = apart.theirs.get(apart.at(route))
    assert answer.status_code == 200 or "Airflow" in answer.text, answer.text
