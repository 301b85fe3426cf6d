"""One meaning of what REST and GraphQL alone have: values, refused permission, tenants, stale versions, not found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from tests.support.app import PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.curation import Curation, curations
from tests.support.meaning import World, agreed, refused, world_of
from tests.support.protocols import Metastore
from tests.support.runs import MadeUpRuns

NOBODY = str(uuid4())


@pytest.fixture
def fresh(rest: Rest) -> Iterator[World]:
    rest.platform.__dict__["runs"] = MadeUpRuns()
    with world_of(rest) as found:
        yield found


def by(world: World, role: str = "platform_admin", tenant: str = "default", **limits: Any) -> dict[str, Curation]:
    return curations(world.client(world.rest.key(role, tenant, **limits)))


def made(world: World, name: str, **fields: Any) -> str:
    maker: Metastore = world.by()["rest"]
    return str(maker.create(type="TABLE", name=name, qualified_name=f"x.{name}", **fields)["id"])


def test_a_whole_write_is_the_same(fresh: World) -> None:
    callers, shown = by(fresh), []
    for name, caller in callers.items():
        asset = made(fresh, name, description="a", tags=["one"], metadata={"keep": 1, "drop": 2})
        given = {"type": "TABLE", "name": name, "qualified_name": f"x.{name}"}
        metadata = {"drop": None, "new": 3}
        if name == "rest":
            given = {}
        found = caller.write(asset, 1, **given, description="b", tags=["two"], metadata=metadata)
        shown.append({field: found[field] for field in ("description", "tags", "metadata", "version")})
    assert shown == [{"description": "b", "tags": ["two"], "metadata": {"keep": 1, "new": 3}, "version": 2}] * 2


def test_tags_are_made_and_listed_the_same(fresh: World) -> None:
    callers = by(fresh)
    for name, caller in callers.items():
        caller.make_tag(name=name, category="Tier", description="d")
        assert refused(callers, lambda each, name=name: each.make_tag(name=name)) == "ALREADY_EXISTS"
    told = agreed(callers, lambda caller: caller.tags(category="Tier"))
    assert [(each["name"], each["description"]) for each in told] == [("graphql", "d"), ("rest", "d")]
    assert {"gold", "graphql", "rest"} <= {each["name"] for each in agreed(callers, lambda caller: caller.tags())}
    assert refused(callers, lambda caller: caller.make_tag(name=" ")) == "INVALID_REQUEST"
    assert agreed(by(fresh, tenant="acme"), lambda caller: caller.tags()) == []


def test_facets_count_the_same(fresh: World) -> None:
    told = agreed(by(fresh, "viewer"), lambda caller: caller.facets("order"))
    assert told["total"] > 0
    assert ("TABLE", 1) in told["facets"]["type"]
    assert agreed(by(fresh, tenant="acme"), lambda caller: caller.facets("order"))["total"] == 0


def test_versions_and_what_differs_are_told_and_brought_back_the_same(fresh: World) -> None:
    callers, asset = by(fresh), made(fresh, "told", description="first", tags=["PII"])
    callers["rest"].write(asset, 1, description="second", tags=[])
    last, first = agreed(callers, lambda caller: caller.versions(asset))
    told = agreed(callers, lambda caller: caller.diff(asset))
    assert (told["before"], told["after"]) == (first["number"], last["number"])
    assert ("description", "first", "second") in told["fields"]
    assert told["tags"] == {"added": [], "removed": ["PII"]}
    for number, caller in zip((2, 4), callers.values(), strict=True):
        back = caller.bring_back(asset, first["number"], number)
        assert (back["description"], back["tags"], back["version"]) == ("first", ["PII"], number + 1)
        if number == 2:
            caller.write(asset, 3, type="TABLE", name="told", qualified_name="x.told", description="third", tags=[])


def test_owners_domain_and_terms_are_compared_and_brought_back_the_same(fresh: World) -> None:
    callers, asset, client = by(fresh), made(fresh, "said"), fresh.client(fresh.rest.key("platform_admin"))
    path, ana = f"{PLATFORM}/assets/{asset}", {"kind": "user", "name": "ana", "role": "steward"}
    for noun in ("domains", "terms"):
        ok(client.post(f"{PLATFORM}/{noun}", json={"name": "Sales"}))

    def say(owners: list[Any], domain: str | None, terms: list[str]) -> None:
        ok(client.put(f"{path}/owners", json={"owners": owners}))
        ok(client.put(f"{path}/domain", json={"domain": domain}))
        ok(client.put(f"{path}/terms", json={"terms": terms}))

    say([ana], "Sales", ["Sales"])
    told = agreed(callers, lambda caller: caller.diff(asset, **{"from": 1}))
    assert told["owners"] == {"added": [ana], "removed": []}
    assert (told["fields"], told["terms"]["added"]) == ([("domain", None, "Sales")], ["Sales"])
    for caller in callers.values():
        say([], None, [])
        caller.bring_back(asset, 4)
        shown = ok(client.get(f"{path}/vocabulary"))
        assert (shown["owners"], shown["domain"], shown["terms"]) == ([ana], "Sales", ["Sales"])
    ok(client.put(f"{path}/domain", json={"domain": None}))
    (domain,) = ok(client.get(f"{PLATFORM}/domains"))["data"]
    assert client.delete(f"{PLATFORM}/domains/{domain['id']}").status_code == 204
    assert refused(callers, lambda caller: caller.bring_back(asset, 4)) == "VERSION_CONFLICT"


def test_what_is_restored_is_back_for_all(fresh: World) -> None:
    callers = by(fresh)
    for name, caller in callers.items():
        asset = made(fresh, name, description="d")
        fresh.by()[name].delete(asset)
        assert caller.restore(asset)["description"] == "d"
        assert agreed(fresh.by(), lambda each, asset=asset: each.get(asset))["name"] == name


def test_edges_are_removed_the_same(fresh: World) -> None:
    callers, client = by(fresh), fresh.rest.client()
    for name, caller in callers.items():
        ends = {"source_asset_id": made(fresh, name), "target_asset_id": fresh.ids["orders"], "type": "USES"}
        edge = client.post("/metastore/v1/relationships", json=ends).json()["id"]
        assert refused(by(fresh, "viewer"), lambda each, edge=edge: each.unrelate(edge)) == "FORBIDDEN"
        assert (
            refused(by(fresh, tenant="acme"), lambda each, edge=edge: each.unrelate(edge)) == "RELATIONSHIP_NOT_FOUND"
        )
        caller.unrelate(edge)
        assert refused(callers, lambda each, edge=edge: each.unrelate(edge)) == "RELATIONSHIP_NOT_FOUND"


def test_tasks_are_listed_and_cancelled_the_same(fresh: World) -> None:
    callers = by(fresh)
    assert agreed(callers, lambda caller: caller.tasks(type="CRAWL", status="CANCELLED")) == []
    for caller in callers.values():
        task = fresh.by()["grpc"].create_task("CRAWL", 7, connection_id="shop")["id"]
        assert refused(callers, lambda each, task=task: each.cancel(task, 7)) == "VERSION_CONFLICT"
        assert task in agreed(callers, lambda each: each.tasks(type="CRAWL"))
        caller.cancel(task)
        assert agreed(fresh.by(), lambda each, task=task: each.get_task(task))["status"] == "CANCELLED"
        assert task in agreed(callers, lambda each: each.tasks(status="CANCELLED"))
    assert agreed(by(fresh, tenant="acme"), lambda caller: caller.tasks()) == []


READS: dict[str, Callable[[Curation, str], Any]] = {
    "versions": lambda caller, asset: caller.versions(asset),
    "diff": lambda caller, asset: caller.diff(asset),
}
WRITES: dict[str, Callable[[Curation, str], Any]] = {
    "bring back": lambda caller, asset: caller.bring_back(asset, 1),
    "restore": lambda caller, asset: caller.restore(asset),
}


def test_who_may_not_is_refused_the_same(fresh: World) -> None:
    asset = fresh.ids["orders"]
    for name, call in {**WRITES, "cancel": lambda caller, _: caller.cancel(fresh.task),
                       "make tag": lambda caller, _: caller.make_tag(name="t")}.items():  # fmt: skip
        assert refused(by(fresh, "viewer"), lambda each, call=call: call(each, asset)) == "FORBIDDEN", name
    narrow = by(fresh, scopes=["tag:create"])
    for name, call in {**READS, "tags": lambda caller, _: caller.tags(),
                       "facets": lambda caller, _: caller.facets("x")}.items():  # fmt: skip
        assert refused(narrow, lambda each, call=call: call(each, asset)) == "FORBIDDEN", name


def test_restoring_takes_the_same_right_as_deleting(fresh: World) -> None:
    asset = made(fresh, "gone")
    fresh.by()["rest"].delete(asset)
    assert refused(by(fresh, scopes=["asset:read", "asset:update"]), lambda each: each.restore(asset)) == "FORBIDDEN"
    assert by(fresh, scopes=["asset:delete", "asset:read"])["graphql"].restore(asset)["name"] == "gone"


@pytest.mark.parametrize("tenant", ["default", "acme"])
def test_what_is_anothers_or_nowhere_is_not_found(fresh: World, tenant: str) -> None:
    asset = NOBODY if tenant == "default" else fresh.ids["orders"]
    task = NOBODY if tenant == "default" else fresh.task
    callers = by(fresh, tenant=tenant)
    for name, call in (READS | WRITES).items():
        assert refused(callers, lambda each, call=call: call(each, asset)) == "ASSET_NOT_FOUND", name
    assert refused(callers, lambda each: each.cancel(task)) == "TASK_NOT_FOUND"


def test_stale_versions_change_nothing(fresh: World) -> None:
    callers, asset, gone = by(fresh), made(fresh, "kept", description="first"), made(fresh, "gone")
    callers["rest"].write(asset, 1, description="second")
    fresh.by()["rest"].delete(gone)
    first = callers["rest"].versions(asset)[-1]["number"]
    assert refused(callers, lambda each: each.bring_back(asset, first, 1)) == "VERSION_CONFLICT"
    assert refused(callers, lambda each: each.restore(gone, 99)) == "VERSION_CONFLICT"
    shown = agreed(fresh.by(), lambda each: each.get(asset))
    assert (shown["version"], shown["description"]) == (2, "second")
