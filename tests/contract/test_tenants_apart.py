"""Every route that takes an id, in its path or its body, tried on the ids of another tenant: they are not there.

Generated from the routes: a new one fails here until it says whose id it takes. That the ids are real is shown by what
the tenant that owns them is answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.support.airflow import Airflow
from tests.support.app import Rest
from tests.support.catalog import Task, connection
from tests.support.connections import body_of
from tests.support.served import ROUTES, Served
from tests.support.tenants import CANARY, GOVERNANCE, Acme, fill

from crosswind.kit.embedded import EmbeddedPostgres

NOT_A_TENANTS = {
    "GET /platform/v1/login/{ticket}": "a link is for whoever holds it",
    "POST /platform/v1/airflow-connections/{connId}/adopt": "takes an id of Airflow's, which has no tenants",
}
WITH_IDS = [route for route in ROUTES if route.places and route.id not in NOT_A_TENANTS]
LISTS = [route for route in ROUTES if route.method == "GET" and not route.places and route.spec.permission]
BY_BODIES = [route for route in ROUTES if route.method in {"POST", "PUT", "PATCH"} and not route.places]
MACHINE = [route for route in WITH_IDS if route.spec.permission in {"crawl:ingest", "scan:ingest", "import:ingest"}]
BODIES: dict[str, Any] = {
    "PUT /connections-platform/v1/connections/{connectionId}": body_of(),
    "PATCH /connections-platform/v1/connections/{connectionId}/status": {"status": "inactive"},
    "PUT /connections-platform/v1/connections/{connectionId}/credentials": {
        "credentials": {"username": "u", "password": "p"}
    },
    "PUT /metastore/v1/assets/{id}": {"description": "taken over"},
    "PUT /platform/v1/runs/{taskId}/outcome": {"error": {"message": "taken over"}},
    "PUT /platform/v1/assets/{id}/owners": {"owners": [{"name": "taken over"}]},
    "PUT /platform/v1/assets/{id}/domain": {"domain": None},
    "PUT /platform/v1/assets/{id}/terms": {"terms": []},
    "PUT /platform/v1/tags/{id}/propagation": {"propagates": None},
    "PUT /platform/v1/violations/{violationId}/waiver": {
        "reason": "taken over",
        "until": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
    },
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
    "POST /platform/v1/imports/{taskId}/begin": {"identity": "one"},
    "GET /platform/v1/imports/{taskId}/source": None,
    "GET /platform/v1/imports/{taskId}/parts/{number}": None,
    "POST /platform/v1/imports/{taskId}/blocks": {"sequence": 1, "first": 1},
    "POST /platform/v1/imports/{taskId}/complete": None,
}
"""What a task's own lease may send, so that nothing but whose task it is can be wrong."""
NAMES = {"asset": 1, "asset2": 6, "column": 2, "connection": 3, "finding": 4, "violation": 5}
UUIDS = ("id", "assetId", "tagId", "relationshipId", "uploadId", "violationId")
"""Places that take nothing but a UUID."""
NOBODYS = {name: f"00000000-0000-4000-8000-{number:012}" for name, number in NAMES.items()}
"""Ids that no tenant has."""
BY_BODY: dict[str, Callable[[dict[str, str]], Any]] = {
    "POST /metastore/v1/relationships": lambda own: {
        "source_asset_id": own["asset"],
        "target_asset_id": own["asset2"],
        "type": "USES",
    },
    "POST /platform/v1/webhooks": lambda own: {
        "name": "w",
        "url": "https://hooks.example.com/",
        "assetId": own["asset"],
    },
    "POST /metastore/v1/tasks": lambda own: {"type": "CRAWL", "payload": {"connection_id": own["connection"]}},
    "POST /metastore/v1/lineage/sql": lambda own: {"sql": "SELECT 1", "connection_id": own["connection"]},
    f"POST {GOVERNANCE}/apply-tags": lambda own: {
        "resources": [{"type": kind, "id": own[kind]} for kind in ("asset", "column", "connection")],
        "classification": "internal",
    },
    f"POST {GOVERNANCE}/compliance/scan": lambda own: {"connectionIds": [own["connection"]]},
    f"POST {GOVERNANCE}/compliance/remediate": lambda own: {"violationIds": [own["violation"]], "dryRun": False},
    "POST /platform/v1/findings/review": lambda own: {"ids": [own["finding"]], "decision": "confirm"},
}
"""Bodies that name what belongs to a tenant."""
NAMES_NOTHING = {
    "POST /connections-platform/v1/auth/login": "names a person",
    "POST /connections-platform/api/v1/auth/login": "names a person",
    "POST /metastore/v1/auth/login": "names a person",
    "POST /metastore/v1/auth/refresh": "holds a secret",
    "POST /metastore/api/v1/lineage": "names things as other systems do",
    "POST /metastore/api/v1/lineage/batch": "names things as other systems do",
    "POST /connections-platform/v1/connections": "makes something",
    "POST /connections-platform/v1/connections/database/postgres": "makes something",
    "POST /connections-platform/v1/connections/storage/s3": "makes something",
    f"POST {GOVERNANCE}/classifications": "makes something",
    f"POST {GOVERNANCE}/tags": "makes something",
    f"POST {GOVERNANCE}/audit/search": "is a filter of what the list shows",
    "POST /metastore/v1/assets": "makes something",
    "POST /metastore/v1/tags": "makes something",
    "POST /metastore/v1/ingestion/batch": "makes something, known by names within the tenant",
    "POST /metastore/v1/ingestion/stream": "makes something; what it deletes is told by a header, and tried elsewhere",
    "POST /platform/v1/descriptions.csv": "knows things by names within the tenant",
    "POST /platform/v1/uploads": "makes something",
    "POST /platform/v1/keys": "names a person",
    "POST /platform/v1/members": "names a person",
    "POST /platform/v1/grants": "names a person",
    "POST /platform/v1/domains": "makes something",
    "POST /platform/v1/terms": "makes something, beside others known by names within the tenant",
    "POST /platform/v1/data-products": "makes something",
    "POST /platform/v1/leases": "names a run of Airflow, whose connection tells the tenant",
    "POST /platform/v1/due": "names nothing",
}
NOT_OF_TENANTS = {
    "GET /platform/v1/me": "the caller alone",
    "GET /platform/v1/compliance/rules": "the same for all",
    "GET /platform/v1/airflow-connections": "Airflow's, which has no tenants",
    "GET /platform/v1/due": "of the platform's own key",
}
COUNTS = {
    f"GET {GOVERNANCE}/compliance/status",
    "GET /platform/v1/findings/summary",
    "GET /metastore/v1/search/facets",
}
"""Lists of numbers, in which no name could be found."""


