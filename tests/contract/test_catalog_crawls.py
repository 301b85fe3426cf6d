"""The server's side of crawls, over HTTP with leases, on a real store."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, assets, connection, crawl, ok, shop, table, writes

CATALOG = ("assets", "columns", "relationships", "audit", "asset_versions", "outbox")


@pytest.fixture
def key(rest: Rest) -> int:
    return connection(rest)


def test_a_first_crawl_fills_the_catalog_and_sums_up(rest: Rest, key: int) -> None:
    summary = crawl(rest, key, shop())
    assert {name: summary[name] for name in ("schemas", "tables", "views", "columns", "relationships", "seen")} == {
        "schemas": 1,
        "tables": 2,
        "views": 1,
        "columns": 7,
        "relationships": 3,
        "seen": 3,
    }
    assert [entry["qualifiedName"] for entry in summary["added"]] == [
        "shop.shop.public.customers",
        "shop.shop.public.orders",
        "shop.shop.public.totals",
    ]
    found = assets(rest.client("viewer"))
    assert found["customers"]["metadata"]["row_count"] == 100
    assert found["customers"]["description"] == "Who buys"
    assert found["totals"]["type"] == "VIEW"


def test_an_unchanged_crawl_writes_nothing(rest: Rest, key: int) -> None:
    crawl(rest, key, shop())
    before = writes(rest, *CATALOG)
    summary = crawl(rest, key, shop())
    assert summary["counts"] == {"added": 0, "changed": 0, "removed": 0, "held": 0, "unchanged": 3}
    assert writes(rest, *CATALOG) == before
    assert before["assets"] >= 3


def test_objects_that_are_known_are_not_wanted_and_write_nothing_when_sent_all_the_same(rest: Rest, key: int) -> None:
    crawl(rest, key, shop())
    before = writes(rest, *CATALOG)
    task = Task(rest, key)
    assert ok(task.manifest(shop()))["wanted"] == []
    assert ok(task.objects(shop())) == {"created": 0, "updated": 0, "unchanged": 3}
    assert writes(rest, *CATALOG) == before


def test_statistics_are_written_only_when_they_move_by_more_than_a_tenth(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("t", row_estimate=100, size_bytes=1000)])
    before = writes(rest, *CATALOG)
    crawl(rest, key, [table("t", row_estimate=110, size_bytes=900)])
    assert writes(rest, *CATALOG) == before
    crawl(rest, key, [table("t", row_estimate=111, size_bytes=900)])
    assert writes(rest, *CATALOG) == before | {"assets": before["assets"] + 1}
    shown = assets(rest.client())["t"]
    assert (shown["metadata"]["row_count"], shown["version"]) == (111, 1)


def test_a_changed_table_is_told_in_words_and_keeps_its_ids(rest: Rest, key: int) -> None:
    admin = rest.client()
    crawl(rest, key, [table("t", "id integer", "delay integer", "note text")])
    before = ok(admin.get(f"{METASTORE}/assets/{assets(admin)['t']['id']}"))
    summary = crawl(rest, key, [table("t", "id bigint", "late integer", "note text", "extra date")])
    assert summary["changed"][0]["changes"] == [
        'column "delay" renamed to "late"',
        'column "extra" added (date)',
        'column "id" changed its type from integer to bigint',
    ]
    after = ok(admin.get(f"{METASTORE}/assets/{before['id']}"))
    ids = {column["name"]: column["id"] for column in before["schema"]}
    assert [column["name"] for column in after["schema"]] == ["id", "late", "note", "extra"]
    assert (after["schema"][0]["id"], after["schema"][2]["id"]) == (ids["id"], ids["note"])
    assert (after["source_version"], after["version"]) == (before["source_version"] + 1, before["version"])
    crawl(rest, key, [table("t", "id integer", "delay integer", "note text")])
    again = ok(admin.get(f"{METASTORE}/assets/{before['id']}"))
    assert {column["name"]: column["id"] for column in again["schema"]} == ids


def test_what_vanished_is_removed_by_a_complete_run_and_comes_back_as_it_was_described(rest: Rest, key: int) -> None:
    admin = rest.client()
    crawl(rest, key, shop())
    totals = assets(admin)["totals"]
    ok(admin.put(f"{METASTORE}/assets/{totals['id']}", json={"description": "Ours", "tags": ["Gold"]}))
    summary = crawl(rest, key, shop()[:2])
    assert [entry["qualifiedName"] for entry in summary["removed"]] == ["shop.shop.public.totals"]
    assert set(assets(admin)) == {"customers", "orders"}
    assert set(assets(admin, removed="true")) == {"totals"}
    gone = ok(admin.get(f"{METASTORE}/assets/{totals['id']}"))
    assert gone["removed_at"] is not None
    summary = crawl(rest, key, shop())
    assert summary["added"][0]["revived"] is True
    back = assets(admin)["totals"]
    assert (back["id"], back["description"], back["tags"]) == (totals["id"], "Ours", ["Gold"])


def test_a_relationship_that_the_source_dropped_is_gone(rest: Rest, key: int) -> None:
    assert crawl(rest, key, shop())["relationships"] == 3
    customers, orders, totals = shop()
    orders = table(orders.name, *orders.columns)
    assert crawl(rest, key, [customers, orders, totals])["relationships"] == 2


def test_ranges_are_compared_apart(rest: Rest, key: int) -> None:
    crawl(rest, key, [table(name) for name in "abcd"])
    task = Task(rest, key)
    first = ok(task.manifest([table("a")], 0, upTo=["public", "b"]))
    second = ok(task.manifest([table("c"), table("d", "id text")], 1, after=["public", "b"]))
    assert (first["vanished"], second["vanished"], second["wanted"]) == (1, 0, [1])


def test_a_repeated_request_gets_the_same_answer_and_another_one_is_refused(rest: Rest, key: int) -> None:
    task = Task(rest, key)
    first = ok(task.manifest(shop()))
    assert ok(task.manifest(shop())) == first
    assert task.manifest(shop()[:1]).status_code == 409
    stored = ok(task.objects(shop()))
    assert ok(task.objects(shop())) == stored == {"created": 3, "updated": 0, "unchanged": 0}
    summary = ok(task.complete(3))
    assert ok(task.complete(3)) == summary
    assert task.manifest(shop(), 1).status_code == 409
    shown = ok(rest.client("viewer").get(f"{PLATFORM}/crawls/{task.id}"))
    assert (shown["status"], shown["connectionId"], shown["counts"]["added"]) == ("COMPLETED", "shop", 3)


def test_a_new_try_begins_again_and_the_old_one_is_fenced(rest: Rest, key: int) -> None:
    task = Task(rest, key)
    ok(task.manifest(shop()))
    ok(task.objects(shop()[:1]))
    old = task.client
    assert ok(task.next_try().manifest(shop()))["wanted"] == [1, 2]
    body = msgspec.json.encode({"sequence": 1, "objects": []})
    assert old.post(f"{PLATFORM}/crawls/{task.id}/objects", content=body).status_code == 409
    ok(task.objects(shop()[1:]))
    summary = ok(task.complete(3))
    assert summary["counts"]["added"] == 3


def test_an_older_try_is_fenced_though_its_lease_should_still_work(rest: Rest, key: int) -> None:
    task = Task(rest, key)
    ok(task.manifest(shop()))
    old = task.client
    ok(task.next_try().manifest(shop()))
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.leases SET ended_why = NULL"))
        session.commit()
    task.client = old
    late = task.manifest(shop(), 1)
    assert (late.status_code, "Try 1 is over" in late.text) == (409, True)


def test_a_lease_fills_the_catalog_for_its_own_task_only(rest: Rest, key: int) -> None:
    mine, other = Task(rest, key), Task(rest, key)
    other.client = mine.client
    assert other.manifest(shop()).status_code == 403
    for method, path in (
        ("GET", f"{METASTORE}/assets"),
        ("GET", f"{PLATFORM}/crawls/{mine.id}"),
        ("GET", f"{METASTORE}/search?q=a"),
    ):
        assert mine.client.request(method, path).status_code == 403
    admin = rest.client()
    assert admin.post(f"{PLATFORM}/crawls/{mine.id}/manifests", content=b"{}").status_code == 403


def test_names_alone_are_kept_until_a_crawl_reads_them(rest: Rest, key: int) -> None:
    names = [table("a"), table("b")]
    summary = crawl(rest, key, names, kind="DISCOVERY")
    assert (summary["tables"], summary["columns"]) == (2, 0)
    assert assets(rest.client())["a"]["crawled_at"] is None
    before = writes(rest, *CATALOG)
    crawl(rest, key, names, kind="DISCOVERY")
    assert writes(rest, *CATALOG) == before
    assert crawl(rest, key, names)["counts"]["changed"] == 2
    assert assets(rest.client())["a"]["crawled_at"] is not None
    before = writes(rest, *CATALOG)
    crawl(rest, key, [table("a", "id text"), table("b")], kind="DISCOVERY")
    assert writes(rest, *CATALOG) == before


def test_names_are_only_ever_values(rest: Rest, key: int) -> None:
    evil = ['a"; DROP TABLE crosswind.assets; --', "b'; SELECT pg_sleep(9); --", "c.d\\", "%s :name {x}", "é\u202eü"]
    crawl(rest, key, [table(name, f"{name.replace(' ', '_')} text", schema="x'y") for name in evil])
    assert set(assets(rest.client())) == set(evil)
    for name in evil[:-1]:
        assert ok(rest.client().get(f"{METASTORE}/search", params={"q": name}))["total"] >= 1, name


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"sequence": "0"}', "sequence"),
        (b'{"sequence": 0, "identity": "i", "database": "d", "items": [["a", "b", "h", 1]]}', "items[0]"),
        (b'{"sequence": 0, "identity": "i\\u0000", "database": "d", "items": []}', "body.identity"),
        (
            b'{"sequence": 0, "identity": "i", "database": "d", "items": [["a", "b", "h", 9223372036854775808, 1]]}',
            None,
        ),
        (b'{"sequence": 0, "identity": "\\ud800", "database": "d", "items": []}', None),
        (b"[]", None),
        (b"{", None),
        (b"", None),
    ],
)
def test_what_cannot_be_stored_is_refused_with_its_field(rest: Rest, key: int, body: bytes, field: str | None) -> None:
    task = Task(rest, key)
    answer = task.client.post(f"{PLATFORM}/crawls/{task.id}/manifests", content=body)
    assert answer.status_code == 400, answer.text
    if field:
        assert answer.json()["error"]["details"]["field"] == field


def test_names_beyond_what_an_index_holds_are_refused(rest: Rest, key: int) -> None:
    longest = "".join(chr(0x10000 + number * 7) for number in range(128))
    long = longest + "x"
    crawl(rest, key, [table(longest, f"{longest} text", schema=longest)])
    task = Task(rest, key)
    ok(task.manifest([table("t")]))
    for number, found in enumerate((table(long), table("t", schema=long), table("t", f"{long} text"))):
        assert task.objects([found], number).status_code == 400
    assert task.objects([table('"' * 500, schema='"' * 500)], 9).status_code == 400


def events(rest: Rest) -> list[tuple[str, str, str | None]]:
    """The catalog's audit so far, in order."""
    with rest.platform.session() as session:
        rows = session.execute(
            text(
                "SELECT entity_type, action, connection_id FROM crosswind.audit WHERE entity_type IN ('ASSET', 'CRAWL')"
            )
        )
        return [(row.entity_type, row.action, row.connection_id) for row in rows]


