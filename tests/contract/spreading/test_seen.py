"""The walk of every minute: spared while nothing was written of what it reads, made after whatever was."""

from __future__ import annotations

import time

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import Rest
from tests.support.spreading import Chain, counted, found, mark, spreads, tag

from crosswind.contexts.catalog.spreading import repository, seen, service
from crosswind.contexts.catalog.spreading.seen import Seen

FLUSH = text("SELECT pg_stat_force_next_flush()")
PATIENCE = 30.0


@pytest.fixture
def known(rest: Rest, client: httpx.Client, chain: Chain) -> Seen:
    """What is known of a tag on an asset and on a column once the walks have come to rest."""
    spreads(client)
    tag(client, chain[0], "PII")
    mark(client, chain[1], "PII")
    kept = Seen()
    assert _walked(rest, kept) == 1
    rest.platform.engine.dispose()
    deadline = time.monotonic() + PATIENCE
    while _walked(rest, kept):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return kept


def _walked(rest: Rest, kept: Seen) -> int:
    return service.tend(rest.platform.session, everything=True, seen=kept)


def _write(rest: Rest, statement: str) -> None:
    with rest.platform.session() as session:
        session.execute(text(statement))
        session.execute(FLUSH)
        session.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE crosswind.assets SET tags = '{}' WHERE name = 'a'",
        "UPDATE crosswind.columns SET removed_at = now() WHERE name = 'mail'",
        "DELETE FROM crosswind.relationships",
        "UPDATE crosswind.tags SET propagation_depth = 1",
        "DELETE FROM crosswind.propagated_tags",
        "DELETE FROM crosswind.propagated_column_tags",
        "TRUNCATE crosswind.propagated_tags",
    ],
)
def test_what_nobody_tells_of_leads_to_a_walk(rest: Rest, known: Seen, statement: str) -> None:
    assert _walked(rest, known) == 0
    _write(rest, statement)
    assert _walked(rest, known) == 1


def test_a_walk_that_is_spared_is_one_statement_however_many_tags_spread(
    rest: Rest, client: httpx.Client, known: Seen
) -> None:
    spared = counted(rest, lambda: _walked(rest, known))
    assert spared == counted(rest, lambda: service.tend(rest.platform.session, everything=False)) + 1
    assert spared < counted(rest, lambda: service.tend(rest.platform.session, everything=True)) / 2
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}


def test_a_walk_is_made_now_and_then_and_where_the_store_counts_nothing(
    rest: Rest, known: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "LONGEST", 0.0)
    assert _walked(rest, known) == 1
    monkeypatch.undo()
    assert _walked(rest, known) == 0
    monkeypatch.setattr(repository, "written", lambda _: None)
    assert _walked(rest, known) == 1
    assert _walked(rest, known) == 1


def test_a_walk_that_another_process_is_at_or_that_fails_is_made_later(
    rest: Rest, known: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(rest, "DELETE FROM crosswind.relationships")
    with rest.platform.session() as other:
        assert repository.alone(other)
        assert _walked(rest, known) == 0

    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError("The store went away")

    monkeypatch.setattr(service, "renew", broken)
    with pytest.raises(RuntimeError):
        _walked(rest, known)
    monkeypatch.undo()
    assert _walked(rest, known) == 1


def test_a_tag_that_somebody_holds_meanwhile_is_walked_once_it_is_free(
    rest: Rest, client: httpx.Client, known: Seen
) -> None:
    with rest.platform.session() as other:
        other.execute(text("SELECT FROM crosswind.tags FOR UPDATE"))
        _write(rest, "DELETE FROM crosswind.relationships")
        _walked(rest, known)
        assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    assert _walked(rest, known) == 1
    assert found(client, "tag:PII") == {"a", "b"}
