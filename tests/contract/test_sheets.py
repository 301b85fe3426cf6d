"""The catalog as a sheet of cells, out and in again."""

from __future__ import annotations

import pytest
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, ok
from tests.support.exports import SHEET, filled
from tests.support.imports import Import, asset
from tests.support.runs import MadeUpRuns


@pytest.fixture
def runs(rest: Rest) -> MadeUpRuns:
    """Airflow's side, played by the test."""
    made = MadeUpRuns()
    rest.platform.__dict__["runs"] = made
    return made


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


@pytest.mark.parametrize("before", ["", "'", "''"])
def test_a_cell_that_looks_like_a_formula_is_harmless_and_comes_back_as_it_was(
    rest: Rest, runs: MadeUpRuns, before: str
) -> None:
    client = rest.client()
    work = Import(rest, runs, client)
    ok(work.begin())
    evil = f'{before}=HYPERLINK("http://127.0.0.1")'
    ok(work.block([asset("users", description=evil, tags=["@SUM(1)"])]))
    sheet = client.get(SHEET)
    assert f"\"'{before}=HYPERLINK" in sheet.text
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


EMPTY = "The sheet is empty, or begins with an empty row. "


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", EMPTY),
        (b"\xef\xbb\xbf", EMPTY),
        (b"\r\nx,y", EMPTY),
        (b",,\nx,y,z", EMPTY),
        (
            b"qualified_name;description\nx;y",
            "Line 1 parts its cells by semicolons; save the sheet as CSV with commas between them. ",
        ),
        (
            b"qualified_name\tdescription\nx\ty",
            "Line 1 parts its cells by tabs; save the sheet as CSV with commas between them. ",
        ),
        (b"qualified_name,colour,tags\nx,red,y", "The column 'colour' is not known here. "),
        (b"qualified_name,,tags\nx,red,y", "A column has no name. "),
        (b"qualified_name,tags, tags\nx,y,z", "The column 'tags' stands twice. "),
        (b"type,tags\nTABLE,y", "The column 'qualified_name' is missing. "),
    ],
)
def test_a_head_that_is_wrong_is_told_what_is_wrong_in_it(rest: Rest, body: bytes, said: str) -> None:
    answer = rest.client().post(SHEET, content=body)
    columns = "The first row names columns, of qualified_name, type, description, tags, owners"
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, said + columns)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('"qualified_name";"tags"\n"x";"y"', "Line 1 parts its cells by semicolons; save the sheet as CSV with commas"),
        ('"qualified_name"\t"tags"\n"x"\t"y"', "Line 1 parts its cells by tabs; save the sheet as CSV with commas"),
        ('"a ""b"""|"tags"', "Line 1 parts its cells by bars; save the sheet as CSV with commas"),
        (
            'qualified_name,tags\nx,y\n"x";"y"',
            "Line 3 parts its cells by semicolons; save the sheet as CSV with commas",
        ),
        (
            'qualified_name,tags\n"x\ny",z\nx,"y" z',
            "Line 4 goes on after a quote that closes a cell; put a comma there",
        ),
        (
            'qualified_name,tags\r\nx,y\r\nx,"y\r\nz\r\n',
            "A quote opens in the row at line 3 and never closes; close",
        ),
        (f'qualified_name,tags\nx,"{"y" * 140_000}"', "Line 2 has a cell of more than 131,072 characters; does each"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_by_its_line_and_what_to_do(rest: Rest, body: str, said: str) -> None:
    answer = rest.client().post(SHEET, content=body.encode())
    told = answer.json()["error"]["message"]
    assert (answer.status_code, told[: len(said)]) == (400, said)


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
