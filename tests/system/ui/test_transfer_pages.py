"""Import and export where a person works: a file sent and followed, its wrong lines told, a sheet looked at first."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.axe import faults
from tests.support.catalog import assets, ok
from tests.support.imports import DAG, Import, asset, jsonl
from tests.support.pages import Pages, opened
from tests.support.runs import MadeUpRuns

pytestmark = [pytest.mark.system, pytest.mark.browser]

PHONE = (390, 844)
LINES = [asset("users", description="Who we know"), b"nope", asset("orders")]


@pytest.fixture
def runs(rest: Rest) -> MadeUpRuns:
    """Airflow's side, played by the test; `ana` may do everything, `vic` may look."""
    made = MadeUpRuns()
    rest.platform.__dict__["runs"] = made
    rest.people.add("ana", "platform_admin")
    rest.people.add("vic", "viewer")
    return made


@pytest.fixture
def pages(rest: Rest, runs: MadeUpRuns, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """A browser at the pages; at the end nothing was complained about."""
    with opened(rest, browser, monkeypatch) as pages:
        yield pages
        pages.content()


def choose(page: Page, label: str, content: bytes, name: str) -> None:
    """Put a file into a field."""
    file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label(label, exact=True).set_input_files(file)


def shown(page: Page, label: str) -> str:
    """The figure under a label."""
    return page.locator("dl", has=page.get_by_text(label, exact=True)).locator("dd").inner_text()


def test_a_file_is_sent_and_its_run_is_followed_and_cancelled(rest: Rest, runs: MadeUpRuns, pages: Pages) -> None:
    page = pages.arrive("/transfer", subject="ana", size=PHONE)
    start = page.get_by_role("button", name="Start the import")
    expect(page.get_by_text("No file was imported yet")).to_be_visible()
    expect(start).to_be_disabled()
    choose(page, "File", gzip.compress(jsonl(*LINES)), "catalog.jsonl.gz")
    page.get_by_label("Priority").select_option("9")
    page.get_by_text("End at the first block with a wrong line").click()
    start.click()
    expect(page.get_by_role("heading", name="Bulk ingestion", level=1)).to_be_visible()
    task_id = page.url.rsplit("/", 1)[-1]
    admin = rest.client()
    task = ok(admin.get(f"{METASTORE}/tasks/{task_id}"))
    assert (task["priority"], task["payload"]["options"]) == (9, {"upsert": True, "validate": True})
    upload = ok(admin.get(f"{PLATFORM}/uploads/{task['payload']['source'].removeprefix('upload:')}"))
    assert upload["name"] == task["payload"]["name"] == "catalog.jsonl.gz"
    expect(page.get_by_text("catalog.jsonl.gz")).to_be_visible()
    expect(page.get_by_text("end the import")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("What it had stored stays in the catalog.")).to_be_visible()
    assert ok(admin.get(f"{METASTORE}/tasks/{task_id}"))["status"] == "CANCELLED"
    assert (DAG, task_id) in runs.runs
    page = pages.arrive("/transfer", subject="ana")
    expect(page.get_by_role("table", name="Imports")).to_contain_text("catalog.jsonl.gz")


def test_a_broken_import_tells_its_lines_and_is_resumed_in_a_run_of_its_own(
    rest: Rest, runs: MadeUpRuns, pages: Pages
) -> None:
    work = Import(rest, runs, rest.anonymous({"Authorization": "Bearer token.ana.x"}), jsonl(*LINES))
    ok(work.begin())
    ok(work.block(LINES))
    runs.becomes(DAG, work.id, "failed")
    page = pages.arrive("/transfer", subject="ana")
    page.get_by_role("table", name="Imports").get_by_role("link", name="Bulk ingestion").click()
    problem = page.get_by_role("table", name="Lines that were not taken").get_by_role("row").nth(1)
    expect(problem).to_contain_text("2")
    assert (shown(page, "Created"), shown(page, "Errors"), shown(page, "Lines")) == ("2", "1", "3")
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Waiting for Airflow to start it …")).to_be_visible()
    again = page.url.rsplit("/", 1)[-1]
    assert again != work.id
    found = ok(rest.client().get(f"{METASTORE}/tasks/{again}"))
    assert found["payload"]["source"] == ok(rest.client().get(f"{METASTORE}/tasks/{work.id}"))["payload"]["source"]


def test_an_address_that_is_none_and_a_bucket_that_nobody_registered_are_told(pages: Pages) -> None:
    page = pages.arrive("/transfer", subject="ana")
    page.get_by_text("From a bucket").click()
    page.get_by_label("Address").fill("bucket/key")
    expect(page.get_by_text("An address is s3://bucket/key")).to_be_visible()
    expect(page.get_by_role("button", name="Start the import")).to_be_disabled()
    page.get_by_label("Address").fill("s3://nobodys/catalog.jsonl")
    page.get_by_role("button", name="Start the import").press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The import was not started")
    expect(alert).to_contain_text("nobodys")


def test_a_sheet_is_looked_at_before_anything_changes(rest: Rest, runs: MadeUpRuns, pages: Pages) -> None:
    work = Import(rest, runs, rest.client())
    ok(work.begin())
    ok(work.block([asset("users")]))
    sheet = b"qualified_name,description\nprod.public.users,Everybody\nprod.public.nobody,None\n"
    page = pages.arrive("/transfer", subject="ana", size=PHONE, theme="dark")
    choose(page, "CSV", sheet, "descriptions.csv")
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("status")).to_contain_text("1 asset would change")
    expect(page.get_by_role("table", name="Rows that are wrong").get_by_role("row")).to_have_count(2)
    assert assets(rest.client())["users"]["description"] is None
    page.get_by_role("button", name="Change 1 asset").click()
    expect(page.get_by_role("status")).to_contain_text("1 asset changed")
    assert assets(rest.client())["users"]["description"] == "Everybody"


