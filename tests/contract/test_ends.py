"""The ends of edges are assets that are there: whatever deletes assets takes their edges, and no writer misses it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg.errors import ForeignKeyViolation
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tests.support.app import Rest

from crosswind.contexts.catalog.repository.retention import purge_assets
from crosswind.contexts.catalog.transfer.lines import Parsed, RelationshipLine
from crosswind.contexts.catalog.transfer.storing import Stored, Storer
from crosswind.kit.actor import Actor

ACTOR = Actor("ana", "ana", permissions=frozenset({"relationship:create"}))
ASSETS = text("""
    INSERT INTO crosswind.assets (tenant, type, name, qualified_name)
    SELECT 'default', 'TABLE', name, name FROM unnest(ARRAY['a', 'b', 'c']) AS t(name)
""")
EDGE = text("""
    INSERT INTO crosswind.relationships (tenant, type, source_key, target_key, target_name, origin)
    SELECT 'default', 'USES', s.key, coalesce(t.key, :missing), coalesce(t.name, 'gone'), 'person'
      FROM crosswind.assets s LEFT JOIN crosswind.assets t ON t.name = :target WHERE s.name = :source
""")
REST = text("SELECT array_agg(target_name ORDER BY key) FROM crosswind.relationships")
LATE = text("UPDATE crosswind.assets SET deleted_at = now() - interval '9 days' WHERE name = :name")
WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'crosswind.relationships'::regclass")
PURGE = text("DELETE FROM crosswind.assets WHERE name = :name")


@pytest.fixture
def session(rest: Rest) -> Iterator[Session]:
    with rest.platform.session() as found:
        found.execute(ASSETS)
        found.commit()
        yield found


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as found:
        yield found


def join(session: Session, source: str, target: str) -> None:
    session.execute(EDGE, {"source": source, "target": target, "missing": -1})


def block(rest: Rest, source: str, target: str) -> Stored:
    """A block of one edge, stored and committed."""
    with rest.platform.session() as session:
        line = RelationshipLine(type="USES", source=source, target=target)
        stored = Storer(session, ACTOR).store(Parsed(relationships=[(1, line)]))
        session.commit()
    return stored


def until_waiting(session: Session) -> None:
    deadline = time.monotonic() + 20
    while not session.scalar(WAITS):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_edges_of_a_deleted_asset_go_both_ways(session: Session) -> None:
    for source, target in ("a", "b"), ("b", "c"), ("c", "a"):
        join(session, source, target)
    session.execute(PURGE, {"name": "b"})
    assert session.scalar(REST) == ["a"]


@pytest.mark.parametrize("origin", ["person", "crawl", "sql", "openlineage"])
def test_nobody_joins_what_is_not_there(session: Session, origin: str) -> None:
    made = str(EDGE).replace("'person'", f"'{origin}'")
    with pytest.raises(IntegrityError) as raised:
        session.execute(text(made), {"source": "a", "target": "nobody", "missing": -1})
    assert isinstance(raised.value.orig, ForeignKeyViolation)


def test_nobody_leads_an_edge_to_what_is_not_there(session: Session) -> None:
    join(session, "a", "b")
    for column in "source_key", "target_key":
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(f"UPDATE crosswind.relationships SET {column} = -1"))
    session.execute(text("UPDATE crosswind.relationships SET target_key = NULL"))


def test_a_file_joins_no_asset_that_is_deleted_meanwhile(
    rest: Rest, session: Session, pool: ThreadPoolExecutor
) -> None:
    session.execute(PURGE, {"name": "b"})
    writing = pool.submit(block, rest, "a", "b")
    with rest.platform.session() as watching:
        until_waiting(watching)
    session.commit()
    stored = writing.result(20)
    assert [(each.line, each.field) for each in stored.errors] == [(1, "target")]
    assert session.scalar(REST) is None


def test_who_deletes_takes_the_edge_that_a_file_made_meanwhile(
    rest: Rest, session: Session, pool: ThreadPoolExecutor
) -> None:
    def delete() -> None:
        with rest.platform.session() as deleting:
            deleting.execute(PURGE, {"name": "b"})
            deleting.commit()

    Storer(session, ACTOR).store(Parsed(relationships=[(1, RelationshipLine(type="USES", source="a", target="b"))]))
    deleted = pool.submit(delete)
    with rest.platform.session() as watching:
        until_waiting(watching)
    session.commit()
    deleted.result(20)
    assert session.scalar(REST) is None


def test_a_purge_waits_a_second_for_who_writes_edges_and_then_leaves_it(rest: Rest, session: Session) -> None:
    session.execute(LATE, {"name": "c"})
    session.commit()
    join(session, "a", "b")
    with rest.platform.session() as purging:
        since = time.monotonic()
        assert purge_assets(purging, 1, 10) == {}
        assert 0.9 < time.monotonic() - since < 10
        session.commit()
        assert purge_assets(purging, 1, 10) == {"default": ["c"]}
        purging.rollback()


def test_a_purge_leaves_what_somebody_holds_and_lets_the_rest_of_its_transaction_wait(
    rest: Rest, session: Session
) -> None:
    join(session, "a", "c")
    session.execute(LATE, {"name": "c"})
    session.commit()
    session.execute(text("SELECT FROM crosswind.relationships FOR UPDATE"))
    with rest.platform.session() as purging:
        usual = purging.scalar(text("SHOW lock_timeout"))
        assert purge_assets(purging, 1, 10) == {}
        assert purging.scalar(text("SHOW lock_timeout")) == usual
        session.commit()
        assert purge_assets(purging, 1, 10) == {"default": ["c"]}
        assert purging.scalar(text("SHOW lock_timeout")) == usual
        purging.commit()
    assert session.scalar(REST) is None
