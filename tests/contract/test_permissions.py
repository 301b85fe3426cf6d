"""Every route against every kind of caller, after the committed table of permissions."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from starlette.routing import Mount
from tests.support.airflow import Airflow
from tests.support.app import Rest
from tests.support.served import GUARDED, ROUTES, Served
from tests.support.tenants import Acme, fill

from crosswind.contexts.access.permissions import MACHINE, PERMISSIONS, ROLES, of_roles
from crosswind.doors.cli.routes import asked, listed
from crosswind.doors.live.ways import WAYS
from crosswind.doors.rest.families import FAMILIES
from crosswind.gate.ways import IDENTIFIED, Way
from crosswind.kit.embedded import EmbeddedPostgres

TABLE = Path(__file__).parents[2] / "docs" / "reference" / "permissions.tsv"
FILES = {"/openapi.json", "/docs", "/docs/{name}", "/graphql/assets/{name}", "/graphql/schema.graphql"}
"""What is the same for everybody and holds nothing of theirs."""
STREAMED = [way for way in WAYS if way.method == "SUBSCRIBE"]
NOT_A_TENANTS = {"POST /platform/v1/airflow-connections/{connId}/adopt"}
LEASE = "cwl_" + "x" * 43
CALLERS = (*ROLES, "ingest key", "lease")
HELD = {role: of_roles([role]) for role in ROLES} | {
    "ingest key": frozenset({"lease:create"}),
    "lease": frozenset({"crawl:ingest", "scan:ingest", "import:ingest"}),
}


@pytest.fixture(scope="module")
def door(
    postgres: EmbeddedPostgres, store_template: str, airflow_metadata: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rest]:
    airflow = Airflow(airflow_metadata, tmp_path_factory.mktemp("permissions"))
    airflow.enter()
    postgres.create_database("permissions", template=store_template)
    with Rest(postgres.url("permissions")) as rest:
        yield rest
    postgres.drop_database("permissions")
    airflow.leave()


@pytest.fixture(scope="module")
def callers(door: Rest) -> dict[str, httpx.Client]:
    clients = {role: door.client(role) for role in ROLES}
    clients["ingest key"] = door.anonymous({"X-API-Key": door.platform_key("lease:create")})
    clients["lease"] = door.anonymous({"Authorization": f"Bearer {LEASE}"})
    _lease(door)
    return clients


@pytest.fixture(scope="module")
def acme(door: Rest) -> Acme:
    return fill(door)


def _lease(door: Rest) -> None:
    """A lease of a running task, as the tasks context stores one."""
    with door.platform.session() as session:
        session.execute(
            text("""
            WITH c AS (
                INSERT INTO crosswind.connections
                    (tenant, id, airflow_conn_id, type, sub_type, status, document, version)
                VALUES ('default', 'leased', 'leased', 'database', 'postgres', 'active', '{}', 1) RETURNING key
            ), t AS (
                INSERT INTO crosswind.tasks (id, tenant, type, status, priority, payload, connection_key, dag_id,
                                             run_id, requested_by, progress, version)
                SELECT 'task-1', 'default', 'CRAWL', 'RUNNING', 5, '{}', c.key, 'd', 'r', 'ana', 0, 1 FROM c
                RETURNING id
            )
            INSERT INTO crosswind.leases (token_hash, task_id, tenant, try_number, expires_at)
            SELECT :hash, t.id, 'default', 1, now() + interval '1 hour' FROM t
            """),
            {"hash": sha256(LEASE.encode()).digest()},
        )
        session.commit()


def call(client: httpx.Client, route: Served, acme: Acme | None = None) -> httpx.Response:
    """Call a route with the ids of another tenant, or with ids that nobody has."""
    body = None if route.method in {"GET", "DELETE"} else {}
    known = acme is not None and route.places and route.id not in NOT_A_TENANTS
    return client.request(route.method, acme.at(route) if acme and known else route.at(), json=body)


def test_the_committed_table_is_what_is_served() -> None:
    with TABLE.open(encoding="utf-8") as lines:
        written = [
            (row["family"], row["method"], row["path"], row["permission"])
            for row in csv.DictReader(lines, delimiter="\t")
        ]
    now = [(route.family, route.method, route.path, route.permission or "public") for route in (*listed(), *asked())]
    assert written == now, "run `crosswind routes --permissions > docs/reference/permissions.tsv`"


def test_every_permission_that_a_route_asks_for_can_be_held() -> None:
    assert {route.spec.permission for route in GUARDED} <= PERMISSIONS | MACHINE
    beside = {route.permission for route in (*listed(), *asked())} - {route.spec.permission for route in ROUTES}
    assert beside - {IDENTIFIED} <= PERMISSIONS


def test_every_address_of_the_running_application_stands_in_the_table(door: Rest) -> None:
    mounts = {manners.mount: manners for manners in FAMILIES}
    answered = {
        (manners.name, method, route.path_format.removeprefix(manners.prefix))
        for mount in door.app.routes
        if isinstance(mount, Mount) and (manners := mounts.get(mount.path))
        for route in mount.app.routes  # type: ignore[attr-defined]
        for method in sorted(getattr(route, "methods", None) or {"WEBSOCKET"})
        if method != "HEAD" and route.path not in FILES
    }
    assert answered == {(route.family, route.method, route.path) for route in listed()}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("way", STREAMED, ids=lambda way: way.path)
def test_a_caller_follows_what_the_table_says_and_nothing_else(
    callers: dict[str, httpx.Client], caller: str, way: Way
) -> None:
    """An id of an event that is none is refused once the caller is known to hold the permission."""
    answer = callers[caller].get("/metastore/v1/events", params={"channel": way.path, "last_event_id": "x"})
    if way.permission in HELD[caller]:
        assert answer.status_code == 400, answer.text
    else:
        assert answer.status_code == 403, answer.text
        assert answer.json()["error"]["details"]["permission"] == way.permission


def test_only_these_routes_are_public() -> None:
    assert {route.id for route in ROUTES if route.spec.permission is None} == {
        "POST /connections-platform/v1/auth/login",
        "POST /connections-platform/api/v1/auth/login",
        "GET /connections-platform/v1/health",
        "POST /metastore/v1/auth/login",
        "POST /metastore/v1/auth/refresh",
        "GET /platform/v1/login/{ticket}",
    }


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.id)
@pytest.mark.parametrize(
    "headers",
    [{}, {"X-API-Key": "cwk_" + "0" * 52}, {"Authorization": "Bearer a.b.c"}, {"Cookie": "_token=a.b.c"}],
    ids=["nothing", "unknown key", "unknown token", "unknown cookie"],
)
def test_strangers_stay_outside(door: Rest, route: Served, headers: dict[str, str]) -> None:
    answer = call(door.anonymous(headers), route)
    cookie_write = "Cookie" in headers and route.method != "GET"
    assert answer.status_code == (403 if cookie_write else 401), answer.text
    assert "error" in answer.json()


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.id)
def test_a_caller_may_do_what_the_table_says_and_nothing_else(
    callers: dict[str, httpx.Client], acme: Acme, route: Served, caller: str
) -> None:
    answer = call(callers[caller], route, acme)
    if route.spec.permission in HELD[caller]:
        anothers = caller == "lease" and "for its own task only" in answer.text
        assert answer.status_code not in {401, 403} or anothers, answer.text
        assert answer.status_code < 500 or "Airflow does not know the DAG" in answer.text, answer.text
        assert not (route.places and answer.is_success), "what is another tenant's is not there"
    else:
        assert answer.status_code == 403, answer.text
        assert answer.json()["error"]["details"]["permission"] == route.spec.permission
