"""Findings and scans over HTTP, on a real store."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text
from tests.support.app import PLATFORM, Rest
from tests.support.catalog import Task, connection, crawl, ok, table
from tests.support.scans import ScanTask, findings, review, scan, seen

PEOPLE = [table("people", "id integer", "email text", "phone text"), table("orders", "id integer", "note text")]
EMAIL = {"people.email": [seen("EMAIL", 0.98, "98 of 100 values are e-mail addresses")]}
BOTH = {**EMAIL, "people.phone": [seen("PHONE", 0.7, detail="DE")]}


@pytest.fixture
def key(rest: Rest) -> int:
    made = connection(rest)
    crawl(rest, made, PEOPLE)
    return made


def test_a_scan_looks_at_every_column_page_by_page(rest: Rest, key: int) -> None:
    task = ScanTask(rest, key)
    first = task.columns(limit=1)
    second = task.columns(limit=1, after=first["next"])
    assert [each["name"] for each in first["tables"] + second["tables"]] == ["orders", "people"]
    assert [each["name"] for each in second["tables"][0]["columns"]] == ["id", "email", "phone"]
    assert second["tables"][0]["columns"][1]["dataType"] == "text"
    assert task.columns(limit=1, after=second["next"]) == {"tables": [], "total": 2, "next": None}


def test_a_scan_takes_the_patterns_of_its_task(rest: Rest, key: int) -> None:
    assert {name.split(".")[0] for name in ScanTask(rest, key, exclude=["public.orders"]).ids()} == {"people"}


def test_wide_tables_come_in_shorter_pages(rest: Rest) -> None:
    key = connection(rest, "wide")
    columns = [f"c{number:04} text" for number in range(6_000)]
    crawl(rest, key, [table(f"t{number}", *columns) for number in range(3)])
    task, pages = ScanTask(rest, key), []
    after: int | None = 0
    while after is not None:
        page = task.columns(limit=100, after=after)
        pages.append([(each["name"], len(each["columns"])) for each in page["tables"]])
        after = page["next"]
    assert pages == [[("t0", 6_000)], [("t1", 6_000)], [("t2", 6_000)]]


def test_findings_are_listed_filtered_and_counted(rest: Rest, key: int) -> None:
    summary = scan(rest, key, BOTH)
    assert (summary["found"], summary["new"], summary["kinds"]) == (2, 2, {"EMAIL": 1, "PHONE": 1})
    viewer = rest.client("viewer")
    email, phone = findings(viewer, connectionId="shop")
    assert (email["kind"], email["column"], email["status"], email["confidence"]) == (
        "EMAIL", "email", "proposed", 0.98,
    )  # fmt: skip
    assert email["qualifiedName"] == "shop.shop.public.people"
    assert (phone["detail"], phone["connectionId"], phone["version"]) == ("DE", "shop", 1)
    assert findings(viewer, minConfidence=0.8) == [email]
    assert findings(viewer, kind="PHONE") == [phone]
    assert findings(viewer, assetId=str(uuid4())) == []
    assert findings(viewer, connectionId="other") == []
    assert ok(viewer.get(f"{PLATFORM}/findings/summary"))["kinds"] == [
        {"kind": "EMAIL", "proposed": 1, "confirmed": 0, "rejected": 0},
        {"kind": "PHONE", "proposed": 1, "confirmed": 0, "rejected": 0},
    ]


def test_a_rejected_finding_stays_rejected_through_all_later_scans(rest: Rest, key: int) -> None:
    scan(rest, key, BOTH)
    admin = rest.client()
    phone = findings(admin, kind="PHONE")[0]
    assert review(admin, [phone["id"]], "reject", note="order numbers") == [
        {"id": phone["id"], "outcome": "changed", "code": None, "message": None}
    ]
    for _ in range(2):
        summary = scan(rest, key, {**EMAIL, "people.phone": [seen("PHONE", 0.99)]})
        assert (summary["new"], summary["found"]) == (0, 1)
    scan(rest, key, {**EMAIL, "people.phone": []})
    scan(rest, key, BOTH)
    after = findings(admin, kind="PHONE")[0]
    assert (after["status"], after["note"], after["id"]) == ("rejected", "order numbers", phone["id"])
    assert after["reviewedBy"]
    assert after["version"] == phone["version"] + 1


def test_a_rejected_finding_stays_rejected_though_its_column_or_table_goes_and_comes_back(rest: Rest, key: int) -> None:
    scan(rest, key, BOTH)
    admin = rest.client()
    ids = {each["kind"]: each["id"] for each in findings(admin)}
    review(admin, list(ids.values()), "reject", note="made up")
    renamed = [table("people", "id integer", "mail text", "phone text"), PEOPLE[1]]
    without = [PEOPLE[1], table("persons", "id integer", "email text", "phone text")]
    for away in (renamed, without):
        crawl(rest, key, away)
        new = {"people.mail" if away is renamed else "persons.email": [seen("EMAIL")]}
        assert scan(rest, key, new)["new"] == 1, "another column is another finding"
        crawl(rest, key, PEOPLE)
        assert scan(rest, key, BOTH)["found"] == 0
        back = {each["kind"]: each for each in findings(admin)}
        assert {kind: each["id"] for kind, each in back.items()} == ids
        assert {(each["status"], each["note"], each["version"]) for each in back.values()} == {
            ("rejected", "made up", 2)
        }


def test_what_is_no_longer_seen_is_gone_and_comes_back_as_it_was(rest: Rest, key: int) -> None:
    scan(rest, key, BOTH)
    admin = rest.client()
    first = findings(admin, kind="EMAIL")[0]
    review(admin, [first["id"]], "confirm")
    assert scan(rest, key, {"people.email": []})["gone"] == 1
    assert [each["kind"] for each in findings(admin)] == ["PHONE"], "a column that was not looked at keeps its finding"
    gone = findings(admin, gone=True)[0]
    assert (gone["kind"], gone["status"]) == ("EMAIL", "confirmed")
    assert gone["goneAt"] is not None
    scan(rest, key, EMAIL)
    back = findings(admin, kind="EMAIL")[0]
    assert (back["status"], back["goneAt"], back["firstSeen"]) == ("confirmed", None, first["firstSeen"])


def test_a_scan_that_does_not_complete_removes_nothing(rest: Rest, key: int) -> None:
    scan(rest, key, BOTH)
    ok(ScanTask(rest, key).send({"people.email": [], "people.phone": []}))
    assert len(findings(rest.client())) == 2


def test_a_removed_column_takes_its_findings_out_of_sight(rest: Rest, key: int) -> None:
    scan(rest, key, BOTH)
    crawl(rest, key, [table("people", "id integer", "email text"), PEOPLE[1]])
    assert [each["kind"] for each in findings(rest.client())] == ["EMAIL"]


def test_requests_may_be_repeated_and_are_fenced_by_try(rest: Rest, key: int) -> None:
    task = ScanTask(rest, key)
    ids = task.ids()
    first = ok(task.send(BOTH))
    assert first == {"created": 2, "seen": 0, "unknown": 0}
    assert ok(task.send(BOTH)) == first
    assert task.send(EMAIL).status_code == 409
    assert task.end(batches=2).status_code == 409
    old = task.client
    task.next_try()
    assert old.post(f"{task.path}/complete", json={}).status_code == 409
    assert task.end(batches=1).status_code == 409, "the new try starts over"
    assert ok(task.send(EMAIL, ids=ids)) == {"created": 0, "seen": 1, "unknown": 0}
    done = ok(task.end())
    assert ok(task.end()) == done
    assert task.send(EMAIL, sequence=1, ids=ids).status_code == 409
    assert ok(rest.client("viewer").get(task.path)) == done


def test_a_lease_works_for_its_own_task_and_kind(rest: Rest, key: int) -> None:
    scanning, crawling = ScanTask(rest, key), Task(rest, key)
    assert scanning.manifest([]).status_code == 403
    assert crawling.client.get(f"{PLATFORM}/scans/{crawling.id}/columns").status_code == 403
    assert crawling.client.get(f"{scanning.path}/columns").status_code == 403
    assert rest.client().get(f"{scanning.path}/columns").status_code == 403


def test_columns_of_other_connections_are_not_written(rest: Rest, key: int) -> None:
    other = connection(rest, "other")
    crawl(rest, other, PEOPLE)
    theirs = ScanTask(rest, other).ids()
    assert ok(ScanTask(rest, key).send(EMAIL, ids=theirs)) == {"created": 0, "seen": 0, "unknown": 1}
    assert findings(rest.client()) == []


def test_tenants_and_attributes_stay_apart(rest: Rest, key: int) -> None:
    hidden = connection(rest, "hidden", environment="prod")
    elsewhere = connection(rest, "shop", tenant="acme")
    crawl(rest, hidden, PEOPLE)
    crawl(rest, elsewhere, PEOPLE, tenant="acme")
    scan(rest, hidden, EMAIL)
    scan(rest, elsewhere, EMAIL, tenant="acme")
    assert len(findings(rest.client())) == 1
    held = rest.client("security_admin", attributes={"environment": ["dev"]})
    assert findings(held) == []
    theirs = findings(rest.client("security_admin"))[0]["id"]
    assert review(held, [theirs], "confirm")[0]["code"] == "GEN_404"
    assert len(findings(rest.client("viewer", tenant="acme"))) == 1
    summary = ok(held.get(f"{PLATFORM}/findings/summary"))
    assert summary == {"kinds": []}


def test_who_may_review(rest: Rest, key: int) -> None:
    scan(rest, key, EMAIL)
    body = {"ids": [findings(rest.client())[0]["id"]], "decision": "confirm"}
    assert rest.client("viewer").post(f"{PLATFORM}/findings/review", json=body).status_code == 403
    assert rest.client("data_engineer").post(f"{PLATFORM}/findings/review", json=body).status_code == 200


def test_reviews_are_audited_one_by_one_and_scans_once(rest: Rest, key: int) -> None:
    scan(rest, key, BOTH)
    admin = rest.client()
    ids = [each["id"] for each in findings(admin)]
    review(admin, ids, "confirm")
    assert [each["outcome"] for each in review(admin, ids, "confirm")] == ["unchanged", "unchanged"]
    review(admin, ids[:1], "reopen")
    with rest.platform.session() as session:
        rows = session.execute(
            text("SELECT action, entity_type, count(*) FROM crosswind.audit WHERE entity_type IN ('finding', 'scan') "
                 "GROUP BY 1, 2 ORDER BY 1")
        ).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [
        ("complete", "scan", 1),
        ("confirm", "finding", 2),
        ("reopen", "finding", 1),
    ]
    reopened = findings(admin, status="proposed")[0]
    assert (reopened["reviewedBy"], reopened["reviewedAt"]) == (None, None)


def test_a_list_takes_the_same_number_of_statements_whatever_there_is(rest: Rest, key: int) -> None:
    counted: list[str] = []
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    client = rest.client("viewer")

    def statements() -> int:
        findings(client)
        counted.clear()
        findings(client)
        return len(counted)

    none = statements()
    scan(rest, key, BOTH)
    assert statements() == none


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"decision": "shrug"}, "decision"),
        ({"ids": []}, "ids"),
        ({"ids": ["7"]}, "ids.0"),
        ({"ids": [str(uuid4()) for _ in range(501)]}, "ids"),
        ({"ids": str(uuid4())}, "ids"),
        ({"note": "x" * 2001}, "note"),
        ({"status": "rejected"}, "status"),
    ],
)
def test_a_review_that_cannot_be_is_refused_whole(rest: Rest, key: int, body: dict[str, Any], field: str) -> None:
    scan(rest, key, EMAIL)
    admin = rest.client()
    before = findings(admin)
    answer = admin.post(f"{PLATFORM}/findings/review", json={"ids": [before[0]["id"]], "decision": "reject", **body})
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["field"] == field
    assert findings(admin) == before


def test_a_review_of_what_is_not_there_fails_alone(rest: Rest, key: int) -> None:
    scan(rest, key, BOTH)
    admin = rest.client()
    email, phone = (findings(admin, kind=kind)[0]["id"] for kind in ("EMAIL", "PHONE"))
    crawl(rest, key, [table("people", "id integer", "email text"), PEOPLE[1]])
    strange = str(uuid4())
    told = [
        (each["id"], each["outcome"], each["code"]) for each in review(admin, [strange, email, phone, email], "reject")
    ]
    assert told == [(strange, "failed", "GEN_404"), (email, "changed", None), (phone, "failed", "GEN_404")]
    assert [each["status"] for each in findings(admin)] == ["rejected"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"kind": "SHOE_SIZE"}, "kind"),
        ({"status": "open"}, "status"),
        ({"minConfidence": 1.1}, "minConfidence"),
        ({"assetId": "x"}, "assetId"),
        ({"gone": "perhaps"}, "gone"),
        ({"connectionId": ""}, "connectionId"),
        ({"connectionId": "a\0b"}, "connectionId"),
        ({"pageSize": 101}, "pageSize"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_filters_that_cannot_be_are_named(rest: Rest, query: dict[str, Any], field: str) -> None:
    for path in ("findings", "findings/summary"):
        if path.endswith("summary") and field == "pageSize":
            continue
        answer = rest.client("viewer").get(f"{PLATFORM}/{path}", params=query)
        assert answer.status_code == 400, (path, answer.text)
        assert field in answer.json()["error"]["details"]["field"]


def test_a_review_takes_the_same_number_of_statements_whatever_it_decides_on(rest: Rest) -> None:
    key = connection(rest, "wide")
    crawl(rest, key, [table("people", *(f"c{number:03} text" for number in range(100)))])
    scan(rest, key, {f"people.c{number:03}": [seen("EMAIL")] for number in range(100)})
    admin = rest.client()
    ids = [each["id"] for each in findings(admin)]
    counted: list[str] = []
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    taken = []
    for some in (ids[:1], ids[1:]):
        counted.clear()
        review(admin, some, "confirm")
        taken.append(len(counted))
    assert len(ids) == 100
    assert taken[0] == taken[1]


@pytest.mark.parametrize(
    "body",
    [
        {"sequence": 0, "columns": [{"columnId": "x", "findings": []}]},
        {"sequence": 0, "columns": [{"columnId": str(uuid4()), "findings": [seen("SHOE_SIZE")]}]},
        {"sequence": 0, "columns": [{"columnId": str(uuid4()), "findings": [seen("EMAIL", 1.5)]}]},
        {"sequence": -1, "columns": []},
    ],
)
def test_bad_batches_are_refused(rest: Rest, key: int, body: object) -> None:
    task = ScanTask(rest, key)
    assert task.client.post(f"{task.path}/findings", json=body).status_code == 400
