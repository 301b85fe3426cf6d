"""Operations that a machine makes up: never a fault of ours, and nothing told that is nobody's business."""

from __future__ import annotations

import json
import os
import re

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema
from hypothesis_graphql import nodes as make
from tests.support.app import Rest
from tests.support.graphql import GRAPHQL, Asking
from tests.support.runs import MadeUpRuns

from crosswind.doors.graphql.schema import sdl

EXAMPLES = int(os.environ.get("CROSSWIND_FUZZ_EXAMPLES", "150"))
LEAKED = re.compile(r"Traceback|psycopg|sqlalchemy|SELECT |INSERT |crosswind\.[a-z]+_|File \"", re.IGNORECASE)
DECLARED = frozenset(
    {"INVALID_REQUEST", "PAYLOAD_TOO_LARGE", "FORBIDDEN", "VERSION_CONFLICT", "ALREADY_EXISTS", "SERVICE_UNAVAILABLE"}
)
NOISE = [*"{}()[]!:$@\"'#.,&|= ", "query", "a", "\ud800"]
OPERATIONS = from_schema(
    sdl(),
    custom_scalars={
        "DateTime": st.datetimes().map(lambda each: make.String(each.isoformat())),
        "JSON": st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(), lambda each: st.lists(each, max_size=3), max_leaves=4
        ).map(lambda each: make.String(str(each))) | st.just(make.Object([])),
    },
)  # fmt: skip


@pytest.fixture
def asking(rest: Rest) -> Asking:
    rest.platform.__dict__["runs"] = MadeUpRuns()
    ask = Asking(rest.client())
    ask.edge(ask.asset("active", "VIEW", tags=["PII"]), ask.asset("users"))
    return ask


@seed(19)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(query=OPERATIONS)
def test_no_operation_is_a_fault(asking: Asking, query: str) -> None:
    answer = asking.client.post(GRAPHQL, content=_body(query), headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 400}, (query, answer.text)
    assert not LEAKED.search(answer.text.replace(query, "")), (query, answer.text)
    for error in answer.json().get("errors", []):
        code = error["extensions"]["code"]
        assert code in DECLARED or code.endswith("_NOT_FOUND"), (query, error)


@seed(23)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(noise=st.text(max_size=200) | st.lists(st.sampled_from(NOISE)))
def test_no_text_is_a_fault(asking: Asking, noise: str | list[str]) -> None:
    text = "".join(noise)
    answer = asking.client.post(GRAPHQL, content=_body(text), headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 400}, (text, answer.text)
    assert not LEAKED.search(answer.text), (text, answer.text)


def _body(query: str) -> bytes:
    return json.dumps({"query": query}).encode()
