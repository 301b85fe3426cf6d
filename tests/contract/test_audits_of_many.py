"""The trail of a long audit: who, what and when are found without reading what is newer, as PostgreSQL's plans say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from tests.support.app import METASTORE, Rest
from tests.support.catalog import ok

ROWS, MOST_COUNTED = 40_000, 10_000
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
FILL = text("""
    INSERT INTO crosswind.audit (tenant, at, actor, actor_kind, action, outcome, entity_type, entity_id, request_id)
    SELECT 'default', CAST(:begun AS timestamptz) + make_interval(secs => n),
           CASE WHEN n % 200 = 0 AND n < 20000 THEN 'seldom' ELSE 'often' END, 'user',
           CASE WHEN n % 250 = 0 AND n < 20000 THEN 'RESTORE' WHEN n % 2 = 0 THEN 'CREATE' ELSE 'update' END,
           CASE WHEN n % 500 = 0 AND n < 20000 THEN 'denied' ELSE 'success' END,
           CASE WHEN n % 400 = 0 AND n < 20000 THEN 'task' ELSE 'ASSET' END, n::text, 'r'
      FROM generate_series(1, :rows) AS n
""")
EARLY = (BEGUN + timedelta(seconds=5_000)).isoformat()
LATER = (BEGUN + timedelta(seconds=15_000)).isoformat()


@pytest.fixture
def long(rest: Rest) -> Rest:
    """A door with a long audit."""
    with rest.platform.engine.connect() as link:
        link.execute(FILL, {"begun": BEGUN, "rows": ROWS})
        link.commit()
        link.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE crosswind.audit"))
    return rest


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


def read(rest: Rest, params: dict[str, str]) -> tuple[list[dict[str, Any]], int]:
    """What the trail answers, and how many rows of the audit its statements looked at."""
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if "FROM crosswind.audit" in statement and statement.startswith("SELECT"):
            asked.append((statement, values))

    client = rest.client()
    event.listen(rest.platform.engine, "before_cursor_execute", note)
    found = ok(client.get(f"{METASTORE}/audits", params={"limit": "20", **params}))["data"]
    event.remove(rest.platform.engine, "before_cursor_execute", note)
    assert len(asked) == 2
    looked = 0
    with rest.platform.engine.connect() as link:
        for statement, values in asked:
            (plan,) = link.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()
            for node in nodes(plan["Plan"]):
                if "Scan" in node["Node Type"] and node["Node Type"] != "Bitmap Index Scan":
                    looked += node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return found, int(looked)


@pytest.mark.parametrize(
    ("params", "counted", "newest"),
    [
        ({"actor": "seldom"}, 99, 19_800),
        ({"action": "restore"}, 79, 19_750),
        ({"outcome": "denied"}, 39, 19_500),
        ({"from": EARLY, "to": LATER}, MOST_COUNTED + 1, 14_999),
        ({"actor": "seldom", "to": LATER}, 74, 14_800),
        ({"action": "RESTORE", "from": EARLY, "to": LATER}, 40, 14_750),
        ({"action": "Update", "to": LATER}, 7_500, 14_999),
        ({"actor": "often"}, MOST_COUNTED + 1, 40_000),
        ({"entity_type": "TASK"}, 49, 19_600),
        ({"entity_type": "task", "to": LATER}, 37, 14_800),
        ({"entity_type": "ASSET"}, MOST_COUNTED + 1, 40_000),
    ],
)
def test_a_filter_reads_what_it_answers_and_what_it_counts(
    long: Rest, params: dict[str, str], counted: int, newest: int
) -> None:
    found, looked = read(long, params)
    numbers = [int(each["entity_id"]) for each in found if each["entity_id"].isdecimal()]
    assert numbers[0] == newest
    assert numbers == sorted(numbers, reverse=True)
    assert looked <= counted + 120, "what the page has (and a stretch that is sorted), and what is counted"


def test_a_kind_of_which_nothing_is_told_reads_nothing(long: Rest) -> None:
    assert read(long, {"entity_type": "WEBHOOK"}) == ([], 0)
