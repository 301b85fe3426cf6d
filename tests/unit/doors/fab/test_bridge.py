from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from a2wsgi import ASGIMiddleware
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from flask import Flask
from flask.testing import FlaskClient

from crosswind.doors.fab import bridge

inner = FastAPI()
entered, leave = threading.Event(), threading.Event()


@inner.post("/family/v1/echo")
async def echo(request: Request) -> dict[str, Any]:
    body = (await request.body()).decode()
    return {"body": body, "root": request.scope["root_path"], "query": str(request.query_params)}


@inner.get("/slow")
def slow() -> str:
    entered.set()
    leave.wait(10)
    return "slow"


@inner.get("/numbers")
def numbers() -> StreamingResponse:
    return StreamingResponse(f"{n}\n" for n in range(1000))


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """The bridge's one route in a bare Flask application, over an ASGI application of this test."""
    adapter = ASGIMiddleware(inner)  # type: ignore[arg-type]
    monkeypatch.setattr(bridge, "_app", lambda: adapter)
    flask = Flask("bridge")
    view = bridge.BridgeApi()
    flask.add_url_rule(f"{bridge.MOUNT}/<path:rest>", view_func=view.forward, methods=list(bridge.METHODS))
    yield flask.test_client()
    adapter.loop.call_soon_threadsafe(adapter.loop.stop)


def test_a_request_and_its_answer_pass_unchanged(client: FlaskClient) -> None:
    answer = client.post("/crosswind/family/v1/echo?a=b%20c", data=b"{}", headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert answer.json == {"body": "{}", "root": "/crosswind", "query": "a=b+c"}


def test_what_the_app_refuses_stays_refused(client: FlaskClient) -> None:
    assert client.get("/crosswind/nowhere").status_code == 404
    assert client.get("/crosswind/family/v1/echo").status_code == 405


def test_a_full_bridge_answers_at_once_and_says_when_to_come_back(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "_gate", threading.BoundedSemaphore(1))
    entered.clear()
    leave.clear()
    first = threading.Thread(target=client.get, args=("/crosswind/slow",))
    first.start()
    assert entered.wait(10)
    answer = client.application.test_client().get("/crosswind/slow")
    leave.set()
    first.join(10)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.json is not None
    assert answer.json["error"]["code"] == "GEN_503"
    assert client.application.test_client().get("/crosswind/slow").status_code == 200


def test_a_stream_passes_as_it_is_made(client: FlaskClient) -> None:
    answer = client.get("/crosswind/numbers", buffered=False)
    assert "Content-Length" not in answer.headers
    assert answer.data == b"".join(f"{n}\n".encode() for n in range(1000))


def test_an_answer_that_nobody_reads_gives_its_place_back(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.BoundedSemaphore(1)
    monkeypatch.setattr(bridge, "_gate", gate)
    for method in (client.get, client.head, client.get):
        answer = method("/crosswind/numbers", buffered=False)
        assert answer.status_code == (405 if method == client.head else 200)
        answer.close()
        del answer
        gc.collect()
        assert gate.acquire(timeout=10)
        gate.release()


def test_a_body_without_a_length_arrives(client: FlaskClient) -> None:
    environ = {"wsgi.input": BytesIO(b"whole"), "PATH_INFO": "/crosswind/family/v1/echo", "SERVER_PORT": None}
    moved = bridge._environ(environ)
    assert (moved["CONTENT_LENGTH"], moved["wsgi.input"].read()) == ("5", b"whole")
    assert (moved["SERVER_PORT"], moved["REMOTE_PORT"], moved["PATH_INFO"]) == ("80", "0", "/family/v1/echo")


def test_a_full_bridge_speaks_as_the_family_that_was_asked(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "_gate", threading.BoundedSemaphore(1))
    assert bridge._gate.acquire(blocking=False)
    answer = client.get("/crosswind/metastore/v1/tags", headers={"X-Request-Id": "req-1"})
    assert answer.json is not None
    assert answer.json["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert answer.headers["X-Request-Id"] == answer.json["error"]["request_id"] == "req-1"
    assert client.get("/crosswind/nowhere").json["error"]["documentation"] == "/crosswind/docs/errors#GEN_503"  # type: ignore[index]
