"""A unit of work writes what changed together with its audit, or neither."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pytest
from sqlalchemy import text
from tests.support.app import Rest

from crosswind.kit.actor import Actor
from crosswind.kit.unit_of_work import Event, UnitOfWork


def grants(rest: Rest) -> int:
    with rest.platform.session() as session:
        return int(session.scalar(text("SELECT count(*) FROM crosswind.grants")) or 0)


def test_a_sink_that_fails_takes_the_change_with_it(rest: Rest) -> None:
    def sink(*_: object) -> None:
        raise RuntimeError("no audit")

    with rest.platform.session() as session:
        uow = UnitOfWork(session, Actor("ana", "Ana"), sink)
        session.execute(
            text("INSERT INTO crosswind.grants (id, tenant, subject, attribute, value, created_by) "
                 "VALUES ('1', 'default', 'ana', 'region', 'x', 'ana')")
        )  # fmt: skip
        uow.record(Event("GRANT", "1", "GRANT_ADDED"))
        with pytest.raises(RuntimeError, match="no audit"):
            uow.commit()
    assert grants(rest) == 0


def test_events_are_written_once(rest: Rest) -> None:
    written: list[Event] = []
    with rest.platform.session() as session:
        uow = UnitOfWork(session, Actor("ana", "Ana"), lambda _s, _a, events: written.extend(events))
        uow.record(Event("GRANT", "1", "GRANT_ADDED"))
        uow.commit()
        uow.commit()
    assert len(written) == 1


def test_an_attempt_that_fails_leaves_what_was_done_before(rest: Rest) -> None:
    written: list[Event] = []
    afterwards: list[str] = []
    insert = text(
        "INSERT INTO crosswind.grants (id, tenant, subject, attribute, value, created_by) "
        "VALUES (:id, 'default', 'ana', 'region', :id, 'ana')"
    )
    with rest.platform.session() as session:
        uow = UnitOfWork(session, Actor("ana", "Ana"), lambda _s, _a, events: written.extend(events))
        for number, fails in (("1", False), ("2", True), ("3", False)):
            with suppress(LookupError), uow.attempt():
                session.execute(insert, {"id": number})
                uow.record(Event("GRANT", number, "GRANT_ADDED"))
                uow.after_commit(partial(afterwards.append, number))
                if fails:
                    raise LookupError
        uow.commit()
    assert grants(rest) == 2
    assert [event.entity_id for event in written] == afterwards == ["1", "3"]