def test_the_audit_has_one_row_a_crawl_that_changed_something_and_one_a_removal(rest: Rest, key: int) -> None:
    crawl(rest, key, shop())
    assert events(rest) == [("CRAWL", "COMPLETE", "shop")]
    crawl(rest, key, shop())
    assert len(events(rest)) == 1
    crawl(rest, key, shop()[:1])
    assert events(rest)[1:] == [("ASSET", "REMOVE", "shop")] * 2 + [("CRAWL", "COMPLETE", "shop")]


def test_a_diff_names_two_hundred_and_counts_all(rest: Rest, key: int) -> None:
    summary = crawl(rest, key, [table(f"t{number:03}") for number in range(250)])
    assert (len(summary["added"]), summary["counts"]["added"]) == (200, 250)


def test_two_requests_at_once_store_a_table_once(rest: Rest, key: int) -> None:
    one, other = Task(rest, key), Task(rest, key)
    for task in (one, other):
        ok(task.manifest(shop()))
    with ThreadPoolExecutor(2) as pool:
        answers = [ok(answer) for answer in pool.map(lambda task: task.objects(shop()), (one, other))]
    assert sorted(answer["created"] for answer in answers) == [0, 3]
    assert len(assets(rest.client())) == 3


def test_a_zipped_manifest_is_taken(rest: Rest, key: int) -> None:
    task = Task(rest, key)
    body = {"sequence": 0, "identity": "i", "database": "d", "items": [["s", "t", "h", None, None]]}
    headers = {"Content-Encoding": "gzip"}
    zipped = gzip.compress(msgspec.json.encode(body))
    answer = task.client.post(f"{PLATFORM}/crawls/{task.id}/manifests", content=zipped, headers=headers)
    assert ok(answer)["wanted"] == [0]