def test_an_export_is_a_file_that_an_import_takes(rest: Rest, runs: MadeUpRuns, pages: Pages) -> None:
    work = Import(rest, runs, rest.client())
    ok(work.begin())
    ok(work.block([asset("users")]))
    page = pages.arrive("/transfer", subject="vic")
    expect(page.get_by_role("button", name="Start the import")).to_have_count(0)
    with page.expect_download() as coming:
        page.get_by_role("link", name="The catalog").click()
    assert coming.value.suggested_filename == "catalog.jsonl.gz"
    with gzip.open(coming.value.path()) as file:
        assert b'"prod.public.users"' in file.read()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Descriptions").click()
    assert coming.value.path().read_text(encoding="utf-8").startswith("qualified_name,")


def test_runs_are_narrowed_by_kind_status_and_priority(rest: Rest, runs: MadeUpRuns, pages: Pages) -> None:
    Import(rest, runs, rest.client())
    page = pages.arrive("/runs", subject="vic")
    rows = page.get_by_role("table", name="Runs").get_by_role("row")
    expect(rows).to_have_count(2)
    page.get_by_label("Kind").select_option("BULK_INGESTION")
    page.get_by_label("Status").select_option("RUNNING")
    page.get_by_label("Priority").select_option("5")
    expect(rows).to_have_count(2)
    page.get_by_label("Priority").select_option("9")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    assert page.url.endswith("/runs?type=BULK_INGESTION&status=RUNNING&priority=9")
    page.get_by_role("button", name="Show all").click()
    expect(rows).to_have_count(2)


def test_each_api_is_copied_and_its_pages_open(rest: Rest, pages: Pages) -> None:
    page = pages.arrive("/apis", subject="vic", size=PHONE)
    for name, end in (
        ("REST: metastore", "/crosswind/metastore/v1"),
        ("GraphQL", "/crosswind/metastore/graphql"),
        ("gRPC", "127.0.0.1:50051"),
        ("WebSocket", "/crosswind/metastore/v1/ws"),
    ):
        page.get_by_role("button", name=f"Copy the address of {name}").click()
        assert page.evaluate("navigator.clipboard.readText()").endswith(end)
    with page.expect_popup() as coming:
        page.get_by_role("button", name="Try it in GraphiQL of GraphQL").click()
    expect(coming.value.locator(".graphiql-query-editor")).to_be_visible()
    with page.expect_popup() as coming:
        page.get_by_role("button", name="Documents of REST: metastore").click()
    expect(coming.value.locator(".swagger-ui .info")).to_be_visible()


