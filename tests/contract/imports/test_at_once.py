"""Two blocks of a file under way at once: stored beside each other where they may be, ended in their order."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, ok, referable
from tests.support.imports import Import, asset, counts, edge

from crosswind.contexts.catalog.transfer import lines as lines_of
from crosswind.contexts.catalog.transfer import turns
from crosswind.contexts.catalog.transfer.repository import assets as repository
from crosswind.contexts.catalog.transfer.repository import edges
from crosswind.contexts.catalog.transfer.storing import Storer

DEADLINE = 60


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as found:
        yield found


class Held:
    """Holds the first block before anything of it is stored, until the second was looked at, or was written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, until_written: bool) -> None:
        self.looked_at, self.written, self.stored = Event(), Event(), []  # type: ignore[var-annotated]
        go_on = self.written if until_written else self.looked_at
        beside, make, store, join = turns.Turns.beside, repository.make, Storer.store, edges.write

        def look(*args: Any) -> Any:
            found = beside(*args)
            self.looked_at.set()
            return found

        def made(*args: Any) -> set[int]:
            late = make(*args)
            self.written.set()
            return late

        def joined(*args: Any) -> Any:
            rows = join(*args)
            self.written.set()
            return rows

        def storing(storer: Storer, parsed: Any, **options: Any) -> Any:
            first = not self.stored
            self.stored.append(min((number for number, _ in parsed.assets), default=0))
            if first:
                assert go_on.wait(DEADLINE)
            return store(storer, parsed, **options)

        monkeypatch.setattr(turns.Turns, "beside", look)
        monkeypatch.setattr(repository, "make", made)
        monkeypatch.setattr(edges, "write", joined)
        monkeypatch.setattr(Storer, "store", storing)


def both(
    pool: ThreadPoolExecutor, work: Import, first: list[Any], second: list[Any], held: Held, *, after: int = 0
) -> list[Any]:
    """Send two adjacent blocks, the second while the first is held; `after` lines of one block were taken before."""
    number = 2 if after else 1
    sent: list[Future[httpx.Response]] = [pool.submit(work.block, first, number, after + 1)]
    while not held.stored and not sent[0].done():
        held.looked_at.wait(0.01)
    sent.append(pool.submit(work.block, second, number + 1, after + len(first) + 1))
    return [each.result(DEADLINE) for each in sent]


def test_a_block_is_stored_beside_the_one_before_and_ends_after_it(
    rest: Rest, work: Import, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, until_written=True)
    first, second = [asset("a"), asset("b")], [asset("c"), asset("d"), edge("d", "a")]
    answers = both(pool, work, first, second, held)
    assert [counts(each) for each in answers] == [{"created": 2}, {"created": 4, "relationships_created": 1}]
    assert [ok(each)["lines"] for each in answers] == [2, 5]
    assert set(assets(work.asker)) == {"a", "b", "c", "d"}
    with rest.platform.session() as session:
        told = session.execute(text("SELECT after->'lines' FROM crosswind.audit WHERE action = 'IMPORT' ORDER BY id"))
        assert told.scalars().all() == [[1, 2], [3, 5]]


def test_of_one_asset_in_two_blocks_the_later_line_counts_and_the_blocks_are_stored_one_after_the_other(
    rest: Rest, work: Import, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, until_written=False)
    first = [asset("a"), asset("twice", description="One", tags=["x"])]
    answers = both(pool, work, first, [asset("twice", description="Two"), asset("b")], held)
    assert [counts(each) for each in answers] == [{"created": 2}, {"created": 3, "updated": 1}]
    found = assets(work.asker)
    assert set(found) == {"a", "b", "twice"}
    assert (found["twice"]["description"], found["twice"]["tags"], found["twice"]["version"]) == ("Two", ["x"], 2)


def test_a_block_waits_for_the_words_of_the_one_before(
    rest: Rest, work: Import, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, until_written=False)
    first = [{"kind": "domain", "name": "sales"}, asset("a")]
    answers = both(pool, work, first, [asset("b", domain="sales"), asset("c")], held)
    assert [counts(each) for each in answers] == [{"created": 1, "domains": 1}, {"created": 3, "domains": 1}]


