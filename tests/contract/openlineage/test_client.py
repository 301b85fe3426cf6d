"""OpenLineage events by the official client over a socket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
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
from tests.support.airflow import Server
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.openlineage import (
    LINEAGE,
    NAMESPACE,
    PRODUCER,
    START,
    Post,
    assets,
    client_of,
    dataset,
    edges,
    event,
    run_event,
    runs,
)


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
