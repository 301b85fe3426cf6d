"""How crawls end, over HTTP with leases: only a complete run removes anything, and only as much as is plausible."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, assets, connection, crawl, ok, shop, table


@pytest.fixture
def key(rest: Rest) -> int:
    return connection(rest)


@pytest.mark.parametrize(("had", "gone", "held"), [(20, 5, 0), (20, 6, 6), (40, 8, 0), (40, 9, 9)])
def test_five_objects_or_a_fifth_are_plausible(rest: Rest, key: int, had: int, gone: int, held: int) -> None:
    tables = [table(f"t{number:02}") for number in range(had)]
    crawl(rest, key, tables)
    counts = crawl(rest, key, tables[gone:])["counts"]
    assert (counts["held"], counts["removed"]) == (held, gone - held)


def test_a_run_is_measured_by_the_last_one_with_the_same_patterns(rest: Rest, key: int) -> None:
    wide = [table(f"t{number:02}") for number in range(40)]
    narrow = [table(f"n{number}", schema="other") for number in range(10)]
    crawl(rest, key, wide + narrow)
    counts = crawl(rest, key, narrow[6:], include=["other"])["counts"]
    assert (counts["held"], counts["removed"]) == (6, 0)


def test_what_another_crawl_wrote_since_this_one_began_stays(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("a"), table("b")])
    slow = Task(rest, key)
    assert ok(slow.manifest([table("a")]))["vanished"] == 1
    crawl(rest, key, [table("a"), table("b", "id bigint")])
    assert ok(slow.complete(1))["removed"] == []
    assert set(assets(rest.client())) == {"a", "b"}


@pytest.mark.parametrize("changed", [{"identity": "server-2"}, {"database": "store"}])
def test_a_run_that_meets_another_server_ends_and_its_next_try_begins_anew(
    rest: Rest, key: int, changed: dict[str, str]
) -> None:
    crawl(rest, key, [table("a"), table("b")])
    task = Task(rest, key)
    ok(task.manifest([table("a")], 0, upTo=["public", "a"]))
    vars(task).update(changed)
    for answer in (task.manifest([], 1, after=["public", "a"]), task.complete(1)):
        assert answer.status_code == 409
        assert "another one than the run began with" in answer.text
    assert set(assets(rest.client())) == {"a", "b"}
    task.next_try()
    assert task.run([table("a"), table("b")])["counts"]["held"] == 0


def test_too_much_at_once_is_held_until_a_person_releases_it(rest: Rest, key: int) -> None:
    tables = [table(f"t{number:02}") for number in range(30)]
    crawl(rest, key, tables)
    assert len(crawl(rest, key, tables[6:])["removed"]) == 6
    task = Task(rest, key)
    summary = task.run(tables[20:])
    assert (summary["counts"]["held"], summary["removed"], len(summary["held"])) == (14, [], 14)
    admin, viewer = rest.client(), rest.client("viewer")
    assert len(assets(admin)) == 24
    assert viewer.post(f"{PLATFORM}/crawls/{task.id}/release").status_code == 403
    shown = ok(admin.post(f"{PLATFORM}/crawls/{task.id}/release"))
    assert (shown["counts"]["removed"], shown["counts"]["held"], shown["held"]) == (14, 0, [])
    assert shown["releasedBy"]
    assert len(assets(admin)) == 10
    assert admin.post(f"{PLATFORM}/crawls/{task.id}/release").status_code == 409


def test_only_the_latest_crawl_can_be_released(rest: Rest, key: int) -> None:
    tables = [table(f"t{number:02}") for number in range(20)]
    crawl(rest, key, tables)
    held = Task(rest, key)
    held.run(tables[:10])
    crawl(rest, key, tables)
    assert rest.client().post(f"{PLATFORM}/crawls/{held.id}/release").status_code == 409
    assert len(assets(rest.client())) == 20


def test_another_server_under_the_same_address_removes_nothing_by_itself(rest: Rest, key: int) -> None:
    tables = [table(f"t{number:02}") for number in range(40)]
    crawl(rest, key, tables)
    task = Task(rest, key)
    task.identity = "server-2"
    assert task.run(tables[8:])["counts"]["held"] == 8


def test_patterns_that_leave_out_a_schema_do_not_remove_it(rest: Rest, key: int) -> None:
    crawl(rest, key, [table("a"), table("b", schema="other")])
    summary = crawl(rest, key, [table("a")], include=["public"])
    assert summary["removed"] == []
    assert set(assets(rest.client())) == {"a", "b"}


def test_a_run_that_does_not_complete_removes_nothing(rest: Rest, key: int) -> None:
    crawl(rest, key, shop())
    task = Task(rest, key)
    assert ok(task.manifest([]))["vanished"] == 3
    assert set(assets(rest.client())) == {"customers", "orders", "totals"}


@pytest.mark.parametrize(
    ("ranges", "seen"), [([(None, ["public", "b"])], 1), ([(["public", "a"], None)], 1), ([(None, None)], 2)]
)
def test_a_hole_or_a_wrong_count_is_a_conflict(
    rest: Rest, key: int, ranges: list[tuple[list[str] | None, list[str] | None]], seen: int
) -> None:
    task = Task(rest, key)
    for number, (after, up_to) in enumerate(ranges):
        ok(task.manifest([table("b")], number, after=after, upTo=up_to))
    ok(task.objects([table("b")]))
    assert task.complete(seen, len(ranges)).status_code == 409


def test_wanted_objects_that_did_not_come_are_a_conflict(rest: Rest, key: int) -> None:
    task = Task(rest, key)
    ok(task.manifest([table("a"), table("b")]))
    ok(task.objects([table("a")]))
    assert task.complete(2).status_code == 409


def test_a_cancelled_task_may_not_go_on(rest: Rest, key: int) -> None:
    task = Task(rest, key)
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.tasks SET status = 'CANCELLED' WHERE id = :id"), {"id": task.id})
        session.commit()
    assert task.manifest(shop()).status_code == 409


def test_assets_of_a_deleted_connection_are_gone_for_everybody(rest: Rest, key: int) -> None:
    crawl(rest, key, shop())
    running = Task(rest, key)
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.connections SET deleted_at = now() WHERE key = :key"), {"key": key})
        session.commit()
    client = rest.client()
    assert assets(client) == {}
    assert ok(client.get(f"{METASTORE}/search", params={"q": "customer"}))["total"] == 0
    assert running.manifest(shop()).status_code == 404