def test_relationships_are_joined_beside_the_block_before(
    rest: Rest, work: Import, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ok(work.block([asset(name) for name in "abc"]))
    held = Held(monkeypatch, until_written=True)
    answers = both(pool, work, [edge("b", "a")], [edge("c", "b"), edge("c", "a")], held, after=3)
    assert [counts(each)["relationships_created"] for each in answers] == [1, 3]


@pytest.mark.parametrize(
    ("first", "second", "then"),
    [
        ([asset("d")], [edge("d", "a")], {"created": 4, "relationships_created": 1}),
        ([edge("b", "a", metadata={"n": 1})], [edge("b", "a", metadata={"n": 2})],
         {"created": 3, "relationships_created": 1, "relationships_updated": 1}),
    ],
    ids=["of an asset that it makes", "of one that it brings too"],
)  # fmt: skip
def test_relationships_wait_for_the_block_before(
    rest: Rest, work: Import, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch,
    first: list[Any], second: list[Any], then: dict[str, int],
) -> None:  # fmt: skip
    ok(work.block([asset(name) for name in "abc"]))
    held = Held(monkeypatch, until_written=False)
    answers = both(pool, work, first, second, held, after=3)
    assert counts(answers[1]) == then
    with rest.platform.session() as session:
        kept = session.execute(text("SELECT metadata FROM crosswind.relationships")).scalars().all()
    assert kept == [second[0].get("metadata", {})]


def test_a_block_that_fails_takes_nothing_of_the_one_beside_it_along(
    rest: Rest, work: Import, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, broken = repository.make, Event()

    def making(*args: Any) -> set[int]:
        late = make(*args)
        if held.written.is_set() and not broken.is_set():
            broken.set()
            raise OSError("the first block breaks")
        return late

    monkeypatch.setattr(repository, "make", making)
    held = Held(monkeypatch, until_written=True)
    answers = both(pool, work, [asset("a")], [asset("b")], held)
    assert [each.status_code for each in answers] == [500, 503]
    assert assets(work.asker) == {}
    assert ok(work.begin()) == {"sequence": 0, "lines": 0, "completed": False}
    assert counts(work.block([asset("a")])) == {"created": 1}
    assert counts(work.block([asset("b")], 2, 2)) == {"created": 2}


def test_an_edge_is_put_on_an_asset_while_a_block_changes_it(
    rest: Rest, work: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, held = repository.write, []

    def writing(*args: Any) -> set[int]:
        late = write(*args)
        held.append(referable(rest, "users"))
        return late

    ok(work.block([asset("users")]))
    monkeypatch.setattr(repository, "write", writing)
    assert counts(work.block([asset("users", description="Changed")], 2, 2)) == {"created": 1, "updated": 1}
    assert held == [1]


@pytest.fixture
def client(rest: Rest) -> httpx.Client:
    return rest.client("data_engineer")


CHANGES: dict[str, dict[str, Any]] = {
    "description": {"description": "Changed"},
    "tags": {"tags": ["other"]},
    "metadata": {"metadata": {"tier": 9}},
}


def test_lines_that_are_stored_as_they_stand_are_not_read_again(work: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [asset("users", description="One", tags=["gold"]), asset("orders", source={"row_count": 1})]
    ok(work.block(lines))
    read: list[bytes] = []
    monkeypatch.setattr(lines_of, "read", read.append)
    other = Import(work.rest, work.runs, work.asker)
    ok(other.begin())
    assert counts(other.block(lines)) == {"unchanged": 2}
    assert read == []


@pytest.mark.parametrize("what", CHANGES)
def test_a_line_that_was_taken_before_sets_right_what_somebody_changed_since(
    rest: Rest, work: Import, client: httpx.Client, what: str
) -> None:
    lines = [asset("users", description="One", tags=["gold"], metadata={"tier": 1}), asset("orders")]
    ok(work.block(lines))
    assert counts(work.block(lines, 2, 3)) == {"created": 2, "unchanged": 2}
    before = assets(client)["users"]
    path = f"{METASTORE}/assets/{before['id']}"
    ok(client.put(path, json=CHANGES[what], headers={"If-Match": f'"{before["version"]}"'}))
    assert assets(client)["users"][what] != before[what]
    assert counts(work.block(lines, 3, 5)) == {"created": 2, "unchanged": 3, "updated": 1}
    assert assets(client)["users"][what] == before[what]


def test_a_deleted_asset_comes_back_with_the_line_that_it_was_made_of(
    rest: Rest, work: Import, client: httpx.Client
) -> None:
    lines = [asset("users"), asset("orders")]
    ok(work.block(lines))
    found = assets(client)["users"]
    assert rest.client().delete(f"{METASTORE}/assets/{found['id']}").is_success
    assert set(assets(client)) == {"orders"}
    ok(work.block(lines, 2, 3))
    assert set(assets(client)) == {"users", "orders"}


def test_lines_of_one_asset_are_as_if_they_came_one_after_the_other_also_where_one_is_stored_as_it_stands(
    work: Import, client: httpx.Client
) -> None:
    ok(work.block([asset("users", description="Two"), asset("a"), asset("b"), asset("c")]))
    lines = [asset("users", description="One"), asset("a"), asset("users", description="Two"), asset("b")]
    assert counts(work.block(lines, 2, 5)) == {"created": 4, "unchanged": 4}
    assert assets(client)["users"]["description"] == "Two"
    ok(work.block([asset("users", description="Two"), asset("a"), asset("users", description="One")], 3, 9))
    assert assets(client)["users"]["description"] == "One"


def test_a_line_that_says_what_others_keep_is_read_again(work: Import, client: httpx.Client) -> None:
    lines = [asset("users", columns=[{"name": "id"}]), asset("orders", classification="unheard")]
    assert counts(work.block(lines)) == {"created": 1, "errors": 1}
    assert counts(work.block(lines, 2, 3)) == {"created": 1, "unchanged": 1, "errors": 2}
    problems = ok(client.get(f"{PLATFORM}/imports/{work.id}/errors"))["data"]
    assert [each["line"] for each in problems] == [2, 4]