@dataclass
class Apart:
    """A tenant `acme` with one of everything, and callers of the default tenant."""

    ours: httpx.Client
    theirs: httpx.Client
    lease: httpx.Client
    acme: Acme
    before: dict[str, Any]


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
    ours = rest.client()
    lease = Task(rest, connection(rest, "ours")).client
    before = {route.id: counted(ours, route) for route in LISTS if route.id in COUNTS}
    acme = fill(rest)
    return Apart(ours, acme.client, lease, acme, before)


def send(client: httpx.Client, route: Served, path: str) -> httpx.Response:
    body = None if route.method in {"GET", "DELETE"} else BODIES.get(route.id, {})
    return client.request(route.method, path, json=body)


def told(answer: httpx.Response) -> tuple[int, str, str]:
    """What an answer tells, with the ids that were asked for taken out of it."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], re.sub(r"'[^']*'", "'…'", error["message"])


@pytest.mark.parametrize("route", [r for r in WITH_IDS if r not in MACHINE], ids=lambda route: route.id)
def test_another_tenants_id_is_answered_like_one_that_nobody_has(apart: Apart, route: Served) -> None:
    answer = send(apart.ours, route, apart.acme.at(route))
    assert answer.status_code == 404, answer.text
    nobodys = route.at({**dict.fromkeys(UUIDS, "00000000-0000-4000-8000-000000000000"), "number": "2"})
    assert told(answer) == told(send(apart.ours, route, nobodys))


@pytest.mark.parametrize("route", MACHINE, ids=lambda route: route.id)
def test_a_lease_is_for_its_own_run_alone(apart: Apart, route: Served) -> None:
    answer = apart.lease.request(route.method, apart.acme.at(route), json=TAKEN[route.id])
    nobodys = {"PUT /platform/v1/runs/{taskId}/outcome": 404}.get(route.id, 403)
    said = "Task '…' not found" if nobodys == 404 else "A lease works for its own task only"
    assert (told(answer)[0], told(answer)[2]) == (nobodys, said), answer.text


def listed(client: httpx.Client, route: Served) -> httpx.Response:
    return client.get(route.path, params={"q": CANARY} if "/search" in route.path else None)


def shown(answer: httpx.Response) -> str:
    """An answer without the words that were searched for, which it repeats."""
    return re.sub(f'"(query|words)":"{CANARY}"', "", answer.text)


def counted(client: httpx.Client, route: Served) -> Any:
    """The numbers that a caller is told, without the time that it took."""
    told = listed(client, route).json()
    return {name: value for name, value in told.items() if name != "took_ms"}


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.id)
def test_no_list_shows_what_is_another_tenants(apart: Apart, route: Served) -> None:
    answer = listed(apart.ours, route)
    if answer.status_code == 403:
        assert route.spec.permission == "due:start"
        return
    assert answer.status_code == 200, answer.text
    assert CANARY not in shown(answer)
    if route.id in COUNTS:
        assert counted(apart.ours, route) == apart.before[route.id] != counted(apart.theirs, route)


@pytest.mark.parametrize(
    "route", [r for r in LISTS if r.id not in NOT_OF_TENANTS and r.id not in COUNTS], ids=lambda route: route.id
)
def test_every_list_shows_a_tenant_its_own(apart: Apart, route: Served) -> None:
    assert CANARY in shown(listed(apart.theirs, route))


def named(client: httpx.Client, route: Served, own: dict[str, str]) -> tuple[int, str]:
    """What a body that names these is answered, with what it named and what differs every time taken out."""
    answer = client.post(route.path, json=BY_BODY[route.id](own))
    told = answer.text
    for name, identifier in own.items():
        told = told.replace(identifier, name)
    return answer.status_code, re.sub(r'"(request_?[iI]d|timestamp)":"[^"]*"', "", told)


@pytest.mark.parametrize("route", BY_BODIES, ids=lambda route: route.id)
def test_another_tenants_id_in_a_body_is_answered_like_one_that_nobody_has(apart: Apart, route: Served) -> None:
    if route.id in NAMES_NOTHING:
        return
    before = apart.theirs.get(f"{GOVERNANCE}/audit").json()["pagination"]["totalCount"]
    answer = named(apart.ours, route, apart.acme.own)
    assert answer == named(apart.ours, route, NOBODYS)
    assert apart.theirs.get(f"{GOVERNANCE}/audit").json()["pagination"]["totalCount"] == before
    assert answer != named(apart.theirs, route, apart.acme.own)


@pytest.mark.parametrize(
    "route",
    [r for r in WITH_IDS if r.method == "GET" and "/credentials" not in r.path and r not in MACHINE],
    ids=lambda route: route.id,
)
def test_the_ids_are_real_for_whoever_owns_them(apart: Apart, route: Served) -> None:
    answer = apart.theirs.get(apart.acme.at(route))
    assert answer.status_code == 200 or "Airflow" in answer.text, answer.text
