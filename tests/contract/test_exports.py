"""The catalog as a file and as a sheet, out and in again."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, writes
from tests.support.imports import Import, asset, edge
from tests.support.runs import MadeUpRuns

from crosswind.contexts.catalog.spreading import service as spreading
from crosswind.contexts.catalog.transfer import speaking
from crosswind.contexts.catalog.transfer.repository import nouns
from crosswind.contexts.catalog.transfer.speaking import _NOUNS
from crosswind.contexts.tasks.leases import IMPORTING

SHEET = f"{PLATFORM}/descriptions.csv"


@pytest.fixture
def runs(rest: Rest) -> MadeUpRuns:
    """Airflow's side, played by the test."""
    made = MadeUpRuns()
    rest.platform.__dict__["runs"] = made
    return made


def exported(client: httpx.Client, **query: Any) -> bytes:
    answer = client.get(f"{PLATFORM}/export", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


def filled(rest: Rest, runs: MadeUpRuns) -> httpx.Client:
    """A catalog with a crawl, what people wrote on it, and assets that no crawl found."""
    crawl(rest, connection(rest), shop())
    client = rest.client()
    free = {"n": 1.5, "é": [None, {"a": "b\\c"}]}
    columns = [{"name": "net_total", "description": "In €", "tags": ["money"]}]
    said = {"description": 'Orders, "all" of them\nsince 2020', "tags": ["gold", "PII"], "metadata": free}
    written = {**said, "columns": columns}
    found = assets(client)["orders"]
    ok(client.put(f"{METASTORE}/assets/{found['id']}", json=written))
    work = Import(rest, runs, client)
    ok(work.begin())
    owners = [{"name": "ana"}, {"kind": "team", "name": "core", "role": "steward"}]
    source, internal = {"comment": "-1", "facts": {"format": "pdf"}}, {"classification": "internal"}
    said_of = {"domain": "Sales", "terms": ["Churn", "Revenue"], "products": ["360"]}
    lines = [
        {"kind": "classification", "name": "secret", "level": 9, "description": "Hush"},
        {"kind": "tag", "name": "unused", "category": "Old"},
        {"kind": "domain", "name": "Sales", "description": "Orders", "owner": {"kind": "team", "name": "core"}},
        {"kind": "domain", "name": "Unused"},
        {"kind": "term", "name": "Churn", "synonyms": ["Attrition"], "related": ["Revenue"]},
        {"kind": "term", "name": "Revenue", "description": "In €"},
        {"kind": "data_product", "name": "360", "owner": {"name": "ana"}},
        asset("report", classification="secret", owners=owners, source=source, **said_of,
              columns=[{"name": "a", "terms": ["Churn"], **internal}]),
        asset("plain"), edge("report", "plain", name="fk", metadata={"column_mapping": {"a": ["b"]}}),
    ]  # fmt: skip
    assert ok(work.block(lines))["counts"]["errors"] == 0
    return client


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


def test_a_sheet_goes_out_and_in_and_writes_only_what_was_changed(rest: Rest, runs: MadeUpRuns) -> None:
    client = filled(rest, runs)
    sheet = client.get(SHEET)
    assert sheet.headers["content-type"].startswith("text/csv")
    assert "user:ana:technical;team:core:steward" in sheet.text or "team:core:steward;user:ana:technical" in sheet.text
    same = ok(client.post(SHEET, content=sheet.content))
    assert (same["rows"], same["changed"], same["unchanged"], same["errors"]) == (5, 0, 5, [])
    changed = (
        "\ufeffqualified_name,description,tags,owners\r\n"
        'prod.public.plain,"Plain, now",gold; new ,team:core:steward;bob\r\n'
        "prod.public.report,,,user:ana:technical\r\n"
        "nobody.knows.it,x,,\r\n"
        "prod.public.plain,twice,,\r\n"
        "shop.shop.public.orders,x,,planet:mars\r\n"
    ).encode()
    dry = ok(client.post(SHEET, content=changed, params={"dryRun": True}))
    assert (dry["dryRun"], dry["changed"], dry["errorCount"]) == (True, 2, 3)
    assert client.get(SHEET).content == sheet.content
    done = ok(client.post(SHEET, content=changed))
    assert [(each["line"], each["field"]) for each in done["errors"]] == [
        (4, "qualified_name"), (5, "qualified_name"), (6, "owners[0].kind"),
    ]  # fmt: skip
    found = assets(client)
    assert (found["plain"]["description"], found["plain"]["tags"]) == ("Plain, now", ["gold", "new"])
    owners = ok(client.get(f"{PLATFORM}/assets/{found['plain']['id']}/owners"))["owners"]
    assert [(each["kind"], each["name"], each["role"]) for each in owners] == [
        ("team", "core", "steward"), ("user", "bob", "technical"),
    ]  # fmt: skip


def test_a_cell_that_looks_like_a_formula_is_harmless_and_comes_back_as_it_was(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    work = Import(rest, runs, client)
    ok(work.begin())
    evil = '=HYPERLINK("http://127.0.0.1")'
    ok(work.block([asset("users", description=evil, tags=["@SUM(1)"])]))
    sheet = client.get(SHEET)
    assert "\"'=HYPERLINK" in sheet.text
    assert "'@SUM(1)" in sheet.text
    assert ok(client.post(SHEET, content=sheet.content))["unchanged"] == 1
    assert assets(client)["users"]["description"] == evil


@pytest.mark.parametrize(
    "body",
    [b"", b"name\nx", b"qualified_name\nx", b"qualified_name,description\nx", b'qualified_name,tags\n"x', b"\xff",
     b"qualified_name,tags,tags\nx,y,z", b"qualified_name,description\n" + b"x,y\n" * 20_001],
)  # fmt: skip
def test_a_sheet_that_cannot_be_read_is_refused(rest: Rest, body: bytes) -> None:
    answer = rest.client().post(SHEET, content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["field"] == "body"


def test_an_untouched_sheet_changes_nothing_whatever_tags_and_owners_hold(rest: Rest) -> None:
    client = rest.client()
    tags, owner = ["GDPR; art. 9", '"quoted"', "'=1"], {"kind": "team", "name": "core:eu; west", "role": "technical"}
    item = {"type": "TABLE", "name": "a", "qualified_name": "x.a", "tags": tags, "owners": [owner]}
    ok(client.post(f"{METASTORE}/ingestion/batch", json={"assets": [item]}))
    before = assets(client)["a"]
    done = ok(client.post(SHEET, content=client.get(SHEET).content))
    assert (done["changed"], done["unchanged"], done["errors"]) == (0, 1, [])
    assert assets(client)["a"] == before
    assert (set(before["tags"]), before["owners"]) == (set(tags), [owner])


def test_a_sheet_is_for_those_who_may(rest: Rest) -> None:
    assert rest.client("viewer").post(SHEET, content=b"qualified_name,tags\nx,y").status_code == 403
    assert rest.client(scopes=["tag:read"]).get(SHEET).status_code == 403


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


def told_of(client: httpx.Client, kind: str, word: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = ok(client.get(f"{METASTORE}/audits", params={"entity_type": kind, "entity_id": word["id"]}))["data"]
    return [(each["action"], each["before_state"], each["after_state"]) for each in found]


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


def tags_of(client: httpx.Client) -> list[dict[str, Any]]:
    found = ok(client.get(f"{METASTORE}/tags"))["data"]
    return [{name: value for name, value in tag.items() if name not in {"id", "created_at"}} for tag in found]


def test_a_tag_that_spreads_does_so_where_it_is_taken_in(rest: Rest, runs: MadeUpRuns) -> None:
    client, other = rest.client(), rest.client(tenant="empty")
    work = Import(rest, runs, client)
    ok(work.begin())
    tag = {"kind": "tag", "name": "PII", "category": "Sensitive", "propagates": "downstream", "propagation_depth": 2}
    lines = [asset("orders", tags=["PII"]), *map(asset, ("totals", "report", "far")), edge("totals", "orders"),
             edge("report", "totals"), edge("far", "report")]  # fmt: skip
    ok(work.block([tag, {"kind": "tag", "name": "plain"}, *lines]))
    assert {*assets(client, tag="PII")} == {"orders", "totals", "report"}
    first = exported(client)
    assert json.loads(first.splitlines()[1]) == tag
    taken = Import(rest, runs, other)
    ok(taken.begin())
    ok(taken.block(first.splitlines()))
    assert tags_of(other) == tags_of(client)
    assert exported(other) == first
    assert {*assets(other, tag="PII")} == {"orders", "totals", "report"}
    kept = ok(taken.block([{"kind": "tag", "name": "PII", "category": "Other"}], 2, 11))
    assert (kept["counts"]["tags"], tags_of(other)[0]["propagation_depth"]) == (3, 2)
    ok(taken.block([{"kind": "tag", "name": "PII", "propagates": None}], 3, 12))
    assert tags_of(other)[0]["propagates"] is None
    spreading.tend(rest.platform.session, everything=False)
    assert {*assets(other, tag="PII")} == {"orders"}
    assert {*assets(client, tag="PII")} == {"orders", "totals", "report"}


def test_how_a_tag_spreads_is_said_whole_and_by_whom_may_change_it(rest: Rest, runs: MadeUpRuns) -> None:
    work = Import(rest, runs, rest.client())
    ok(work.begin())
    wrong: list[dict[str, Any]] = [
        {"propagates": "up"},
        {"propagation_depth": 2},
        {"propagates": "downstream", "propagation_depth": 11},
    ]
    assert ok(work.block([{"kind": "tag", "name": "PII", **each} for each in wrong]))["counts"]["errors"] == 3
    scopes = ["task:create", "asset:read", "asset:create", "connection:read", "tag:create"]
    narrow = Import(rest, runs, rest.client("data_engineer", scopes=scopes))
    ok(narrow.begin())
    assert narrow.block([{"kind": "tag", "name": "PII", "propagates": "downstream"}]).status_code == 403


def test_each_tag_that_a_file_makes_or_changes_is_audited_and_told_by_itself(
    rest: Rest, runs: MadeUpRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nouns, "AT_ONCE", 2)
    client = rest.client()
    spread: dict[str, Any] = {"propagates": "downstream", "propagation_depth": 3}
    work = Import(rest, runs, client)
    ok(work.begin())
    lines = [{"kind": "tag", "name": "PII", "description": "Personal", **spread}, {"kind": "tag", "name": "kept"},
             {"kind": "tag", "name": "old", "category": "Old"}]  # fmt: skip
    assert ok(work.block(lines))["counts"]["tags"] == 3
    stops = {"kind": "tag", "name": "PII", "description": "Personal", "propagates": None}
    changes = [stops, {"kind": "tag", "name": "kept", "propagates": None}, {"kind": "tag", "name": "old"}]
    assert ok(work.block(changes, 2, 4))["counts"]["tags"] == 5
    tags = {each["name"]: each for each in ok(client.get(f"{METASTORE}/tags"))["data"]}
    made = {"name": "PII", "category": None, "description": "Personal", **spread}
    none = {"propagates": None, "propagation_depth": None}
    assert told_of(client, "TAG", tags["PII"]) == [("UPDATE", spread, none), ("CREATE", None, made)]
    assert [action for action, *_ in told_of(client, "TAG", tags["kept"])] == ["CREATE"]
    assert told_of(client, "TAG", tags["old"])[0] == ("UPDATE", {"category": "Old"}, {"category": None})
    asked = text("SELECT type, entity_id FROM crosswind.outbox WHERE entity_type = 'TAG' ORDER BY id")
    with rest.platform.session() as session:
        told = [(row.type, row.entity_id) for row in session.execute(asked)]
    ids = {name: tag["id"] for name, tag in tags.items()}
    assert told[:3] == [("tag.created", ids[name]) for name in ("PII", "kept", "old")]
    assert told[3:] == [("tag.updated", ids[name]) for name in ("PII", "old")]
