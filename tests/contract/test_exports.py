"""The catalog as a file, out and in again."""

from __future__ import annotations

import gzip
import json

import pytest
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import connection, crawl, ok, shop, writes
from tests.support.exports import SHEET, exported, filled
from tests.support.imports import Import, asset, edge
from tests.support.openlineage import LINEAGE, dataset, event
from tests.support.runs import MadeUpRuns


@pytest.fixture
def runs(rest: Rest) -> MadeUpRuns:
    """Airflow's side, played by the test."""
    made = MadeUpRuns()
    rest.platform.__dict__["runs"] = made
    return made


def test_out_and_into_an_empty_tenant_and_out_again_is_the_same_file(rest: Rest, runs: MadeUpRuns) -> None:
    first = exported(filled(rest, runs))
    kinds = [json.loads(line)["kind"] for line in first.splitlines()]
    words = [*["tag"] * 4, "classification", *["domain"] * 2, *["term"] * 2, "data_product"]
    assert kinds == ["catalog", *words, *["asset"] * 5, *["relationship"] * 4]
    other = rest.client(tenant="empty")
    assert len(exported(other).splitlines()) == 1
    work = Import(rest, runs, other)
    ok(work.begin())
    counts = ok(work.block(first.splitlines()))["counts"]
    assert (counts["created"], counts["relationships_created"], counts["errors"]) == (5, 4, 0)
    ok(work.complete())
    assert exported(other) == first
    found = ok(other.get(f"{METASTORE}/search", params={"q": "net total"}))["results"]
    assert [hit["asset"]["name"] for hit in found] == ["orders"]
    kept = ("domains", "terms", "data_products", "asset_domains", "asset_terms", "product_assets", "column_terms")
    before = writes(rest, "assets", "columns", "relationships", "tags", "asset_owners", "outbox", *kept)
    again = Import(rest, runs, other)
    ok(again.begin())
    assert ok(again.block(first.splitlines()))["counts"]["unchanged"] == 5
    told = writes(rest, *before)
    assert {name: count for name, count in told.items() if name != "outbox"} == {
        name: count for name, count in before.items() if name != "outbox"
    }


ODD = ("a\tb", "a\nb", "\u202ea", "raw/\u200b/a.csv", " lead", "日本語")
"""Names that systems have, and people may not give."""


def test_names_that_only_a_system_gives_go_out_and_in_with_their_edges(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    for name in ODD:
        assert client.post(LINEAGE, json=event(outputs=[dataset(name, "s3://" + "b" * 1_200)])).status_code == 201
    first = exported(client)
    other = rest.client(tenant="empty")
    work = Import(rest, runs, other)
    ok(work.begin())
    counts = ok(work.block(first.splitlines()))["counts"]
    assert (counts["created"], counts["relationships_created"], counts["errors"]) == (len(ODD) + 1, len(ODD), 0)
    assert exported(other) == first
    made_up = [asset("a\tb", source={"dataset": "ab"}), asset("ab", qualified_name="x.a\tb", source={"dataset": "ab"})]
    assert ok(work.block(made_up, 2, 1 + len(first.splitlines())))["counts"]["errors"] == 2


def test_a_sheet_describes_what_has_such_a_name(rest: Rest) -> None:
    client = rest.client()
    assert client.post(LINEAGE, json=event(outputs=[dataset("a\tb")])).status_code == 201
    sheet = client.get(SHEET).content
    assert ok(client.post(SHEET, content=sheet))["errorCount"] == 0
    described = sheet.replace(b"a\tb,TABLE,", b"a\tb,TABLE,Odd")
    assert ok(client.post(SHEET, content=described))["changed"] == 1
    assert b"a\tb,TABLE,Odd" in client.get(SHEET).content


def test_what_the_actor_may_not_see_is_not_in_it(rest: Rest, runs: MadeUpRuns) -> None:
    crawl(rest, connection(rest, environment="prod"), shop())
    narrow = rest.client("data_engineer", attributes={"environment": ["dev"]})
    assert [json.loads(line)["kind"] for line in exported(narrow).splitlines()] == ["catalog"]
    assert b"orders" in exported(rest.client("viewer"))
    assert b"orders" not in exported(rest.client(tenant="other"))
    assert rest.client(scopes=["tag:read"]).get(f"{PLATFORM}/export").status_code == 403
    assert b"orders" not in narrow.get(SHEET).content


def test_a_zipped_export_holds_the_same_and_is_told_in_the_audit(rest: Rest, runs: MadeUpRuns) -> None:
    client = filled(rest, runs)
    assert gzip.decompress(exported(client, gzip=True)) == exported(client)
    assert rest.stored("audit").count('"export"') == 2


def test_more_than_a_page_comes_whole_and_in_order(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    work = Import(rest, runs, client)
    ok(work.begin())
    lines = [asset(f"t{number:04}") for number in range(2100)]
    ok(work.block([*lines, *(edge(f"t{number:04}", f"t{number + 1:04}") for number in range(2099))]))
    found = [json.loads(line) for line in exported(client).splitlines()]
    assert [each["qualified_name"] for each in found if each["kind"] == "asset"] == [
        each["qualified_name"] for each in lines
    ]
    assert sum(each["kind"] == "relationship" for each in found) == 2099
    assert len(client.get(SHEET).text.splitlines()) == 2101


def test_large_numbers_go_out_and_in_again(rest: Rest, runs: MadeUpRuns) -> None:
    client, other = rest.client(), rest.client(tenant="empty")
    large = {"rows": 1e20, "most": 1e308}
    fields = {"type": "TABLE", "name": "stars", "qualified_name": "sky.stars", "metadata": large}
    made = ok(client.post(f"{METASTORE}/assets", json=fields))
    shown = ok(client.put(f"{METASTORE}/assets/{made['id']}", json={"metadata": made["metadata"]}))
    assert (shown["metadata"], made["metadata"]["rows"]) == (made["metadata"], 10**20)
    work = Import(rest, runs, other)
    ok(work.begin())
    assert ok(work.block(exported(client).splitlines()))["counts"]["errors"] == 0
    ok(work.complete())
    assert exported(other) == exported(client)
