"""The same events as SSE, read by httpx over a real socket."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, connection, ok
from tests.support.following import relayed, tell
from tests.support.listening import Listening
from tests.support.runs import MadeUpRuns

from crosswind.contexts.events import repository
from crosswind.contexts.tasks.ports import RunFacts
from crosswind.doors.live import sse
from crosswind.gate.hub import hub_of


@pytest.fixture
def url(rest: Rest) -> Iterator[str]:
    with relayed(rest):
        listening = Listening(rest.app)
        yield f"{listening.url}{METASTORE}/events"
        listening.close()


class Events:
    """A stream read frame by frame; a comment has no data."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def next(self) -> dict[str, Any]:
        """The next frame's fields, its data as JSON."""
        frame: dict[str, Any] = {}
        for line in self._lines:
            if not line:
                return {**frame, "data": json.loads(frame["data"])} if "data" in frame else frame
            name, _, value = line.partition(": ")
            frame[name] = value
        raise EOFError

    def events(self, count: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(found) < count:
            found += [frame for frame in [self.next()] if "event" in frame]
        return found


@contextmanager
def following(rest: Rest, url: str, key: str, **headers: str) -> Iterator[Events]:
    with (
        httpx.Client(timeout=10) as client,
        client.stream("GET", url, headers={"X-API-Key": key, **headers}) as response,
    ):
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        events = Events(response)
        assert events.next() == {"retry": "2000"}
        yield events


def test_events_are_streamed_and_resumed_by_the_last_event_id(rest: Rest, url: str) -> None:
    key = rest.key("viewer")
    hidden = connection(rest, "us", region="us")
    with following(rest, url, key) as stream:
        tell(rest, "a", "b")
        tell(rest, "acmes", tenant="acme")
        first, second = stream.events(2)
    assert (first["event"], first["id"], first["data"]["asset_id"]) == ("asset.updated", "1", "a")
    tell(rest, "c", "hidden", connection_key=hidden)
    with following(rest, url, key, **{"Last-Event-ID": second["id"]}) as stream:
        tell(rest, "d")
        assert [each["data"]["asset_id"] for each in stream.events(3)] == ["c", "hidden", "d"]
    narrow = rest.key("viewer", attributes={"region": ["eu"]})
    with following(rest, f"{url}?last_event_id=0", narrow) as stream:
        assert [each["data"]["asset_id"] for each in stream.events(3)] == ["a", "b", "d"]


def test_one_asset_by_a_token_in_the_address(rest: Rest, url: str) -> None:
    made = ok(rest.client().post(f"{METASTORE}/assets", json={"type": "TABLE", "name": "t", "qualified_name": "t"}))[
        "id"
    ]
    with following(rest, f"{url}?asset_id={made}&token={rest.key('viewer')}", "") as stream:
        tell(rest, "another", made)
        assert stream.events(1)[0]["data"]["asset_id"] == made


def test_a_task_is_followed(rest: Rest, url: str) -> None:
    runs = MadeUpRuns()
    rest.platform.__dict__["runs"] = runs
    task = Task(rest, connection(rest)).id
    place = ("CRAWL", task)
    runs.runs[place] = RunFacts(*place, "running", 1)
    with following(rest, f"{url}?channel=task.progress&task_id={task}", rest.key("viewer")) as stream:
        (first,) = stream.events(1)
        assert (first["event"], first["data"]["task_id"], first["data"]["event"]) == ("task.progress", task, "RUNNING")
        runs.percent[place] = 40
        assert stream.events(1)[0]["data"]["data"]["progress"] == 40
        runs.becomes(*place, "success")
        (last,) = stream.events(1)
        assert (last["data"]["event"], last["data"]["data"]["progress"]) == ("COMPLETED", 100)


def test_refusals_have_the_metastores_envelope(rest: Rest, url: str) -> None:
    key, task_key = rest.key("viewer"), rest.key("viewer", scopes=["task:read"])
    cases = [
        (url, "", 401, "UNAUTHORIZED"),
        (url, task_key, 403, "FORBIDDEN"),
        (f"{url}?colour=red", key, 400, "INVALID_REQUEST"),
        (f"{url}?channel=none", key, 400, "INVALID_REQUEST"),
        (f"{url}?last_event_id=x", key, 400, "INVALID_REQUEST"),
        (f"{url}?last_event_id=5", key, 400, "INVALID_REQUEST"),
        (f"{url}?asset_id=5b0a4a6e-0000-4000-8000-000000000000", key, 404, "ASSET_NOT_FOUND"),
        (f"{url}?channel=task.progress", key, 400, "INVALID_REQUEST"),
    ]
    for place, shown, status, code in cases:
        answer = httpx.get(place, headers={"X-API-Key": shown})
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), place
        assert answer.json()["error"]["request_id"] == answer.headers["X-Request-Id"]
    assert httpx.head(url, headers={"X-API-Key": key}, timeout=5).status_code == 405


def test_a_reader_from_before_retention_is_told_and_goes_on_from_now(rest: Rest, url: str) -> None:
    tell(rest, "a", "b", "c")
    with rest.platform.session() as session:
        end = time.monotonic() + 10
        while repository.head(session).seq < 3:
            session.rollback()
            assert time.monotonic() < end
            time.sleep(0.02)
        session.execute(text("UPDATE crosswind.outbox SET at = now() - interval '2 hours'"))
        assert repository.forget(session, 1, 10) == 3
        session.commit()
    with following(rest, url, rest.key("viewer"), **{"Last-Event-ID": "1"}) as stream:
        (told,) = stream.events(1)
        assert (told["event"], told["data"]["error"]["code"]) == ("lagged", "EVENTS_FORGOTTEN")
        tell(rest, "now")
        assert stream.events(1)[0]["data"]["asset_id"] == "now"


def test_silence_is_filled_and_a_key_that_is_revoked_ends_the_stream(
    rest: Rest, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "KEEP_ALIVE", 0.2)
    monkeypatch.setattr(sse, "LOOKS", 0.1)
    http = rest.client(subject="ana")
    mine = ok(http.post(f"{PLATFORM}/keys", json={"name": "mine"}))
    with following(rest, url, mine["key"]) as stream:
        assert stream.next() == {"": "keep-alive"}
        http.delete(f"{PLATFORM}/keys/{mine['id']}")
        (told,) = stream.events(1)
        assert told["data"]["error"]["code"] == "UNAUTHORIZED"
        with pytest.raises(EOFError):
            stream.events(1)
    assert hub_of(rest.platform).subscriptions() == []


def test_a_client_that_leaves_leaves_nothing_behind(rest: Rest, url: str) -> None:
    with following(rest, url, rest.key("viewer")):
        assert len(hub_of(rest.platform).subscriptions()) == 1
    end = time.monotonic() + 5
    while hub_of(rest.platform).subscriptions():
        assert time.monotonic() < end
        time.sleep(0.05)
