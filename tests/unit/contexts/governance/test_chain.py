"""The audit's chain: rows stay, and a change behind our back is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crosswind.contexts.governance import chain, retention, sink
from crosswind.contexts.governance.models import AuditRow
from crosswind.kit.actor import Actor
from crosswind.kit.store import make_engine
from crosswind.kit.unit_of_work import Event


@pytest.fixture
def engine(store: str) -> Iterator[Engine]:
    engine = make_engine(store)
    yield engine
    engine.dispose()


def write(engine: Engine, count: int, tenant: str = "default") -> None:
    with Session(engine) as session:
        events = [
            Event("CONNECTION", f"c-{number}", "CONNECTION_UPDATED", {"n": number, "x": None}, {"ü": 1.5, "big": 2**60})
            for number in range(count)
        ]
        sink.write(session, Actor("ana", "Ana", tenant, request_id="req-1"), events)
        session.commit()


def seal_all(engine: Engine) -> int:
    with Session(engine) as session:
        return chain.seal(session)


def verdict(engine: Engine) -> chain.Verdict:
    with Session(engine) as session:
        return chain.verify(session)


def behind_our_back(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE crosswind.audit SET actor = 'somebody'",
        "UPDATE crosswind.audit SET hash = NULL, seq = NULL, request_id = ''",
        "UPDATE crosswind.audit SET hash = 'x', seq = 7, actor = 'somebody'",
        "DELETE FROM crosswind.audit",
        "TRUNCATE crosswind.audit",
    ],
)
@pytest.mark.parametrize("sealed", [True, False])
def test_the_database_refuses_changes(engine: Engine, statement: str, sealed: bool) -> None:
    write(engine, 1)
    if sealed:
        seal_all(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))


def test_rows_are_sealed_a_chain_a_tenant(engine: Engine) -> None:
    write(engine, 3)
    write(engine, 2, "acme")
    assert seal_all(engine) == 5
    assert seal_all(engine) == 0
    write(engine, 1)
    assert seal_all(engine) == 1
    found = verdict(engine)
    assert (found.rows, found.faults) == (6, ())
    assert {tenant: seq for tenant, (seq, _) in found.heads.items()} == {"acme": 2, "default": 4}


def test_processes_that_seal_at_once_build_one_chain(engine: Engine) -> None:
    for _ in range(5):
        write(engine, 50)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: seal_all(engine), range(4)))
    seal_all(engine)
    found = verdict(engine)
    assert (found.rows, found.faults) == (250, ())


@pytest.mark.parametrize(
    ("statement", "row", "reason"),
    [
        ("UPDATE crosswind.audit SET actor = 'somebody' WHERE id = 2", 2, "not what was sealed"),
        ("UPDATE crosswind.audit SET before = NULL WHERE id = 2", 2, "not what was sealed"),
        ("""UPDATE crosswind.audit SET before = '{"n": 1}' WHERE id = 2""", 2, "not what was sealed"),
        ("UPDATE crosswind.audit SET at = at + interval '1 microsecond' WHERE id = 3", 3, "not what was sealed"),
        ("DELETE FROM crosswind.audit WHERE id = 2", 3, "rows 2 to 2 are missing"),
        ("DELETE FROM crosswind.audit WHERE id = 4", None, "ends at 3, but 4 rows were sealed"),
        ("DELETE FROM crosswind.audit", None, "ends at 0, but 4 rows were sealed"),
    ],
)
def test_a_change_behind_our_back_is_named(engine: Engine, statement: str, row: int | None, reason: str) -> None:
    write(engine, 4)
    seal_all(engine)
    behind_our_back(engine, statement)
    faults = verdict(engine).faults
    assert [fault.row for fault in faults] == [row]
    assert reason in faults[0].reason


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "'somebody'"),
        ("actor_kind", "'system'"),
        ("action", "'DELETE'"),
        ("outcome", "'denied'"),
        ("entity_type", "'KEY'"),
        ("entity_id", "'c-9'"),
        ("connection_id", "'c-9'"),
        ("after", "NULL"),
        ("request_id", "'req-2'"),
    ],
)
def test_the_seal_covers_every_fact(engine: Engine, column: str, value: str) -> None:
    write(engine, 1)
    seal_all(engine)
    behind_our_back(engine, f"UPDATE crosswind.audit SET {column} = {value}")
    assert ["not what was sealed" in fault.reason for fault in verdict(engine).faults] == [True]


def test_a_forged_row_with_a_hash_of_its_own_breaks_the_chain_after_it(engine: Engine) -> None:
    write(engine, 4)
    seal_all(engine)
    with Session(engine) as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        row = session.get_one(AuditRow, 2)
        assert row.previous is not None
        row.actor = "somebody"
        row.hash = chain.link(row.previous, 2, row)
        session.commit()
    assert [(fault.row, fault.reason) for fault in verdict(engine).faults] == [
        (3, "it does not follow the row before it")
    ]


def newest(engine: Engine, tenant: str = "default", most: int = 3) -> bool | None:
    with Session(engine) as session:
        return chain.newest_hold(session, tenant, most)


def test_the_newest_rows_of_a_chain_are_whole_or_not(engine: Engine) -> None:
    assert newest(engine) is None
    write(engine, 5)
    assert newest(engine) is None, "nothing is sealed yet"
    seal_all(engine)
    write(engine, 2)
    assert newest(engine) is True
    assert newest(engine, "acme") is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE crosswind.audit SET actor = 'somebody' WHERE seq = 4",
        "DELETE FROM crosswind.audit WHERE seq = 4",
        "DELETE FROM crosswind.audit WHERE seq = 5",
        "DELETE FROM crosswind.audit",
        "DELETE FROM crosswind.audit_heads",
        "UPDATE crosswind.audit_heads SET seq = 9",
    ],
)
def test_what_was_done_to_the_newest_rows_shows(engine: Engine, statement: str) -> None:
    write(engine, 5)
    seal_all(engine)
    behind_our_back(engine, statement)
    assert newest(engine) is False


def test_the_newest_rows_do_not_tell_of_older_ones(engine: Engine) -> None:
    write(engine, 5)
    seal_all(engine)
    behind_our_back(engine, "UPDATE crosswind.audit SET actor = 'somebody' WHERE seq = 1")
    assert newest(engine) is True
    assert newest(engine, most=5) is False


def test_a_chain_that_retention_took_whole_is_whole(engine: Engine) -> None:
    write(engine, 2)
    seal_all(engine)
    with Session(engine) as session:
        assert retention.purge(session, datetime.now(UTC) + timedelta(days=1)) == 2
    assert newest(engine) is True
    behind_our_back(engine, "DELETE FROM crosswind.audit_checkpoints")
    assert newest(engine) is False
