"""A request that lets go of the store while it works loses its lock: the answer's row still says who was first."""

from __future__ import annotations

from fastapi import Response
from sqlalchemy import text
from starlette.requests import Request
from tests.support.app import Rest
from tests.support.served import ROUTES

from crosswind.contexts.access.answers import Asked
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.once import Once
from crosswind.doors.rest.request import StrictRequest
from crosswind.kit.actor import Actor

ASKED = Asked.by(Actor("ana", "ana"), "k", "POST", "/metastore/v1/tags", b"")
SPEC = next(route.spec for route in ROUTES if route.id == "POST /metastore/v1/tags")
MARK = text("INSERT INTO crosswind.tags (tenant, name) VALUES ('default', :name)")


def request() -> StrictRequest:
    scope = {"type": "http", "method": "POST", "path": "/x/metastore/v1/tags", "headers": [], "state": {}}
    return StrictRequest(Request(scope | {"root_path": f"/x{METASTORE.mount}"}).scope)


def test_the_second_to_end_undoes_its_work_and_gives_the_firsts_answer(rest: Rest) -> None:
    with rest.platform.session() as slow, rest.platform.session() as quick:

        def overtake(keep: object) -> Response:
            quick.execute(MARK, {"name": "quick"})
            assert keep(Response(b"quick", 201, {"Location": "/x/metastore/v1/tags/1"}))  # type: ignore[operator]
            quick.commit()
            return Response(b"quick", 201)

        def work(keep: object) -> Response | None:
            slow.commit()
            Once(quick, request(), SPEC, ASKED).answer(overtake)
            slow.execute(MARK, {"name": "slow"})
            assert not keep(Response(b"slow", 201))  # type: ignore[operator]
            slow.rollback()
            return None

        answer = Once(slow, request(), SPEC, ASKED).answer(work)
    assert (answer.body, answer.status_code, answer.headers["Idempotency-Replayed"]) == (b"quick", 201, "true")
    assert answer.headers["Location"] == "/x/metastore/v1/tags/1"
    with rest.platform.session() as session:
        assert session.scalars(text("SELECT name FROM crosswind.tags")).all() == ["quick"]


def test_a_location_follows_the_mount_that_the_replay_came_through(rest: Rest) -> None:
    def work(keep: object) -> Response:
        response = Response(b"", 201, {"Location": "/x/metastore/v1/tags/1"})
        keep(response)  # type: ignore[operator]
        return response

    other = request()
    other.scope["root_path"] = f"/team/y{METASTORE.mount}"
    with rest.platform.session() as session:
        Once(session, request(), SPEC, ASKED).answer(work)
        session.commit()
        assert Once(session, other, SPEC, ASKED).answer(work).headers["Location"] == "/team/y/metastore/v1/tags/1"
