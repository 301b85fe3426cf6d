"""Domains, terms, data products and classifications in files of the catalog."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from tests.support.app import PLATFORM, Rest
from tests.support.catalog import assets, ok
from tests.support.exports import exported, filled, told_of
from tests.support.imports import Import, asset
from tests.support.runs import MadeUpRuns

from crosswind.contexts.catalog.transfer import speaking
from crosswind.contexts.catalog.transfer.repository import nouns
from crosswind.contexts.catalog.transfer.speaking import _NOUNS
from crosswind.contexts.tasks.leases import IMPORTING


@pytest.fixture
def runs(rest: Rest) -> MadeUpRuns:
    """Airflow's side, played by the test."""
    made = MadeUpRuns()
    rest.platform.__dict__["runs"] = made
    return made


def test_what_a_line_says_of_words_is_all_there_is_and_a_word_that_is_not_there_is_its_error(
    rest: Rest, runs: MadeUpRuns
) -> None:
    client = filled(rest, runs)
    work = Import(rest, runs, client)
    ok(work.begin())
    changed = asset("report", domain="Unused", terms=["Revenue"], products=[], columns=[{"name": "a", "terms": []}])
    answer = ok(work.block([changed, asset("plain", domain="Nowhere"), asset("other", terms=["Nothing"])]))
    assert {name: count for name, count in answer["counts"].items() if count} == {"updated": 1, "errors": 2}
    report = assets(client)["report"]
    said = ok(client.get(f"{PLATFORM}/assets/{report['id']}/vocabulary"))
    assert (said["domain"], said["terms"], said["products"], said["columns"]) == ("Unused", ["Revenue"], [], {})
    assert assets(client, domain="Unused").keys() == {"report"}
    assert "report" not in assets(client, domain="Sales")
    assert ok(work.block([asset("report", domain=None, terms=[])], 2, 4))["counts"]["updated"] == 2
    said = ok(client.get(f"{PLATFORM}/assets/{report['id']}/vocabulary"))
    assert (said["domain"], said["terms"]) == (None, [])
    assert assets(client, domain="Unused") == {}
    assert ok(work.block([asset("report", domain=None, terms=[])], 3, 5))["counts"]["unchanged"] == 1
    related = {"kind": "term", "name": "Churn", "synonyms": [], "related": ["Loss"]}
    assert ok(work.block([related], 4, 6))["counts"]["terms"] == 3
    terms = {line["name"]: line for line in map(json.loads, exported(client).splitlines()) if line["kind"] == "term"}
    assert (terms["Churn"].get("related"), terms["Loss"].get("related")) == (["Loss"], ["Churn"])
    assert "related" not in terms["Revenue"]


@pytest.mark.parametrize("noun", ["domain", "term", "data_product"])
def test_words_are_made_by_whom_may_make_them(rest: Rest, runs: MadeUpRuns, noun: str) -> None:
    scopes = ["task:create", "asset:read", "asset:create", "connection:read"]
    work = Import(rest, runs, rest.client("data_engineer", scopes=scopes))
    ok(work.begin())
    assert work.block([{"kind": noun, "name": "New"}]).status_code == 403


def test_words_that_are_there_are_changed_by_whom_may_update_them(rest: Rest, runs: MadeUpRuns) -> None:
    client = filled(rest, runs)
    makes = ["task:create", "asset:create", "domain:create", "term:create", "product:create"]
    maker = ["asset:read", "connection:read", *makes]
    work = Import(rest, runs, rest.client(scopes=maker))
    ok(work.begin())
    told = {"kind": "term", "name": "Churn", "synonyms": ["Attrition"], "related": ["Revenue"]}
    assert ok(work.block([{"kind": "domain", "name": "New"}, told]))["counts"]["domains"] == 1
    before = exported(client)
    changes = [
        {"kind": "domain", "name": "Sales", "description": None},
        {"kind": "data_product", "name": "360", "owner": None},
        {**told, "synonyms": []},
        {"kind": "term", "name": "New", "related": ["Revenue"]},
    ]
    for change in changes:
        assert work.block([change], 2, 3).status_code == 403, change
    assert exported(client) == before


def words(client: httpx.Client, noun: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in ok(client.get(f"{PLATFORM}/{noun}"))["data"]}


