"""Schemathesis over the OpenAPI documents: no 500, and no status that a route's document does not declare.

Every document declares 503, as the store may be away. Here it is not: only a route that needs a run of Airflow, which
has none of our DAGs here, or another system may say so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import one_of
from schemathesis.generation import GenerationMode
from tests.support.airflow import Airflow, Server
from tests.support.app import Rest
from tests.support.served import ROUTES

from crosswind.doors.rest.app import families
from crosswind.doors.rest.openapi import document
from crosswind.kit.embedded import EmbeddedPostgres

WITH_BODY, WITHOUT_BODY = 18, 5
OPERATIONS = [
    (manners.mount, result.ok())
    for manners, app in families()
    for result in schemathesis.openapi.from_dict(document(app, manners)).get_all_operations()
]
WITH_EXAMPLES = [(mount, each) for mount, each in OPERATIONS if each.get_strategies_from_examples()]
DIAL = {
    (route.spec.manners.mount, route.id.replace(route.spec.manners.mount, "")) for route in ROUTES if route.spec.dials
}
NEED_RUNS = {
    ("/connections-platform", "POST /v1/connections/{connectionId}/discover"),
    ("/connections-platform", "POST /v1/governance/compliance/scan"),
    ("/metastore", "POST /v1/tasks"),
    ("/platform", "GET /v1/due"),
    ("/platform", "POST /v1/due"),
}


def limits(cases: int) -> settings:
    """The same cases each time, so that a failure is found again."""
    phases = [Phase.explicit, Phase.generate]
    checks = list(HealthCheck)
    return settings(
        max_examples=cases, deadline=None, derandomize=True, phases=phases, suppress_health_check=checks, database=None
    )


def ids(operations: Sequence[tuple[str, Any]]) -> list[str]:
    return [mount + operation.label for mount, operation in operations]


@pytest.fixture(scope="module")
def door(
    postgres: EmbeddedPostgres, store_template: str, airflow_metadata: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rest]:
    airflow = Airflow(airflow_metadata, tmp_path_factory.mktemp("schemathesis"))
    airflow.enter()
    postgres.create_database("schemathesis", template=store_template)
    with Rest(postgres.url("schemathesis")) as rest:
        yield rest
    postgres.drop_database("schemathesis")
    airflow.leave()


@pytest.fixture(scope="module")
def server(door: Rest) -> Iterator[Server]:
    server = Server(door.app)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def key(door: Rest) -> str:
    return door.key()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize(("mount", "operation"), OPERATIONS, ids=ids(OPERATIONS))
def test_no_route_answers_what_it_does_not_declare(
    server: Server, key: str, mount: str, operation: Any, mode: GenerationMode
) -> None:
    @limits(WITH_BODY if operation.body else WITHOUT_BODY)
    @given(case=operation.as_strategy(generation_mode=mode))
    def fuzz(case: Any) -> None:
        judge(case, server, mount, key)

    with suppress(Unsatisfiable):  # a route without parameters takes nothing that could be wrong
        fuzz()


@pytest.mark.parametrize(("mount", "operation"), WITH_EXAMPLES, ids=ids(WITH_EXAMPLES))
def test_the_documents_examples_are_understood(server: Server, key: str, mount: str, operation: Any) -> None:
    @limits(3)
    @given(case=one_of(*operation.get_strategies_from_examples()))
    def follow(case: Any) -> None:
        case.path_parameters.update({name: nothing(operation, name) for name in case.path_parameters})
        case.headers.clear()
        status, told = judge(case, server, mount, key)
        assert status != 400 or wants_a_bucket(told), told

    follow()


def nothing(operation: Any, name: str) -> str:
    """An id that nothing has, of the form that the place takes."""
    declared = operation.definition.raw["parameters"]
    uuid = any(each["name"] == name and each["schema"].get("format") == "uuid" for each in declared)
    return "00000000-0000-4000-8000-000000000000" if uuid else "nothing-there"


def wants_a_bucket(told: str) -> bool:
    """Whether the design's bulk ingestion was understood, whose bucket nobody registered here."""
    return json.loads(told)["error"]["details"].get("field") == "payload.source" and "register the bucket" in told


def judge(case: Any, server: Server, mount: str, key: str) -> tuple[int, str]:
    answer = case.call(base_url=f"{server.base}{mount}", headers={"X-API-Key": key}, timeout=60)
    declared = case.operation.definition.raw["responses"]
    assert str(answer.status_code) in declared, (case.operation.label, answer.status_code, answer.text[:300])
    ours = "x-request-id" in answer.headers  # a path with a line break meets no mount, ours or Airflow's
    if ours and answer.status_code >= 400:
        assert answer.json()["error"]["code"]
    if answer.status_code >= 500:
        assert (mount, case.operation.label) in (NEED_RUNS if answer.status_code == 503 else set()) | DIAL, answer.text
    return answer.status_code, answer.text
