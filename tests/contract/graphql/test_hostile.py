"""Each mutation with values that mean harm, as variables: refused with a code, or done whole; never a fault of ours."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.support.app import Rest
from tests.support.graphql import GRAPHQL, Asking
from tests.support.runs import MadeUpRuns

from crosswind.doors.graphql.schema import GRAPH
from crosswind.kit.embedded import EmbeddedPostgres

assert GRAPH.mutation_type is not None
MUTATIONS = GRAPH.mutation_type.fields
EXAMPLES = int(os.environ.get("CROSSWIND_FUZZ_EXAMPLES", "25"))
LEAKED = re.compile(r"Traceback|psycopg|sqlalchemy|INSERT INTO|UPDATE crosswind|File \"", re.IGNORECASE)
DECLARED = frozenset({"INVALID_REQUEST", "PAYLOAD_TOO_LARGE", "VERSION_CONFLICT", "ALREADY_EXISTS"})
TABLES = ("assets", "columns", "relationships", "tags", "asset_versions", "audit", "outbox", "tasks")
DEEP: dict[str, Any] = {}
for _ in range(200):
    DEEP = {"a": [DEEP]}
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["", " ", "\x00", "a\x00b", "\ud800", "\u202ename", "x" * 300, "x" * 30_000, "'; DROP TABLE assets; --", "%_\\",
     "{{7*7}}", "<script>", "../../etc", "$$", "NaN", "-1", "a\r\nb", "\uffff", "ﬀ" * 200]
)  # fmt: skip
NUMBERS = st.sampled_from([0, -1, 1, 2**31 - 1, -(2**31), 2**31, 2**63, 10**400, 1.5, 1e308]) | st.integers()
ANY = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
) | st.just(DEEP)


@dataclass
class Door:
    """Somebody who may everything, and the ids of what is there."""

    rest: Rest
    ask: Asking
    ids: list[str]

    def rows(self) -> tuple[int, ...]:
        counted = ", ".join(f"(SELECT count(*) FROM crosswind.{table})" for table in TABLES)
        with self.rest.platform.session() as session:
            return tuple(session.execute(text(f"SELECT {counted}")).one())


@pytest.fixture(scope="module")
def door(postgres: EmbeddedPostgres, store_template: str) -> Iterator[Door]:
    postgres.create_database("hostile", template=store_template)
    with Rest(postgres.url("hostile")) as rest:
        rest.platform.__dict__["runs"] = MadeUpRuns()
        ask = Asking(rest.client())
        ids = [ask.asset("users", tags=["PII"]), ask.asset("active", "VIEW"), ask.asset("third")]
        tag = ask('mutation { createTag(input: {name: "Gold"}) { id } }')["createTag"]["id"]
        yield Door(rest, ask, [*ids, ask.edge(ids[1], ids[0]), str(tag)])
    postgres.drop_database("hostile")


def draw(data: st.DataObject, door: Door, kind: GraphQLInputType) -> Any:
    """A value of a type, or now and then one of any other."""
    kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if data.draw(st.integers(0, 9)) == 0:
        return data.draw(ANY)
    if isinstance(kind, GraphQLList):
        return [draw(data, door, kind.of_type) for _ in range(data.draw(st.integers(0, 3)))]
    if isinstance(kind, GraphQLInputObjectType):
        given_ = {name for name, field in kind.fields.items() if isinstance(field.type, GraphQLNonNull)}
        given_ |= {name for name in kind.fields if data.draw(st.booleans())}
        return {name: draw(data, door, kind.fields[name].type) for name in sorted(given_)}
    if isinstance(kind, GraphQLEnumType):
        return data.draw(st.sampled_from(sorted(kind.values)))
    made = {"Int": NUMBERS, "String": TEXTS, "ID": st.sampled_from(door.ids) | TEXTS}
    return data.draw(made.get(get_named_type(kind).name, ANY))


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_hostile_mutation_is_refused_or_done_whole(door: Door, name: str) -> None:
    field = MUTATIONS[name]
    heads = ", ".join(f"${key}: {arg.type}" for key, arg in field.args.items())
    handed = ", ".join(f"{key}: ${key}" for key in field.args)
    inner = " { __typename }" if hasattr(get_named_type(field.type), "fields") else ""
    query = f"mutation({heads}) {{ {name}({handed}){inner} }}"

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(data=st.data())
    def fuzz(data: st.DataObject) -> None:
        variables = {key: draw(data, door, arg.type) for key, arg in field.args.items()}
        before = door.rows()
        sent = json.dumps({"query": query, "variables": variables})
        answer = door.ask.client.post(GRAPHQL, content=sent, headers={"Content-Type": "application/json"})
        assert answer.status_code in {200, 400, 413}, (sent[:500], answer.text[:500])
        told = answer.json()
        errors = told.get("errors") or ([] if told.get("data") else [{"extensions": told["error"]}])
        assert not LEAKED.search(json.dumps(errors)) or LEAKED.search(sent), errors
        for error in errors:
            code = error["extensions"]["code"]
            assert code in DECLARED or code.endswith("_NOT_FOUND"), (sent[:500], error)
        assert not errors or door.rows() == before, (sent[:500], errors)

    fuzz()
