"""Schemathesis over the OpenAPI documents: no 500, and no status that a route's document does not declare."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from tests.support.airflow import Airflow, Server
from tests.support.app import Rest

from crosswind.doors.rest.app import families
from crosswind.doors.rest.openapi import document
from crosswind.kit.embedded import EmbeddedPostgres

EXAMPLES = 10
OPERATIONS = [
    (manners.mount, result.ok())
    for manners, app in families()
    for result in schemathesis.openapi.from_dict(document(app, manners)).get_all_operations()
]
LIMITS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


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
@pytest.mark.parametrize(("mount", "operation"), OPERATIONS, ids=[mount + each.label for mount, each in OPERATIONS])
def test_no_route_answers_what_it_does_not_declare(
    server: Server, key: str, mount: str, operation: Any, mode: GenerationMode
) -> None:
    @LIMITS
    @given(case=operation.as_strategy(generation_mode=mode))
    def fuzz(case: Any) -> None:
        judge(case, server, mount, key)

    with suppress(Unsatisfiable):  # a route without parameters takes nothing that could be wrong
        fuzz()


def judge(case: Any, server: Server, mount: str, key: str) -> None:
    answer = case.call(base_url=f"{server.base}{mount}", headers={"X-API-Key": key}, timeout=60)
    declared = case.operation.definition.raw["responses"]
    assert str(answer.status_code) in declared, (case.operation.label, answer.status_code, answer.text[:300])
    ours = "x-request-id" in answer.headers  # a path with a line break meets no mount, ours or Airflow's
    if ours and answer.status_code >= 400:
        assert answer.json()["error"]["code"]