def test_the_audit_tells_who_did_what_and_is_narrowed_by_kind(rest: Rest, pages: Pages) -> None:
    ana = rest.anonymous({"Authorization": "Bearer token.ana.x"})
    table = {"type": "TABLE", "name": "users", "qualified_name": "prod.users"}
    made = ok(ana.post(f"{METASTORE}/assets", json=table))
    ok(ana.post(f"{METASTORE}/tags", json={"name": "PII"}))
    page = pages.arrive("/audit", subject="ana", size=PHONE)
    rows = page.get_by_role("table", name="Audit").get_by_role("row")
    tag = page.get_by_role("row", name=re.compile("^Tag "))
    expect(tag).to_contain_text("Ana")
    expect(tag.get_by_text("just now").or_(tag.get_by_text("ago")).first).to_be_visible()
    tag.get_by_role("button", name="Details: Tag, Create").press("Enter")
    expect(page.get_by_role("definition").filter(has_text="Ana (ana)")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text=re.compile("^PII$"))).to_be_visible()
    tag.get_by_role("button", name="Details: Tag, Create").press("Enter")
    expect(page.get_by_role("definition")).to_have_count(0)
    expect(page.get_by_role("link", name="Audit")).to_be_in_viewport()
    page.get_by_label("What").select_option("ASSET")
    expect(rows).to_have_count(2)
    page.get_by_role("link", name=made["id"]).click()
    expect(page.get_by_role("heading", name="users", level=1)).to_be_visible()
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_role("tab", name="History")).to_be_in_viewport()
    expect(page.get_by_role("table", name="Audit of users")).to_be_visible()


def test_the_audit_is_narrowed_by_person_action_and_day(rest: Rest, pages: Pages) -> None:
    rest.people.add("ben", "platform_admin")
    ana, ben = (rest.anonymous({"Authorization": f"Bearer token.{name}.x"}) for name in ("ana", "ben"))
    made = ok(ana.post(f"{METASTORE}/assets", json={"type": "TABLE", "name": "users", "qualified_name": "prod.users"}))
    ok(ben.put(f"{METASTORE}/assets/{made['id']}", json={"description": "Theirs"}))
    page = pages.arrive("/audit", subject="ana")
    rows = page.get_by_role("table", name="Audit").get_by_role("row")
    page.get_by_label("What").select_option("ASSET")
    expect(rows).to_have_count(3)
    page.get_by_label("Account of a person or key").fill("ben")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Ben")
    page.get_by_label("Action").select_option("CREATE")
    expect(page.get_by_text("Nothing in the audit fits these filters.")).to_be_visible()
    page.get_by_label("Account of a person or key").fill("ana")
    expect(rows).to_have_count(2)
    today = page.evaluate("new Date().toLocaleDateString('sv')")
    page.get_by_label("From this day").fill(today)
    page.get_by_label("To this day").fill(today)
    expect(rows).to_have_count(2)
    page.get_by_label("From this day").fill("2020-01-01")
    page.get_by_label("To this day").fill("2020-01-02")
    expect(page.get_by_text("Nothing in the audit fits these filters.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(rows).to_have_count(3)


def test_who_may_not_read_the_audit_is_not_led_to_it(pages: Pages, rest: Rest) -> None:
    page = pages.arrive("/apis", subject="vic", size=PHONE)
    expect(page.get_by_role("link", name="Import and export")).to_be_visible()
    expect(page.get_by_role("link", name="APIs")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Audit")).to_have_count(0)


@pytest.mark.parametrize(("size", "theme"), [((1366, 768), "light"), (PHONE, "dark")])
def test_these_pages_keep_the_rules(
    size: tuple[int, int], theme: str, rest: Rest, runs: MadeUpRuns, pages: Pages
) -> None:
    work = Import(rest, runs, rest.client())
    ok(work.begin())
    ok(work.block(LINES))
    found: dict[str, list[str]] = {}
    for path in ("/transfer", "/apis", "/audit", "/runs", f"/runs/{work.id}"):
        page = pages.arrive(path, subject="ana", size=size, theme=theme)
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        found[path] = faults(page.main_frame)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
    assert not {path: each for path, each in found.items() if each}


def test_what_looks_like_a_filter_and_is_none_is_told_beside_the_search(rest: Rest, pages: Pages) -> None:
    ana = rest.anonymous({"Authorization": "Bearer token.ana.x"})
    told = ok(ana.get(f"{METASTORE}/search", params={"q": "type:KING"}))["hints"]
    page = pages.arrive("/catalog?q=type%3AKING", subject="ana", size=PHONE)
    expect(page.get_by_text(told[0])).to_be_visible()
