"""Reviews and scans of the same findings at the same time, on a real store."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text
from tests.support.app import Rest
from tests.support.catalog import connection, crawl, table
from tests.support.scans import Seen, findings, review, scan, seen


def test_a_decision_while_a_scan_writes_is_kept(rest: Rest) -> None:
    key = connection(rest, "wide")
    crawl(rest, key, [table("people", *(f"c{number:02} text" for number in range(40)))])
    found: Seen = {f"people.c{number:02}": [seen("EMAIL"), seen("PHONE")] for number in range(40)}
    scan(rest, key, dict(reversed(found.items())))
    ids = [each["id"] for each in findings(rest.client())]
    decisions = ("confirm", "reject") * 4

    def decide(turn: int) -> list[dict[str, Any]]:
        mixed = random.Random(turn).sample(ids, len(ids))
        return review(rest.client(), mixed, decisions[turn], note=f"turn {turn}")

    with ThreadPoolExecutor(4) as pool:
        scans = [pool.submit(scan, rest, key, found if turn % 2 else {name: [] for name in found}) for turn in range(6)]
        answers = list(pool.map(decide, range(len(decisions))))
        for each in scans:
            each.result()
    assert {outcome["outcome"] for answer in answers for outcome in answer} == {"changed"}
    scan(rest, key, found)
    after = findings(rest.client())
    assert len(after) == 80
    assert {each["version"] for each in after} == {1 + len(decisions)}
    (status, note), *others = {(each["status"], each["note"]) for each in after}
    assert not others, "each decision is on all or none"
    assert status == {"confirm": "confirmed", "reject": "rejected"}[decisions[int(note[-1])]]


def test_a_review_and_a_scan_take_findings_in_one_order(rest: Rest) -> None:
    key = connection(rest, "wide")
    crawl(rest, key, [table("people", "a text", "b text", "c text")])
    for name in "cba":
        scan(rest, key, {f"people.{name}": [seen("EMAIL")]})
    ids = [each["id"] for each in findings(rest.client())]
    found: Seen = {f"people.{name}": [seen("EMAIL")] for name in "abc"}
    with rest.platform.session() as session, ThreadPoolExecutor(2) as pool:
        session.execute(text("SELECT key FROM crosswind.findings WHERE id = :id FOR UPDATE"), {"id": ids[1]})
        scanning = pool.submit(scan, rest, key, found)
        _until_waiting(rest, 1)
        reviewing = pool.submit(review, rest.client(), ids, "confirm")
        _until_waiting(rest, 2)
        session.rollback()
        assert scanning.result()["found"] == 3
        assert [each["outcome"] for each in reviewing.result()] == ["changed"] * 3


def _until_waiting(rest: Rest, number: int) -> None:
    """Return when so many sessions of this store wait for a lock."""
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with rest.platform.session() as session:
            if session.scalar(asked) == number:
                return
        time.sleep(0.02)
    raise AssertionError(f"{number} sessions never waited")
