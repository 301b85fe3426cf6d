"""From a real PostgreSQL through the connector, as the crawl's task sends it, into the catalog."""

from __future__ import annotations

from typing import Any

import pytest
from tests.connectors.support import Source
from tests.support.app import METASTORE, Rest
from tests.support.catalog import Task, assets, connection, ok, writes

from crosswind.connectors.patterns import Patterns
from crosswind.doors.airflow.sender import Sender, ranges

SOURCE = (
    """
    create schema air;
    create table air.carriers (code text primary key, name text not null);
    create table air.flights (id bigint generated always as identity, carrier text references air.carriers,
      dep_delay integer, day date not null, primary key (id, day)) partition by range (day);
    create table air.flights_2013 partition of air.flights for values from ('2013-01-01') to ('2014-01-01');
    comment on column air.flights.dep_delay is 'Minutes late';
    create view air.delays as select c.name as carrier, f.dep_delay as delay from air.flights f
      join air.carriers c on c.code = f.carrier;
    create view air.worst as select carrier, max(delay) as delay from air.delays group by carrier;
    create materialized view air.summary as select * from air.worst;
    """,
)


class Lease:
    """What the sender needs of a lease, over HTTP."""

    def __init__(self, task: Task) -> None:
        self.task_id = task.id
        self._client = task.client

    def send(self, method: str, path: str, body: Any) -> Any:
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        return ok(self._client.request(method, path, **content))


def crawled(rest: Rest, key: int, source: Source) -> dict[str, Any]:
    sender = Sender(Lease(Task(rest, key)), "", "", "postgres://air:5432", "postgres")  # type: ignore[arg-type]
    with source.connector() as connector:
        found = connector.discover("full", Patterns())
        sender._about |= {"identity": found.identity, "database": found.database}
        for part in ranges(found.objects):
            sender.send(part)
    return dict(sender.complete())


@pytest.fixture
def air(source: str) -> Source:
    made = Source.at(source)
    made.execute(*SOURCE)
    return made


def test_a_rename_and_a_drop_at_the_source_are_told_with_what_lies_downstream(rest: Rest, air: Source) -> None:
    key = connection(rest, "air")
    summary = crawled(rest, key, air)
    assert (summary["tables"], summary["views"], summary["counts"]["added"]) == (2, 3, 5)
    before = writes(rest, "assets", "columns", "relationships", "audit")
    assert crawled(rest, key, air)["counts"]["unchanged"] == 5
    assert writes(rest, *before) == before

    air.execute(
        "alter table air.flights rename column dep_delay to departure_delay", "drop materialized view air.summary"
    )
    summary = crawled(rest, key, air)
    told = {entry["name"]: entry["changes"] for entry in summary["changed"]}
    assert told["flights"] == ['column "dep_delay" renamed to "departure_delay"']
    assert told["delays"] == ["definition changed"]
    assert [entry["qualifiedName"].split(".")[-1] for entry in summary["removed"]] == ["summary"]

    client = rest.client("viewer")
    flights = assets(client, type="TABLE")["flights"]
    lineage = ok(client.get(f"{METASTORE}/assets/{flights['id']}/lineage", params={"depth": 3}))
    steps = [
        (entry["asset"]["name"], entry["relationship"]["metadata"]["column_mapping"]) for entry in lineage["downstream"]
    ]
    assert steps == [
        ("delays", {"delay": ["departure_delay"]}),
        ("worst", {"carrier": ["carrier"], "delay": ["delay"]}),
        ("summary", {"carrier": ["carrier"], "delay": ["delay"]}),
    ]
    assert [bool(entry["asset"]["removed_at"]) for entry in lineage["downstream"]] == [False, False, True]


def test_postgres_facts_arrive(rest: Rest, air: Source) -> None:
    crawled(rest, connection(rest, "air"), air)
    client = rest.client("viewer")
    flights = ok(client.get(f"{METASTORE}/assets/{assets(client)['flights']['id']}"))
    metadata = flights["metadata"]
    assert metadata["type_detail"] == "partitioned table"
    assert [partition["name"] for partition in metadata["partitions"]] == ["flights_2013"]
    assert metadata["foreign_keys"][0]["target_name"] == "carriers"
    columns = {column["name"]: column for column in flights["schema"]}
    assert columns["dep_delay"]["comment"] == "Minutes late"
    assert columns["carrier"]["references"] == ["air.carriers.code"]
    found = ok(client.get(f"{METASTORE}/search", params={"q": "dep delay"}))["results"][0]
    assert (found["asset"]["name"], found["highlights"]["columns"]) == ("flights", ["<em>dep</em>_<em>delay</em>"])
