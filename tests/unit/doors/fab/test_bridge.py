from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from a2wsgi import ASGIMiddleware
from fastapi import FastAPI, Request
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
