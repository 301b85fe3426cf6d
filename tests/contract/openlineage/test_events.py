"""OpenLineage events in every odd shape and order."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok, writes
from tests.support.openlineage import (
    LINEAGE,
    NAMESPACE,
    START,
    Post,
    assets,
    columns,
    dataset,
    edges,
    event,
    runs,
    schema,
)

STORY = ["START", "RUNNING", "COMPLETE"]


def test_the_order_in_which_events_come_means_nothing(rest: Rest, post: Post) -> None:
    for number, order in enumerate(permutations(range(3))):
        run, job = str(uuid4()), f"load{number}"
        told = [
            event(kind, run=run, job=job, minutes=minute, inputs=[dataset(f"d.s.t{minute}")])
            for minute, kind in enumerate(STORY)
        ]
        post(*(told[place] for place in order), *(told[place] for place in order))
        (shown,) = runs(rest, f"jobs/{job}")
        assert shown["state"] == "COMPLETE", order
        assert (shown["startedAt"][11:16], shown["endedAt"][11:16]) == ("12:00", "12:02")
        assert len([each for each in edges(rest) if each[:2] == (job, "USES")]) == 3


def test_a_batch_tells_the_same_as_its_events_one_by_one(rest: Rest, key: str) -> None:
    run = str(uuid4())
    told = [
        event("COMPLETE", run=run, minutes=2, outputs=[dataset("d.s.b", columnLineage=columns(x=[("d.s.a", "x")]))],
              inputs=[dataset("d.s.a", schema=schema("x int"))]),
        event("START", run=run, inputs=[dataset("d.s.a")], outputs=[dataset("d.s.b")]),
    ]  # fmt: skip
    client = rest.anonymous({"X-API-Key": key})
    answer = ok(client.post(f"{LINEAGE}/batch", json=told))
    assert (answer["status"], answer["summary"]["successful"], answer["failed_events"]) == ("success", 2, [])
    (shown,) = runs(rest, f"{NAMESPACE}/d.s.b")
    assert (shown["state"], shown["startedAt"][11:16], shown["endedAt"][11:16]) == ("COMPLETE", "12:00", "12:02")
    with rest.platform.session() as session:
        mapping = session.scalar(
            text("SELECT metadata->'column_mapping' FROM crosswind.relationships WHERE name <> ''")
        )
    assert mapping == {"x": ["x"]}


def test_a_batch_with_bad_events_stores_the_others_and_names_the_bad(rest: Rest, key: str) -> None:
    client = rest.anonymous({"X-API-Key": key})
    bad: list[Any] = [{"eventTime": "yesterday"}, 7, {"eventTime": START.isoformat(), "run": {"runId": str(uuid4())}}]
    answer = ok(client.post(f"{LINEAGE}/batch", json=[event(), *bad]))
    assert answer["status"] == "partial_success"
    assert [(each["index"], each["reason"].partition(":")[0]) for each in answer["failed_events"]] == [
        (1, "eventTime"),
        (2, "must be an object, and is a whole number"),
        (3, "job"),
    ]
    assert ok(client.post(f"{LINEAGE}/batch", json=bad))["status"] == "failure"
    assert ok(client.post(f"{LINEAGE}/batch", json=[]))["status"] == "success"
    assert set(assets(rest)) == {"jobs/load"}


WRONG: list[tuple[Any, str]] = [
    ({**event(), "eventTime": "soon"}, "eventTime"),
    ({**event(), "eventTime": "9999-12-31T23:59:59Z"}, "eventTime"),
    ({**event(), "eventType": "DONE"}, "eventType"),
    ({**event(), "run": {"runId": "seven"}}, "run.runId"),
    ({**event(), "job": None}, "job"),
    ({**event(), "job": {"namespace": "", "name": "x"}}, "job.namespace"),
    ({**event(), "outputs": [dataset(" \t")]}, "outputs[0].name"),
    ({**event(), "inputs": [dataset("x" * 2000)]}, "inputs[0].name"),
    ({**event(), "inputs": [dataset("é" * 1800)]}, "inputs[0]"),
    ({**event(), "inputs": [dataset("d")] * 1001}, "inputs"),
    ({**event(), "inputs": [{"name": "d"}]}, "inputs[0]"),
    ({**event(), "outputs": "all"}, "outputs"),
    ({**event(), "producer": "a\x00b"}, "body.producer"),
    ([event()], "body"),
    ("{", "body"),
]


def test_bad_events_are_refused_with_the_field_named(rest: Rest, key: str) -> None:
    client = rest.anonymous({"X-API-Key": key})
    for body, field in WRONG:
        answer = client.post(LINEAGE, content=body if isinstance(body, str) else json.dumps(body))
        told = answer.json()["error"]
        assert (answer.status_code, told["code"], told["details"]["field"]) == (400, "INVALID_REQUEST", field), told
    assert assets(rest) == {}


def test_a_body_that_is_too_large_is_refused(rest: Rest, key: str) -> None:
    answer = rest.anonymous({"X-API-Key": key}).post(LINEAGE, content=b" " * (4 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


ODD: list[Any] = [
    None, 7, "x", [], {}, {"fields": 7}, {"fields": [7, {}, {"name": ""}, {"name": 1}]}, {"fields": {"a": 7}},
    {"identifiers": [7, {"namespace": "n"}]}, {"owners": [7, {"name": None}]}, {"description": []},
    {"fields": {"a": {"inputFields": [7, {"namespace": "n", "name": "m"}]}}}, {"nominalStartTime": "never"},
    {"job": 7, "run": None}, {"job": {"namespace": "n", "name": "m"}, "run": {"runId": "x"}},
    {"n": 10**400, "deep": [[[[[[[[[[]]]]]]]]]]},
]  # fmt: skip
UNDERSTOOD = (
    "schema", "documentation", "ownership", "columnLineage", "symlinks", "nominalTime", "parent", "sql", "jobType",
    "datasetType", "lifecycleStateChange", "ours",
)  # fmt: skip


def test_facets_that_are_not_as_their_schema_says_are_left_out(rest: Rest, post: Post) -> None:
    for odd in ODD:
        facets = dict.fromkeys(UNDERSTOOD, odd)
        told: dict[str, Any] = {"inputs": [dataset("d.s.a", **facets)], "outputs": [dataset("d.s.b", **facets)]}
        post(event("START", facets=facets, job_facets=facets, **told))
    assert "jobs/load" in assets(rest)


def test_large_facets_are_not_kept_and_small_ones_are(rest: Rest, post: Post) -> None:
    facets = {
        "large": {"x": "y" * 9000},
        **{f"f{n}": {"x": "y" * 3000} for n in range(20)},
        "errorMessage": {"message": "no"},
    }
    post(event("FAIL", facets=facets))
    (shown,) = runs(rest, "jobs/load")
    assert shown["state"] == "FAIL"
    assert shown["facets"]["errorMessage"] == {"message": "no"}
    assert "large" not in shown["facets"]
    assert len(json.dumps(shown["facets"])) < 17_000


def test_a_parent_contains_its_job(rest: Rest, post: Post) -> None:
    parent = {"job": {"namespace": "jobs", "name": "nightly"}, "run": {"runId": str(uuid4())}}
    post(event(job="nightly.load", facets={"parent": parent}))
    assert ("nightly", "CONTAINS", "nightly.load") in edges(rest)
    assert runs(rest, "jobs/nightly.load")[0]["parentRunId"] == parent["run"]["runId"]


def test_the_same_again_writes_no_asset_and_no_edge(rest: Rest, post: Post) -> None:
    told: dict[str, Any] = {
        "inputs": [dataset("d.s.a", schema=schema("x int"), documentation={"description": "A"})],
        "outputs": [dataset("d.s.b", columnLineage=columns(x=[("d.s.a", "x")]))],
    }
    post(event(**told))
    before = writes(rest, "assets", "relationships", "columns", "outbox", "audit")
    post(event(minutes=1, **told), event("START", minutes=2, inputs=[dataset("d.s.a")], outputs=[dataset("d.s.b")]))
    assert writes(rest, "assets", "relationships", "columns", "outbox", "audit") == before


def test_what_is_made_is_told_to_followers_and_to_the_audit(rest: Rest, post: Post) -> None:
    post(event(inputs=[dataset("d.s.a")], outputs=[dataset("d.s.b")]))
    with rest.platform.session() as session:
        told = session.execute(text("SELECT type, count(*) FROM crosswind.outbox GROUP BY 1 ORDER BY 1")).all()
        kept = session.scalar(text("SELECT after FROM crosswind.audit WHERE entity_id = 'openlineage'"))
    assert [tuple(row) for row in told] == [("asset.created", 3), ("relationship.created", 3)]
    assert (kept["created"], kept["relationships"]) == (3, 3)


def test_writers_of_the_same_datasets_wait_for_each_other_and_all_succeed(rest: Rest, post: Post) -> None:
    names = [f"d.s.t{number}" for number in range(12)]

    def send(number: int) -> None:
        turned = names[number:] + names[:number]
        post(event(job=f"j{number % 3}", inputs=[dataset(each) for each in turned[:6]],
                   outputs=[dataset(each) for each in reversed(turned[6:])]))  # fmt: skip

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, range(12)))
    assert len(assets(rest)) == 15


def test_a_column_is_followed_whole_where_its_jobs_tell_columns(rest: Rest, post: Post) -> None:
    mapping = columns(c=[("d.s.in", "a")])
    outputs = [dataset("d.s.out", schema=schema("c int"), columnLineage=mapping)]
    post(event(inputs=[dataset("d.s.in", schema=schema("a int", "b int"))], outputs=outputs))
    ids = {name.rpartition(".")[2]: each["id"] for name, each in assets(rest).items()}

    def followed(name: str, column: str, direction: str) -> tuple[list[str], bool]:
        query: dict[str, Any] = {"column": column, "direction": direction, "depth": 5}
        found = ok(rest.client("viewer").get(f"{METASTORE}/assets/{ids[name]}/lineage", params=query))
        return [each["asset"]["name"] for each in found[direction]], found["is_partial"]

    assert followed("out", "c", "upstream") == (["in"], False)
    assert followed("in", "a", "downstream") == (["out"], False)
    assert followed("in", "b", "downstream") == ([], False), "of what is not made of a column all is known"
    impact = f"{PLATFORM}/assets/{ids['in']}/impact"
    assert not ok(rest.client("viewer").get(impact, params={"column": "a"}))["isPartial"]
    post(event(job="other", inputs=[dataset("d.s.in")], outputs=[dataset("d.s.plain")]))
    assert followed("in", "a", "downstream") == (["out"], True), "of d.s.plain nobody says columns"
