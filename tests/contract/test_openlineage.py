"""OpenLineage events taken in: by the official client over a socket, and in every odd shape and order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import httpx
import pytest
from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    StaticDataset,
)
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    documentation_dataset,
    job_type_job,
    nominal_time_run,
    ownership_dataset,
    ownership_job,
    schema_dataset,
    sql_job,
)
from requests import HTTPError
from sqlalchemy import text
from tests.support.airflow import Server
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import connection, ok, table, writes
from tests.support.openlineage import NAMESPACE, PRODUCER, START, client_of, columns, dataset, event, schema

from crosswind.contexts.catalog.openlineage import wire
from crosswind.contexts.catalog.openlineage.repository import adopt, forget_runs, take
from crosswind.contexts.catalog.openlineage.story import Story
from crosswind.kit.actor import DEFAULT_TENANT, Actor

LINEAGE = "/metastore/api/v1/lineage"
Post = Callable[..., httpx.Response]


@pytest.fixture
def key(rest: Rest) -> str:
    return rest.platform_key("lineage:ingest")


@pytest.fixture
def post(rest: Rest, key: str) -> Post:
    client = rest.anonymous({"Authorization": f"Bearer {key}"})

    def send(*events: dict[str, Any]) -> httpx.Response:
        for each in events:
            answer = client.post(LINEAGE, json=each)
            assert answer.status_code == 201, answer.text
        return answer

    return send


@pytest.fixture
def served(rest: Rest) -> Iterator[Server]:
    server = Server(rest.app)
    server.start()
    yield server
    server.stop()


def assets(rest: Rest, **query: Any) -> dict[str, dict[str, Any]]:
    found = ok(rest.client().get(f"{METASTORE}/assets", params={"limit": 100, **query}))["data"]
    return {each["qualified_name"]: each for each in found}


def edges(rest: Rest) -> list[tuple[str, str, str]]:
    with rest.platform.session() as session:
        rows = session.execute(
            text(
                "SELECT s.name, r.type, t.name FROM crosswind.relationships r JOIN crosswind.assets s "
                "ON s.key = r.source_key JOIN crosswind.assets t ON t.key = r.target_key ORDER BY 1, 2, 3"
            )
        )
        return [tuple(row) for row in rows]


def runs(rest: Rest, qualified_name: str, **query: Any) -> list[dict[str, Any]]:
    identifier = assets(rest)[qualified_name]["id"]
    found: list[dict[str, Any]] = ok(rest.client("viewer").get(f"{PLATFORM}/assets/{identifier}/runs", params=query))[
        "data"
    ]
    return found


def run_event(
    state: RunState, at: datetime, run: Run, job: Job, inputs: Sequence[Any] = (), outputs: Sequence[Any] = ()
) -> RunEvent:
    return RunEvent(
        eventType=state, eventTime=at.isoformat(), run=run, job=job, producer=PRODUCER,
        inputs=list(inputs), outputs=list(outputs),
    )  # fmt: skip


@pytest.mark.parametrize("gzip", [False, True])
def test_the_official_client_tells_of_a_run_and_its_lineage_is_there(
    rest: Rest, served: Server, key: str, gzip: bool
) -> None:
    client = client_of(served.base, key, gzip=gzip)
    run = Run(str(uuid4()), {"nominalTime": nominal_time_run.NominalTimeRunFacet(START.isoformat())})
    facets = {
        "sql": sql_job.SQLJobFacet("INSERT INTO orders SELECT * FROM staging"),
        "ownership": ownership_job.OwnershipJobFacet([ownership_job.Owner("ana")]),
        "jobType": job_type_job.JobTypeJobFacet("BATCH", "SPARK", "QUERY"),
    }
    job = Job("jobs", "load_orders", facets)
    fields = [
        schema_dataset.SchemaDatasetFacetFields("id", "int"),
        schema_dataset.SchemaDatasetFacetFields("total", "numeric"),
    ]
    source = InputDataset(
        NAMESPACE, "shop.public.staging", facets={"schema": schema_dataset.SchemaDatasetFacet(fields=fields)}
    )
    made = column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={
            "total": column_lineage_dataset.Fields(
                inputFields=[column_lineage_dataset.InputField(NAMESPACE, "shop.public.staging", "total")]
            )
        }
    )
    told: dict[str, Any] = {
        "columnLineage": made,
        "documentation": documentation_dataset.DocumentationDatasetFacet("All orders"),
        "ownership": ownership_dataset.OwnershipDatasetFacet([ownership_dataset.Owner("sales")]),
    }
    target = OutputDataset(NAMESPACE, "shop.public.orders", facets=told)
    client.emit(run_event(RunState.START, START, run, job, [source]))
    ended = START + timedelta(minutes=5)
    client.emit(run_event(RunState.COMPLETE, ended, run, job, [source], [target]))
    found = assets(rest)
    assert {name: each["type"] for name, each in found.items()} == {
        "jobs/load_orders": "PIPELINE",
        f"{NAMESPACE}/shop.public.staging": "TABLE",
        f"{NAMESPACE}/shop.public.orders": "TABLE",
    }
    orders = found[f"{NAMESPACE}/shop.public.orders"]
    assert (orders["name"], orders["description"]) == ("orders", "All orders")
    viewer = rest.client("viewer")
    assert ok(viewer.get(f"{METASTORE}/assets/{orders['id']}"))["metadata"]["owner"] == ["sales"]
    loading = ok(viewer.get(f"{METASTORE}/assets/{found['jobs/load_orders']['id']}"))["metadata"]
    told_of_job = {name: loading[name] for name in ("owner", "job_type", "integration")}
    assert told_of_job == {"owner": ["ana"], "job_type": "QUERY", "integration": "SPARK"}
    impact = ok(viewer.get(f"{PLATFORM}/assets/{found[f'{NAMESPACE}/shop.public.staging']['id']}/impact"))
    assert {each["owner"] for each in impact["owners"]} == {"ana", "sales"}
    up = ok(viewer.get(f"{METASTORE}/assets/{orders['id']}/lineage", params={"direction": "upstream"}))["upstream"]
    assert sorted((each["asset"]["name"], each["relationship"]["type"]) for each in up) == [
        ("load_orders", "PRODUCES"),
        ("staging", "DEPENDS_ON"),
        ("staging", "USES"),
    ]
    direct = next(each["relationship"] for each in up if each["relationship"]["type"] == "DEPENDS_ON")["metadata"]
    assert direct["column_mapping"] == {"total": ["total"]}
    assert (direct["run_id"], direct["job"]) == (run.runId, {"namespace": "jobs", "name": "load_orders"})
    staging = ok(viewer.get(f"{METASTORE}/assets/{found[f'{NAMESPACE}/shop.public.staging']['id']}"))
    assert [(each["name"], each["type"]) for each in staging["schema"]] == [("id", "int"), ("total", "numeric")]
    for name in ("jobs/load_orders", f"{NAMESPACE}/shop.public.orders"):
        (shown,) = runs(rest, name)
        assert (shown["runId"], shown["state"], shown["jobName"]) == (run.runId, "COMPLETE", "load_orders")
        assert shown["startedAt"].startswith("2026-11-01T12:00")
        assert shown["endedAt"].startswith("2026-11-01T12:05")
        assert shown["nominalAt"].startswith("2026-11-01T12:00")
    assert runs(rest, f"{NAMESPACE}/shop.public.staging") == []
    assert ok(viewer.get(f"{METASTORE}/search", params={"q": "load orders"}))["total"] >= 1


def test_the_official_client_tells_of_jobs_and_datasets_without_runs(rest: Rest, served: Server, key: str) -> None:
    client = client_of(served.base, key)
    facet = schema_dataset.SchemaDatasetFacet(fields=[schema_dataset.SchemaDatasetFacetFields("a", "int")])
    client.emit(
        DatasetEvent(
            eventTime=START.isoformat(),
            producer=PRODUCER,
            dataset=StaticDataset("s3://lake", "raw/events", facets={"schema": facet}),
        )
    )
    client.emit(
        JobEvent(
            eventTime=START.isoformat(), producer=PRODUCER, job=Job("jobs", "designed"),
            inputs=[InputDataset("s3://lake", "raw/events")], outputs=[OutputDataset("s3://lake", "clean/events")],
        )
    )  # fmt: skip
    assert {name: each["type"] for name, each in assets(rest).items()} == {
        "s3://lake/raw/events": "DATASET",
        "s3://lake/clean/events": "DATASET",
        "jobs/designed": "PIPELINE",
    }
    assert ("designed", "PRODUCES", "events") in edges(rest)
    assert runs(rest, "jobs/designed") == []


def test_a_key_that_may_not_is_refused_and_the_client_says_so(rest: Rest, served: Server) -> None:
    for key in (rest.platform_key("lease:create"), rest.key("viewer"), "cwk_nobody"):
        with pytest.raises(HTTPError) as refused:
            client_of(served.base, key).emit(run_event(RunState.START, START, Run(str(uuid4())), Job("jobs", "x")))
        assert refused.value.response is not None
        assert refused.value.response.status_code in {401, 403}
    assert assets(rest) == {}


def test_a_persons_key_works_in_its_own_tenant(rest: Rest, post: Post) -> None:
    told = event(inputs=[dataset("shop.public.a")])
    acme = rest.client("data_engineer", tenant="acme")
    assert acme.post(LINEAGE, json=told).status_code == 201
    assert assets(rest) == {}
    post(told)
    assert len(assets(rest)) == 2
    assert ok(acme.get(f"{METASTORE}/assets"))["pagination"]["total"] == 2


def test_a_crawl_and_an_event_meet_on_one_asset_whichever_came_first(rest: Rest, post: Post) -> None:
    shop = connection(rest)

    def crawl_shop(*names: str) -> None:
        with_namespace(rest, shop, names)

    crawl_shop("orders")
    post(event(inputs=[dataset("shop.public.orders")], outputs=[dataset("shop.public.totals")]))
    before = assets(rest)
    assert set(before) == {"shop.shop.public.orders", f"{NAMESPACE}/shop.public.totals", "jobs/load"}
    crawl_shop("orders", "totals")
    after = assets(rest)
    assert set(after) == {"shop.shop.public.orders", "shop.shop.public.totals", "jobs/load"}
    assert after["shop.shop.public.totals"]["id"] == before[f"{NAMESPACE}/shop.public.totals"]["id"]
    assert after["shop.shop.public.totals"]["connection_id"] == "shop"
    known = edges(rest)
    post(event(inputs=[dataset("shop.public.orders")], outputs=[dataset("shop.public.totals")], minutes=1))
    assert edges(rest) == known
    assert set(assets(rest)) == set(after)


def test_an_event_and_a_first_crawl_at_the_same_moment_leave_one_asset(rest: Rest, post: Post) -> None:
    shop = connection(rest)
    told = event(inputs=[dataset("shop.public.orders")])
    with rest.platform.session() as crawling, ThreadPoolExecutor(1) as pool:
        record = {"qualified_name": "shop.shop.public.orders", "dataset": "shop.public.orders", "name": "orders"}
        assert not adopt(crawling, "default", shop, NAMESPACE, [record | {"schema": "public", "database": "shop"}])
        sent = pool.submit(post, told)
        until_it_waits(rest, sent)
        crawling.execute(text(CRAWLED), {"shop": shop, "namespace": NAMESPACE})
        crawling.commit()
        sent.result()
    assert set(assets(rest)) == {"shop.shop.public.orders", "jobs/load"}


def test_a_first_crawl_waits_for_an_event_that_is_being_stored(rest: Rest, post: Post) -> None:
    shop = connection(rest)
    told = Story()
    told.add(wire.event(json.dumps(event(inputs=[dataset("shop.public.orders")])).encode()))
    with rest.platform.session() as storing, ThreadPoolExecutor(1) as pool:
        take(storing, Actor("etl", "etl", DEFAULT_TENANT), told.told())
        crawled = pool.submit(with_namespace, rest, shop, ("orders",))
        until_it_waits(rest, crawled)
        storing.commit()
        crawled.result()
    assert set(assets(rest)) == {"shop.shop.public.orders", "jobs/load"}


CRAWLED = """
INSERT INTO crosswind.assets (tenant, connection_key, type, name, qualified_name, namespace, dataset, source_words)
VALUES ('default', :shop, 'TABLE', 'orders', 'shop.shop.public.orders', :namespace, 'shop.public.orders', '')
"""


def until_it_waits(rest: Rest, work: Future[Any]) -> None:
    """Return when somebody waits for an advisory lock of this store, or the work is done without."""
    waiting = "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT l.granted"
    waiting += " AND l.locktype = 'advisory' AND d.datname = current_database())"
    while not work.done():
        with rest.platform.session() as session:
            if session.scalar(text(waiting)):
                return


def with_namespace(rest: Rest, shop: int, names: tuple[str, ...]) -> None:
    """Crawl tables of a server that OpenLineage knows by this namespace."""
    from tests.support.catalog import Task

    task = Task(rest, shop)
    found = [table(name) for name in sorted(names)]
    answer = ok(task.manifest(found, namespace=NAMESPACE))
    if answer["wanted"]:
        ok(task.objects([found[index] for index in answer["wanted"]]))
    ok(task.complete(len(found)))


def test_what_a_crawl_found_is_not_changed_by_what_events_say_of_it(rest: Rest, post: Post) -> None:
    with_namespace(rest, connection(rest), ("orders",))
    said: dict[str, Any] = {"schema": schema("other text"), "documentation": {"description": "Said"}}
    post(event(inputs=[dataset("shop.public.orders", **said)]))
    found = assets(rest)["shop.shop.public.orders"]
    shown = ok(rest.client().get(f"{METASTORE}/assets/{found['id']}"))
    assert [each["name"] for each in shown["schema"]] == ["id", "name"]
    assert shown["description"] is None


def test_symlinks_lead_to_the_asset_that_a_crawl_found(rest: Rest, post: Post) -> None:
    with_namespace(rest, connection(rest), ("orders",))
    links: dict[str, Any] = {
        "symlinks": {"identifiers": [{"namespace": NAMESPACE, "name": "shop.public.orders", "type": "TABLE"}]}
    }
    post(event(inputs=[dataset("warehouse/orders", "s3://lake", **links)]))
    assert set(assets(rest)) == {"shop.shop.public.orders", "jobs/load"}


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
        (2, "Expected `object`, got `int`"),
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


def test_an_asset_that_a_person_deleted_is_there_again_once_it_is_told_of(rest: Rest, post: Post) -> None:
    post(event(inputs=[dataset("d.s.a")]))
    identifier = assets(rest)[f"{NAMESPACE}/d.s.a"]["id"]
    assert rest.client().delete(f"{METASTORE}/assets/{identifier}").status_code == 204
    post(event(inputs=[dataset("d.s.a")]))
    assert assets(rest)[f"{NAMESPACE}/d.s.a"]["id"] == identifier


def test_edges_fade_with_the_last_run_that_told_of_them(rest: Rest, post: Post) -> None:
    post(
        event(inputs=[dataset("d.s.old")], outputs=[dataset("d.s.out")]),
        event(inputs=[dataset("d.s.new")], outputs=[dataset("d.s.out")], minutes=1),
    )
    with rest.platform.session() as session:
        session.execute(
            text(
                "UPDATE crosswind.job_runs SET updated_at = now() - interval '91 days' "
                "WHERE key = (SELECT min(key) FROM crosswind.job_runs)"
            )
        )
        assert forget_runs(session, 90, 100) == 1
        session.commit()
    assert edges(rest) == [
        ("load", "PRODUCES", "out"),
        ("load", "USES", "new"),
        ("out", "DEPENDS_ON", "new"),
    ]
    assert len(runs(rest, "jobs/load")) == 1


def test_runs_are_paged_narrowed_and_only_for_those_who_see_the_asset(rest: Rest, post: Post) -> None:
    post(*(event("FAIL" if number % 2 else "COMPLETE", minutes=number) for number in range(5)))
    identifier = assets(rest)["jobs/load"]["id"]
    path = f"{PLATFORM}/assets/{identifier}/runs"
    page = ok(rest.client("viewer").get(path, params={"pageSize": 2, "page": 2}))
    assert (len(page["data"]), page["pagination"]["totalCount"]) == (2, 5)
    assert len(runs(rest, "jobs/load", state="FAIL")) == 2
    assert rest.client("viewer").get(path, params={"state": "GONE"}).status_code == 400
    assert rest.client("viewer", tenant="acme").get(path).status_code == 404


def test_runs_that_wrote_a_dataset_are_for_those_who_see_their_job(rest: Rest, post: Post) -> None:
    post(event("COMPLETE", outputs=[dataset("d.s.out")]))
    hidden = connection(rest, "hidden", environment="dev")
    with rest.platform.session() as session:
        moving = "UPDATE crosswind.assets SET connection_key = :key WHERE qualified_name = 'jobs/load'"
        session.execute(text(moving), {"key": hidden})
        session.commit()
    written = assets(rest)[f"{NAMESPACE}/d.s.out"]["id"]
    path = f"{PLATFORM}/assets/{written}/runs"
    assert len(ok(rest.client("viewer").get(path))["data"]) == 1
    narrowed = rest.client("viewer", attributes={"environment": ["prod"]})
    assert ok(narrowed.get(path))["data"] == []
