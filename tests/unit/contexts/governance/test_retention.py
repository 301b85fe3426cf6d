"""The audit loses its oldest rows and stays verifiable; what else was taken away or written is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crosswind.contexts.governance import chain, retention, sink
from crosswind.kit.actor import Actor
from crosswind.kit.store import make_engine
from crosswind.kit.unit_of_work import Event

NOW = datetime.now(UTC)
FORGED = """
INSERT INTO crosswind.audit_checkpoints (tenant, number, seq, anchor, rows, older_than, at, hash)
SELECT tenant, 1, seq, hash, seq, at, clock_timestamp(), 'x' FROM crosswind.audit WHERE seq = 2 AND tenant = 'default'
"""


@pytest.fixture
def engine(store: str) -> Iterator[Engine]:
    engine = make_engine(store)
    yield engine
    engine.dispose()


def write(engine: Engine, ages: list[float], tenant: str = "default") -> None:
    """Sealed rows that are so many days old, in this order."""
    with Session(engine) as session:
        for number, age in enumerate(ages):
            sink.write(session, Actor("ana", "Ana", tenant, request_id="r"), [Event("THING", f"t-{number}", "MADE")])
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(
                text("UPDATE crosswind.audit SET at = :at WHERE id = (SELECT max(id) FROM crosswind.audit)"),
                {"at": NOW - timedelta(days=age)},
            )
        session.commit()
        chain.seal(session)


def purge(engine: Engine, days: float, most: int = 1000) -> int:
    gone = 0
    with Session(engine) as session:
        while count := retention.purge(session, datetime.now(UTC) - timedelta(days=days), most):
            gone += count
    return gone


def faults(engine: Engine) -> list[str]:
    with Session(engine) as session:
        chain.seal(session)
    with Session(engine) as session:
        return [fault.reason for fault in chain.verify(session).faults]


def behind_our_back(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def places(engine: Engine, tenant: str = "default") -> list[int]:
    with Session(engine) as session:
        query = "SELECT seq FROM crosswind.audit WHERE tenant = :t AND action = 'MADE' ORDER BY seq"
        return list(session.scalars(text(query), {"t": tenant}))


def test_the_oldest_rows_go_and_the_rest_still_holds(engine: Engine) -> None:
    write(engine, [40, 30, 20, 10])
    assert purge(engine, 15) == 3
    assert places(engine) == [4]
    assert faults(engine) == []
    with Session(engine) as session:
        told = session.execute(text("SELECT actor, after FROM crosswind.audit WHERE action = 'AUDIT_PURGED'")).one()
    assert told.actor == "system:retention"
    assert (told.after["rows"], told.after["upTo"], told.after["checkpoint"]) == (3, 3, 1)
    assert purge(engine, 15) == 0


def test_a_younger_row_keeps_those_sealed_after_it(engine: Engine) -> None:
    write(engine, [40, 5, 40, 5])
    assert purge(engine, 15) == 1
    assert places(engine) == [2, 3, 4]


def test_unsealed_rows_stay(engine: Engine) -> None:
    write(engine, [40])
    with Session(engine) as session:
        sink.write(session, Actor("ana", "Ana"), [Event("THING", "t", "MADE")])
        session.commit()
    assert purge(engine, 0) == 1
    assert faults(engine) == []


def test_a_chain_may_lose_all_it_has_and_goes_on(engine: Engine) -> None:
    write(engine, [40, 30])
    assert purge(engine, 15) == 2
    write(engine, [20, 1])
    assert purge(engine, 15) == 0, "the row that tells of the purge is young"
    assert purge(engine, 0) == 3
    assert purge(engine, 0) == 0, "a row that tells of a purge alone is no reason for the next"
    assert faults(engine) == []


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    ages=st.lists(st.floats(0, 100), min_size=1, max_size=12),
    cuts=st.lists(st.tuples(st.floats(0, 100), st.integers(1, 5)), min_size=1, max_size=4),
    tampered=st.integers(0, 30),
)
def test_any_purges_leave_a_chain_that_holds_until_somebody_touches_it(
    engine: Engine, ages: list[float], cuts: list[tuple[float, int]], tampered: int
) -> None:
    tenant = f"t{hash((tuple(ages), tuple(cuts), tampered))}"
    write(engine, ages, tenant)
    for days, most in cuts:
        purge(engine, days, most)
        assert faults(engine) == []
    with Session(engine) as session:
        query = "SELECT id FROM crosswind.audit WHERE tenant = :t ORDER BY seq"
        rows = list(session.scalars(text(query), {"t": tenant}))
    if rows:
        row = rows[tampered % len(rows)]
        statement = "UPDATE" if tampered % 2 else "DELETE FROM"
        change = " SET actor = 'x'" if tampered % 2 else ""
        with engine.connect() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text(f"{statement} crosswind.audit{change} WHERE id = {row}"))
            connection.commit()
            with Session(engine) as session:
                found = [fault for fault in chain.verify(session).faults if fault.tenant == tenant]
            assert found
        behind_our_back(engine, f"DELETE FROM crosswind.audit WHERE tenant = '{tenant}'")
        behind_our_back(engine, f"DELETE FROM crosswind.audit_heads WHERE tenant = '{tenant}'")
        behind_our_back(engine, f"DELETE FROM crosswind.audit_checkpoints WHERE tenant = '{tenant}'")


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        (["UPDATE crosswind.audit_checkpoints SET seq = seq + 1, rows = rows + 1"], "checkpoint 1 is not what was"),
        (["UPDATE crosswind.audit_checkpoints SET anchor = 'x'"], "checkpoint 1 is not what was"),
        (["UPDATE crosswind.audit_checkpoints SET older_than = older_than + interval '1 h'"], "checkpoint 1 is not"),
        (["DELETE FROM crosswind.audit_checkpoints"], "rows 1 to 3 are missing"),
        (["DELETE FROM crosswind.audit WHERE seq = 4"], "rows 4 to 4 are missing"),
        (["DELETE FROM crosswind.audit WHERE action = 'AUDIT_PURGED'"], "no row of the audit tells of checkpoint 1"),
    ],
)
def test_what_was_done_to_checkpoints_is_found(engine: Engine, statements: list[str], reason: str) -> None:
    write(engine, [40, 30, 20, 10, 5])
    assert purge(engine, 15) == 3
    assert faults(engine) == []
    behind_our_back(engine, *statements)
    assert any(reason in each for each in faults(engine)), faults(engine)


def test_a_checkpoint_that_somebody_made_to_hide_rows_is_found(engine: Engine) -> None:
    write(engine, [40, 30, 20, 10])
    behind_our_back(engine, FORGED, "DELETE FROM crosswind.audit WHERE seq <= 2")
    found = faults(engine)
    assert any("checkpoint 1 is not what was written" in each for each in found)
    assert any("retention did not make it" in each for each in found)


def test_rows_from_before_a_checkpoint_that_come_back_are_found(engine: Engine) -> None:
    write(engine, [40, 30, 20, 10])
    columns = "tenant, at, actor, actor_kind, action, outcome, entity_type, entity_id, request_id, seq, previous, hash"
    behind_our_back(engine, f"CREATE TABLE kept AS SELECT {columns} FROM crosswind.audit WHERE seq = 2")
    purge(engine, 15)
    behind_our_back(engine, f"INSERT INTO crosswind.audit ({columns}) SELECT * FROM kept")
    assert any("stands before row 3" in each for each in faults(engine))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM crosswind.audit WHERE seq = 4",
        "DELETE FROM crosswind.audit",
        "DELETE FROM crosswind.audit_checkpoints",
        "UPDATE crosswind.audit_checkpoints SET seq = 9",
        "TRUNCATE crosswind.audit_checkpoints",
        "TRUNCATE crosswind.audit",
    ],
)
def test_the_database_still_refuses_everything_else(engine: Engine, statement: str) -> None:
    write(engine, [40, 30, 20, 10])
    purge(engine, 15)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))


def test_tenants_lose_their_own_rows_only(engine: Engine) -> None:
    write(engine, [40, 1])
    write(engine, [1, 1], "acme")
    assert purge(engine, 15) == 1
    assert (places(engine), places(engine, "acme")) == ([2], [1, 2])


def test_who_seals_and_who_purges_wait_for_each_other(engine: Engine) -> None:
    write(engine, [40, 30])
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": retention.LOCK})
        assert purge(engine, 15) == 0
    assert purge(engine, 15) == 2
