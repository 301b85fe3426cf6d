"""One meaning: each operation walked through REST, GraphQL and gRPC, with the same values and the same refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from tests.support.airflow import Airflow
from tests.support.app import PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.meaning import World, agreed, refused, world_of
from tests.support.protocols import NAMES, Metastore, Refusal, Shown

from crosswind.kit.embedded import EmbeddedPostgres

NOBODY = str(uuid4())
Operation = Callable[[Metastore], Any]


@pytest.fixture(scope="module")
def world(
    postgres: EmbeddedPostgres, store_template: str, airflow_metadata: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """For what changes nothing."""
    airflow = Airflow(airflow_metadata, tmp_path_factory.mktemp("one_meaning"))
    airflow.enter()
    postgres.create_database("one_meaning", template=store_template)
    with Rest(postgres.url("one_meaning")) as rest, world_of(rest) as found:
        yield found
    postgres.drop_database("one_meaning")
    airflow.leave()


@pytest.fixture
def fresh(rest: Rest) -> Iterator[World]:
    """For what writes."""
    with world_of(rest) as found:
        yield found


def test_an_asset_reads_the_same(world: World) -> None:
    callers = world.by("viewer")
    shown = agreed(callers, lambda metastore: metastore.get(world.ids["orders"]))
    assert (shown["tags"], shown["version"], shown["metadata"]["rows"]) == (["PII", "gold"], 2, 7)
    assert shown["columns"][0] == ("id", "integer", True, ["key"])
    assert agreed(callers, lambda metastore: metastore.get(world.ids["customers"]))["description"] == "Who buys"


LISTS: list[tuple[Shown, list[str]]] = [
    ({"sort": "name:asc"}, ["customers", "orders", "totals"]),
    ({"sort": "name:desc", "limit": 1, "offset": 1}, ["orders"]),
    ({"type": "VIEW"}, ["totals"]),
    ({"tag": "PII"}, ["orders"]),
    ({"tag": "key"}, ["orders"]),
    ({"search": "net total"}, ["orders"]),
    ({"connection_id": "shop", "schema": "public", "sort": "name:asc", "limit": 2}, ["customers", "orders"]),
    ({"connection_id": "nowhere"}, []),
]


def test_lists_are_the_same(world: World) -> None:
    callers = world.by("viewer")
    for asked, names in LISTS:
        assert agreed(callers, lambda metastore, asked=asked: metastore.list(**asked))["names"] == names, asked


def test_lists_find_a_whole_qualified_name(world: World) -> None:
    callers = world.by("viewer")
    name = agreed(callers, lambda metastore: metastore.get(world.ids["orders"]))["qualified_name"]
    assert agreed(callers, lambda metastore: metastore.list(search=f" {name}"))["names"] == ["orders"]


def test_lineage_is_the_same(world: World) -> None:
    callers = world.by("viewer")
    graph = agreed(callers, lambda metastore: metastore.lineage(world.ids["orders"]))
    assert graph["downstream"] == [("totals", "DEPENDS_ON")]
    one_way = agreed(callers, lambda metastore: metastore.lineage(world.ids["totals"], 1, "upstream"))
    assert [name for name, _ in one_way["upstream"]] == ["customers", "orders"]
    assert one_way["downstream"] == []


def test_searches_find_the_same(world: World) -> None:
    callers = world.by("viewer")
    for words in ("order", "customer", "bought", "key", "nothing of it", "PII", "type:VIEW total"):
        for asked in ({}, {"type": "TABLE"}, {"limit": 1}, {"limit": 1, "offset": 1}, {"tag": "PII"}):
            found = agreed(callers, lambda metastore, words=words, asked=asked: metastore.search(words, **asked))
            assert found["hits"] or words not in {"order", "customer"} or "offset" in asked or "tag" in asked


def test_what_a_search_was_read_as_is_told_the_same(world: World) -> None:
    callers = world.by("viewer")
    read = agreed(callers, lambda metastore: metastore.search('type:VIEW tag:gold tag:"Very Secret" total'))
    assert (read["words"], read["total"]) == ("total", 0)
    assert read["filters"] == {"type": ["VIEW"], "tag": ["gold", "Very Secret"]}
    assert read["hints"] == []
    meant = agreed(callers, lambda metastore: metastore.search("type:KING colour:red order"))
    assert (len(meant["hints"]), meant["words"]) == (2, "type:KING colour:red order")
    assert meant["hints"][0].startswith("'type:KING' is looked for as words: a type is CHART")
    inside = agreed(callers, lambda metastore: metastore.search("rder"))
    assert (inside["widened"], inside["total"], inside["ranked_among"]) == (True, 1, "all")


def test_owners_domains_terms_and_products_narrow_alike(fresh: World) -> None:
    callers, admin = fresh.by(), fresh.rest.client()
    orders = fresh.ids["orders"]
    for noun in ("domains", "terms", "data-products"):
        made = ok(admin.post(f"{PLATFORM}/{noun}", json={"name": "Sales"}))
        ok(admin.post(f"{PLATFORM}/{noun}/{made['id']}/assets", json={"add": [orders], "remove": []}))
    ok(admin.put(f"{PLATFORM}/assets/{orders}/owners", json={"owners": [{"name": "shopkeepers", "kind": "team"}]}))
    for asked in ({"owner": "shopkeepers"}, {"domain": "Sales"}, {"term": "Sales"}, {"product": "Sales"}):
        assert agreed(callers, lambda metastore, asked=asked: metastore.list(**asked))["names"] == ["orders"], asked
        found = agreed(callers, lambda metastore, asked=asked: metastore.search("order", **asked))
        assert [each[0] for each in found["hits"]] == [orders], asked


def test_tasks_read_the_same(world: World) -> None:
    shown = agreed(world.by("viewer"), lambda metastore: metastore.get_task(world.task))
    assert (shown["type"], shown["payload"]) == ("CRAWL", {"connection_id": "shop"})


def test_what_is_written_reads_the_same_whoever_wrote_it(fresh: World) -> None:
    callers, shown = fresh.by(), {}
    for name, metastore in callers.items():
        made = metastore.create(
            type="DASHBOARD", name="sales", qualified_name=f"bi.{name}", description="d", tags=["b", "a"],
            metadata={"keep": 1, "change": {"a": 1}, "drop": True},
        )  # fmt: skip
        steps = [made]
        change = {"metadata": {"change": {"b": 2}, "drop": None, "new": [1.5]}, "tags": ["c"]}
        steps.append(metastore.update(made["id"], 1, **change))
        steps.append(metastore.update(made["id"], None, description=None))
        steps.append(metastore.update(made["id"], None, description=None))
        shown[name] = [_without(step) for step in steps]
        assert agreed(callers, lambda each, made=made: each.get(made["id"]))["version"] == 3
    assert shown["graphql"] == shown["rest"]
    assert shown["grpc"] == shown["rest"]
    made, merged, emptied, again = shown["rest"]
    assert merged["metadata"] == {"keep": 1, "change": {"b": 2}, "new": [1.5]}
    assert (merged["tags"], merged["description"], emptied["description"]) == (["c"], "d", "")
    assert [step["version"] for step in (made, merged, emptied, again)] == [1, 2, 3, 3]


def _without(shown: Shown) -> Shown:
    return {name: value for name, value in shown.items() if name not in {"id", "qualified_name", "created_at"}}


def test_relationships_are_made_the_same(fresh: World) -> None:
    callers = fresh.by()
    board = callers["rest"].create(type="DASHBOARD", name="sales", qualified_name="bi.sales")["id"]
    kinds = dict(zip(NAMES, ("DEPENDS_ON", "USES", "RELATED_TO"), strict=True))
    for name, metastore in callers.items():
        made = metastore.relate(board, fresh.ids["orders"], kinds[name], why="shown", n=1)
        ends = {"source": board, "target": fresh.ids["orders"]}
        assert made == {**ends, "type": kinds[name], "metadata": {"why": "shown", "n": 1}}
    for kind in kinds.values():
        again = refused(callers, lambda metastore, kind=kind: metastore.relate(board, fresh.ids["orders"], kind))
        assert again == "ALREADY_EXISTS"
    assert refused(callers, lambda metastore: metastore.relate(board, board, "USES")) == "INVALID_REQUEST"
    assert refused(callers, lambda metastore: metastore.relate(board, NOBODY, "USES")) == "ASSET_NOT_FOUND"


def test_what_one_deletes_is_gone_for_all(fresh: World) -> None:
    callers = fresh.by()
    for name, metastore in callers.items():
        made = metastore.create(type="CHART", name="gone", qualified_name=f"bi.{name}")
        metastore.delete(made["id"], 1)
        assert refused(callers, lambda each, made=made: each.get(made["id"])) == "ASSET_NOT_FOUND"
        assert refused(callers, lambda each, made=made: each.delete(made["id"])) == "ASSET_NOT_FOUND"


READS: dict[str, Callable[[Metastore, str], Any]] = {
    "get": lambda metastore, asset: metastore.get(asset),
    "lineage": lambda metastore, asset: metastore.lineage(asset),
}
WRITES: dict[str, Callable[[Metastore, str], Any]] = {
    "create": lambda metastore, _: metastore.create(type="TABLE", name="x", qualified_name="x"),
    "update": lambda metastore, asset: metastore.update(asset, description="taken over"),
    "delete": lambda metastore, asset: metastore.delete(asset),
    "relate": lambda metastore, asset: metastore.relate(asset, asset, "USES"),
    "create task": lambda metastore, _: metastore.create_task("CRAWL", connection_id="shop"),
}
OTHERS: dict[str, Callable[[Metastore, str], Any]] = {
    "list": lambda metastore, _: metastore.list(),
    "search": lambda metastore, _: metastore.search("order"),
    "get task": lambda metastore, asset: metastore.get_task(asset),
}


def test_a_viewer_may_write_nothing(world: World) -> None:
    callers, asset = world.by("viewer"), world.ids["orders"]
    for call in WRITES.values():
        assert refused(callers, lambda metastore, call=call: call(metastore, asset)) == "FORBIDDEN"
    assert world.by()["rest"].get(world.ids["orders"])["version"] == 2


def test_nobody_may_do_anything(world: World) -> None:
    callers, asset = world.nobody(), world.ids["orders"]
    for call in (READS | WRITES | OTHERS).values():
        assert refused(callers, lambda metastore, call=call: call(metastore, asset)) == "UNAUTHORIZED"


def test_tenants_are_apart(fresh: World) -> None:
    theirs = fresh.by(tenant="acme")
    asset = fresh.ids["orders"]
    for call in (READS["get"], READS["lineage"], WRITES["update"], WRITES["delete"]):
        assert refused(theirs, lambda metastore, call=call: call(metastore, asset)) == "ASSET_NOT_FOUND"
    own = theirs["rest"].create(type="TABLE", name="own", qualified_name="shop.shop.public.orders")["id"]
    assert refused(theirs, lambda metastore: metastore.relate(own, asset, "USES")) == "ASSET_NOT_FOUND"
    assert agreed(theirs, lambda metastore: metastore.list()) == {"total": 1, "names": ["own"]}
    assert agreed(theirs, lambda metastore: metastore.search("bought"))["hits"] == []
    started = refused(theirs, lambda metastore: metastore.create_task("CRAWL", connection_id="shop"))
    assert started == "CONNECTION_NOT_FOUND"


def test_a_stale_version_changes_nothing_and_tells_the_present_one(world: World) -> None:
    callers, asset = world.by(), world.ids["orders"]
    for operation in (
        lambda metastore: metastore.update(asset, 1, description="late"),
        lambda metastore: metastore.delete(asset, 1),
    ):
        assert refused(callers, operation) == "VERSION_CONFLICT"
    for metastore in callers.values():
        with pytest.raises(Refusal) as caught:
            metastore.delete(asset, 1)
        assert caught.value.details["version"] == "2"
    assert agreed(callers, lambda metastore: metastore.get(asset))["description"] == "Who <b>bought</b> ü"


def test_what_is_not_there_is_not_found(world: World) -> None:
    callers = world.by()
    for call in (READS["get"], READS["lineage"], WRITES["update"], WRITES["delete"]):
        assert refused(callers, lambda metastore, call=call: call(metastore, NOBODY)) == "ASSET_NOT_FOUND"
    assert refused(callers, lambda metastore: metastore.get_task(NOBODY)) == "TASK_NOT_FOUND"
    assert (
        refused(callers, lambda metastore: metastore.create_task("CRAWL", connection_id="x")) == "CONNECTION_NOT_FOUND"
    )


WRONG: dict[str, Operation] = {
    "an id that is none": lambda metastore: metastore.get("nonsense"),
    "a limit": lambda metastore: metastore.list(limit=101),
    "an offset": lambda metastore: metastore.list(offset=-1),
    "a type": lambda metastore: metastore.list(type="THING"),
    "a sort": lambda metastore: metastore.list(sort="key:asc"),
    "no name": lambda metastore: metastore.create(type="TABLE", name=" ", qualified_name="x"),
    "a NUL": lambda metastore: metastore.create(type="TABLE", name="x", qualified_name="x", description="\x00"),
    "a deceiving name": lambda metastore: metastore.create(type="TABLE", name="a\u202eb", qualified_name="x"),
    "an empty tag": lambda metastore: metastore.create(type="TABLE", name="x", qualified_name="x", tags=[""]),
    "a NUL in metadata": lambda m: m.create(type="TABLE", name="x", qualified_name="x", metadata={"a": ["\x00"]}),
    "an unheard of class": lambda m: m.create(type="TABLE", name="x", qualified_name="x", classification="unheard of"),
    "a depth": lambda metastore: metastore.lineage(NOBODY, 11),
    "a priority": lambda metastore: metastore.create_task("CRAWL", 11, connection_id="shop"),
    "no payload": lambda metastore: metastore.create_task("CRAWL"),
    "a payload's field": lambda metastore: metastore.create_task("CRAWL", connection_id="shop", nope=1),
}


def test_what_is_wrong_is_refused_and_writes_nothing(world: World) -> None:
    callers = world.by()
    codes = {wrong: refused(callers, operation) for wrong, operation in WRONG.items()}
    assert set(codes.values()) == {"INVALID_REQUEST"}, codes
    assert callers["rest"].list()["total"] == 3
