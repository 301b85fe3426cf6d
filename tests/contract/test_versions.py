"""Versions of assets over HTTP: what a change keeps, how two differ, what can be brought back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event, text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table

from crosswind.contexts.access.permissions import PERMISSIONS
from crosswind.kit.actor import Actor

BEFORE = ("id bigint", "name text", "amount integer", "note text")
AFTER = ("id bigint", "name text", "amount text", "seen timestamp with time zone")


@pytest.fixture
def key(rest: Rest) -> int:
    return connection(rest, environment="prod")


def versions(client: httpx.Client, asset: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(client.get(f"{PLATFORM}/assets/{asset}/versions"))["data"]
    return found


def diff(client: httpx.Client, asset: str, **between: int) -> dict[str, Any]:
    query = {"from" if name == "before" else "to": number for name, number in between.items()}
    found: dict[str, Any] = ok(client.get(f"{PLATFORM}/assets/{asset}/diff", params=query))
    return found


def rows(rest: Rest, table_name: str = "asset_versions") -> int:
    with rest.platform.session() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM crosswind.{table_name}")) or 0)


def test_each_change_is_a_version_and_the_first_costs_nothing(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("t", *BEFORE)])
    assert rows(rest) == 0
    ana = rest.client(subject="ana")
    asset = assets(ana)["t"]["id"]
    path = f"{METASTORE}/assets/{asset}"
    ok(ana.put(path, json={"description": "One", "tags": ["PII"]}))
    crawl(rest, key, [table("t", *AFTER)])
    ok(ana.put(path, json={"columns": [{"name": "id", "description": "The key"}]}))
    listed = versions(ana, asset)
    assert [(each["number"], each["kind"], each["breaking"]) for each in listed] == [
        (5, "curated", False),
        (4, "source", True),
        (3, "curated", False),
        (2, "created", False),
    ]
    assert [each["by"]["id"] == "ana" for each in listed] == [True, False, True, False]
    assert 'column "note" dropped' in versions(ana, asset)[1]["changes"]
    first = ok(ana.get(f"{PLATFORM}/assets/{asset}/versions/2"))
    assert (first["state"]["description"], first["state"]["tags"]) == (None, [])
    assert [column["name"] for column in first["state"]["columns"]] == ["id", "name", "amount", "note"]
    described = ok(ana.get(f"{PLATFORM}/assets/{asset}/versions/4"))["state"]
    assert described["description"] == "One"
    assert [column["name"] for column in described["columns"]] == ["id", "name", "amount", "seen"]
    assert described["columns"][0]["description"] is None
    for number in (1, 6):
        missing = ana.get(f"{PLATFORM}/assets/{asset}/versions/{number}")
        assert missing.status_code == 404


def test_an_unchanged_crawl_and_an_empty_write_keep_nothing(rest: Rest, key: int) -> None:
    crawl(rest, key, shop())
    crawl(rest, key, shop())
    admin = rest.client()
    ok(admin.put(f"{METASTORE}/assets/{assets(admin)['orders']['id']}", json={"description": None}))
    assert rows(rest) == 0


def test_a_diff_tells_fields_tags_columns_and_what_breaks(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("t", *BEFORE)])
    admin = rest.client()
    asset = assets(admin)["t"]["id"]
    ok(
        admin.put(
            f"{METASTORE}/assets/{asset}", json={"description": "One", "metadata": {"team": "crm"}, "tags": ["A"]}
        )
    )
    crawl(rest, key, [table("t", *AFTER)])
    ok(admin.put(f"{METASTORE}/assets/{asset}", json={"tags": ["B"], "metadata": {"team": None}}))
    whole = diff(admin, asset, before=2)
    assert whole["tags"] == {"added": ["B"], "removed": []}
    assert {"field": "description", "before": None, "after": "One"} in whole["fields"]
    assert not any(each["field"].startswith("metadata.") for each in whole["fields"])
    assert (whole["columns"]["added"], whole["columns"]["removed"]) == (["seen"], ["note"])
    kinds = {(change["kind"], change["column"]): change["breaking"] for change in whole["schema"]}
    assert kinds == {
        ("type_changed", "amount"): True,
        ("column_removed", "note"): True,
        ("column_added", "seen"): False,
    }
    assert (whole["breaking"], whole["before"], whole["after"]) == (True, 2, 5)
    backwards = diff(admin, asset, before=5, after=3)
    assert (backwards["tags"], backwards["columns"]["added"]) == ({"added": ["A"], "removed": ["B"]}, ["note"])
    assert admin.get(f"{PLATFORM}/assets/{asset}/diff", params={"from": 9}).status_code == 404
    assert diff(admin, asset)["tags"] == {"added": ["B"], "removed": ["A"]}
    assert diff(admin, asset, after=4)["breaking"]


def test_what_people_wrote_is_brought_back_and_the_source_is_not(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("t", *BEFORE)])
    admin = rest.client()
    asset = assets(admin)["t"]["id"]
    path = f"{METASTORE}/assets/{asset}"
    notes = [{"name": "id", "description": "The key", "tags": ["Key"]}, {"name": "note", "description": "Words"}]
    ok(admin.put(path, json={"description": "One", "metadata": {"team": "crm"}, "tags": ["A"], "columns": notes}))
    ok(admin.put(path, json={"description": "Two", "metadata": {"team": None, "tier": 1}, "tags": []}))
    ok(admin.put(path, json={"columns": [{"name": "id", "description": None, "tags": []}]}))
    crawl(rest, key, [table("t", *AFTER)])
    restore = f"{PLATFORM}/assets/{asset}/versions/3/restore"
    assert admin.post(restore, headers={"If-Match": '"1"'}).status_code == 409
    shown = ok(admin.post(restore, headers={"If-Match": '"4"'}))
    assert (shown["description"], shown["tags"], shown["version"]) == ("One", ["A"], 5)
    assert (shown["metadata"]["team"], "tier" in shown["metadata"]) == ("crm", False)
    assert (shown["schema"][0]["description"], shown["schema"][0]["tags"]) == ("The key", ["Key"])
    assert [column["name"] for column in shown["schema"]] == ["id", "name", "amount", "seen"]
    assert versions(admin, asset)[0]["kind"] == "curated"
    assert ok(admin.post(restore))["version"] == 5, "nothing differs any more"


def test_vanishing_coming_back_deleting_and_restoring_are_versions(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("t", *BEFORE), table("u")])
    admin = rest.client()
    asset = assets(admin)["t"]["id"]
    crawl(rest, key, [table("u")])
    crawl(rest, key, [table("t", *AFTER), table("u")])
    changes = [each["changes"] for each in versions(admin, asset)]
    assert changes[1:] == [["gone from its source"], []]
    assert changes[0][0] == "back in its source"
    assert diff(admin, asset, before=2, after=3)["breaking"]
    assert admin.delete(f"{METASTORE}/assets/{asset}").status_code == 204
    assert admin.get(f"{PLATFORM}/assets/{asset}/versions").status_code == 404
    ok(admin.post(f"{PLATFORM}/assets/{asset}/restore"))
    assert [each["changes"] for each in versions(admin, asset)][:2] == [["restored"], ["deleted"]]
    state = ok(admin.get(f"{PLATFORM}/assets/{asset}/versions/3"))["state"]
    assert (state["removed"], state["columns"][3]["name"]) == (True, "note")


def test_a_crawl_tells_what_breaks_in_its_diff_and_as_events(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("t", *BEFORE), table("u", "id bigint")])
    summary = crawl(rest, key, [table("t", *AFTER), table("u", "id bigint", "extra text")])
    assert {each["name"]: each.get("breaking", False) for each in summary["changed"]} == {"t": True, "u": False}
    with rest.platform.session() as session:
        told = session.execute(
            text("SELECT data FROM crosswind.outbox WHERE type = 'asset.schema_changed' ORDER BY id")
        ).scalars()
        events = {each["name"]: each for each in told}
    assert (events["t"]["breaking"], events["u"]["breaking"]) == (True, False)
    assert events["u"]["changes"] == [
        {"kind": "column_added", "column": "extra", "before": None, "after": "text", "breaking": False}
    ]


def test_a_discovery_that_is_read_in_full_later_says_so(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("t", *BEFORE)], kind="DISCOVERY")
    crawl(rest, key, [table("t", *BEFORE)])
    admin = rest.client()
    asset = assets(admin)["t"]["id"]
    first, *_ = versions(admin, asset)
    assert (first["changes"], first["breaking"]) == (["read in full for the first time"], False)
    assert ok(admin.get(f"{PLATFORM}/assets/{asset}/versions/2"))["state"]["columns"] == []


def test_versions_are_for_those_who_see_the_asset(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("t")])
    asset = assets(rest.client())["t"]["id"]
    for client in (rest.client(tenant="acme"), rest.client("viewer", attributes={"environment": ["dev"]})):
        for path in ("versions", "versions/2", "diff?from=2"):
            assert client.get(f"{PLATFORM}/assets/{asset}/{path}").status_code == 404


def test_only_so_many_versions_of_an_asset_are_kept(rest: Rest, key: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from crosswind.contexts.catalog.versions import repository

    monkeypatch.setattr(repository, "MOST", 3)
    crawl(rest, key, [table("t")])
    admin = rest.client()
    asset = assets(admin)["t"]["id"]
    for number in range(6):
        ok(admin.put(f"{METASTORE}/assets/{asset}", json={"description": str(number)}))
    assert rows(rest) == 3
    told = versions(admin, asset)
    assert [each["number"] for each in told] == [8, 7, 6, 5]
    assert (told[-1]["kind"], told[-1]["changes"]) == ("oldest", ["what was before is not kept"])
    assert ok(admin.get(f"{PLATFORM}/assets/{asset}/versions/5"))["state"]["description"] == "2"
    assert admin.get(f"{PLATFORM}/assets/{asset}/versions/4").status_code == 404


def test_labels_are_versions_too(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("t", *BEFORE)])
    admin = rest.client()
    asset = assets(admin)["t"]["id"]
    column = ok(admin.get(f"{METASTORE}/assets/{asset}"))["schema"][0]["id"]
    resources = [{"type": "asset", "id": asset}, {"type": "column", "id": column}]
    label = {"resources": resources, "classification": "internal"}
    ok(admin.post("/connections-platform/v1/governance/apply-tags", json=label))
    told = versions(admin, asset)
    assert [each["changes"] for each in told] == [["classification changed", 'column "id" labelled'], []]
    whole = diff(admin, asset, before=2)
    assert {"field": "classification", "before": None, "after": "internal"} in whole["fields"]
    assert whole["columns"]["changed"]["id"] == [{"field": "classification", "before": None, "after": "internal"}]


def test_batches_are_versions_too(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("t", *BEFORE)])
    admin = rest.client()
    asset = assets(admin)["t"]
    item = {"type": "TABLE", "name": "t", "qualified_name": asset["qualified_name"], "tags": ["A"]}
    batch = {"assets": [item, {"type": "VIEW", "name": "v", "qualified_name": "v"}]}
    for _ in range(2):
        ok(admin.post(f"{METASTORE}/ingestion/batch", json=batch))
    assert [each["changes"] for each in versions(admin, asset["id"])] == [["tags changed"], []]
    assert diff(admin, asset["id"])["tags"] == {"added": ["A"], "removed": []}
    assert [each["kind"] for each in versions(admin, assets(admin)["v"]["id"])] == ["created"]


def test_reads_cost_as_many_statements_whatever_there_is(rest: Rest, key: int) -> None:
    crawl(rest, key, shop())
    admin = rest.client()
    found = {name: each["id"] for name, each in assets(admin).items()}

    def statements(path: str) -> int:
        seen: list[str] = []
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(rest.platform.engine, "before_cursor_execute", listener)
        ok(admin.get(path))
        event.remove(rest.platform.engine, "before_cursor_execute", listener)
        return len(seen)

    def change(number: int) -> None:
        ok(admin.put(f"{METASTORE}/assets/{found['orders']}", json={"description": f"{number}"}))
        body = {"type": "DASHBOARD", "name": f"d{number}", "qualified_name": f"d{number}"}
        made = ok(admin.post(f"{METASTORE}/assets", json=body))["id"]
        edge = {"source_asset_id": made, "target_asset_id": found["orders"], "type": "USES"}
        ok(admin.post(f"{METASTORE}/relationships", json=edge))
        gone = ok(admin.post(f"{METASTORE}/assets", json={**body, "qualified_name": f"gone{number}"}))["id"]
        assert admin.delete(f"{METASTORE}/assets/{gone}").status_code == 204

    paths = [
        f"{PLATFORM}/assets/{found['orders']}/versions?pageSize=100",
        f"{PLATFORM}/assets/{found['orders']}/versions/2",
        f"{PLATFORM}/assets/{found['orders']}/diff?from=2",
        f"{PLATFORM}/relationships?assetId={found['orders']}&pageSize=100",
        f"{PLATFORM}/assets/deleted?pageSize=100",
        f"{METASTORE}/audits?limit=100",
        f"{METASTORE}/tags?limit=100",
    ]
    change(0)
    before = [statements(path) for path in paths]
    for number in range(1, 25):
        change(number)
    assert [statements(path) for path in paths] == before
    assert max(before) <= 8


def test_many_assets_are_read_in_two_statements(rest: Rest, key: int) -> None:
    crawl(rest, key, shop())
    ids = [UUID(each["id"]) for each in assets(rest.client()).values()]
    with rest.acting(Actor("ana", "Ana", permissions=PERMISSIONS)) as services:
        seen: list[str] = []
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(rest.platform.engine, "before_cursor_execute", listener)
        found = services.catalog.get_many([*ids, UUID(int=0)])
        event.remove(rest.platform.engine, "before_cursor_execute", listener)
        assert len(seen) == 2
        assert {asset_id: detail["schema"] for asset_id, detail in found.items()} == {
            asset_id: services.catalog.get(asset_id)["schema"] for asset_id in ids
        }