def test_a_line_changes_of_a_word_only_what_it_gives_and_the_audit_keeps_what_was_before(
    rest: Rest, runs: MadeUpRuns
) -> None:
    client = filled(rest, runs)
    work = Import(rest, runs, client)
    ok(work.begin())
    bare = [{"kind": noun, "name": name} for noun, name in (("domain", "Sales"), ("data_product", "360"))]
    before = exported(client)
    counts = ok(work.block([*bare, {"kind": "term", "name": "Churn"}, {"kind": "term", "name": "Revenue"}]))["counts"]
    assert (counts["domains"], counts["terms"], counts["data_products"]) == (0, 0, 0)
    assert exported(client) == before
    changes = [
        {"kind": "domain", "name": "Sales", "description": "Sold"},
        {"kind": "domain", "name": "Sales", "owner": None},
        {"kind": "data_product", "name": "360", "description": "All round"},
        {"kind": "term", "name": "Churn", "synonyms": None, "related": ["Loss"]},
        {"kind": "term", "name": "Revenue", "description": None},
        {"kind": "domain", "name": "New", "description": "Begun"},
    ]
    counts = ok(work.block(changes, 2, 5))["counts"]
    assert (counts["domains"], counts["terms"], counts["data_products"]) == (2, 3, 1)
    domains, terms = words(client, "domains"), words(client, "terms")
    product = words(client, "data-products")["360"]
    sales = domains["Sales"]
    assert (sales["description"], sales["owner"], sales["version"]) == ("Sold", None, 2)
    assert (product["description"], product["owner"]["name"]) == ("All round", "ana")
    assert (terms["Churn"]["synonyms"], terms["Churn"]["related"]) == ([], ["Loss"])
    assert terms["Revenue"]["description"] is None
    owner = {"description": "Orders", "owner_kind": "team", "owner_name": "core"}
    assert told_of(client, "DOMAIN", sales)[0] == (
        "UPDATE", owner, {"description": "Sold", "owner_kind": None, "owner_name": None},
    )  # fmt: skip
    assert told_of(client, "DOMAIN", domains["New"]) == [("CREATE", None, {"name": "New", "description": "Begun"})]
    assert told_of(client, "DATA_PRODUCT", product)[0] == (
        "UPDATE", {"description": None}, {"description": "All round"},
    )  # fmt: skip
    assert told_of(client, "TERM", terms["Churn"])[0] == (
        "UPDATE", {"synonyms": ["Attrition"], "related": ["Revenue"]}, {"synonyms": [], "related": ["Loss"]},
    )  # fmt: skip
    assert told_of(client, "TERM", terms["Revenue"])[0] == ("UPDATE", {"description": "In €"}, {"description": None})
    assert [action for action, *_ in told_of(client, "TERM", terms["Loss"])] == ["CREATE"]
    assert len(told_of(client, "DOMAIN", domains["Unused"])) == 1
    assert ok(work.block(changes, 3, 11))["counts"] == counts
    assert [action for action, *_ in told_of(client, "DOMAIN", sales)] == ["UPDATE", "CREATE"]


def test_more_words_than_one_statement_takes_are_told_each_and_the_last_in_short(
    rest: Rest, runs: MadeUpRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nouns, "AT_ONCE", 3)
    monkeypatch.setattr(speaking, "TOLD_WHOLE", 5)
    client = rest.client()
    work = Import(rest, runs, client)
    ok(work.begin())
    lines = [{"kind": "term", "name": f"t{n}", "description": "x" * 300, "related": [f"t{7 - n}"]} for n in range(8)]
    assert ok(work.block(lines))["counts"]["terms"] == 8
    assert ok(work.block([{**line, "description": "y" * 300} for line in lines], 2, 9))["counts"]["terms"] == 16
    told = [told_of(client, "TERM", word)[0] for word in words(client, "terms").values()]
    for letter, states in (("x", [before for _, before, _ in told]), ("y", [after for *_, after in told])):
        assert sorted(state["description"] for state in states) == [letter * 300] * 5 + [letter * 199 + "…"] * 3
    assert all(word["related"] == [f"t{7 - int(name[1:])}"] for name, word in words(client, "terms").items())


def test_an_export_leaves_out_the_words_that_its_reader_may_not_read(rest: Rest, runs: MadeUpRuns) -> None:
    client = filled(rest, runs)
    kinds = {"domain": "domain", "term": "term", "product": "data_product"}
    for hidden, noun in kinds.items():
        reads = [f"{each}:read" for each in kinds if each != hidden]
        lines = [*map(json.loads, exported(rest.client(scopes=["asset:read", *reads])).splitlines())]
        assert {line["kind"] for line in lines} & {*kinds.values()} == {*kinds.values()} - {noun}
        (report,) = (line for line in lines if line.get("name") == "report")
        told = {"domain": "domain" in report, "term": "terms" in report, "product": "products" in report}
        assert told == {each: each != hidden for each in kinds}
        assert ("terms" in report["columns"][0]) is (hidden != "term")
    assert b"Churn" in exported(client)


def test_an_import_that_no_person_set_off_may_write_all_that_an_export_holds() -> None:
    rights = {f"{right}:{done}" for _, right in _NOUNS.values() for done in ("create", "update")}
    assert rights | {"tag:create", "tag:update"} <= {*IMPORTING}
