"""The same door through Flask-AppBuilder's mount, as Airflow puts it together."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from a2wsgi import ASGIMiddleware
from fastapi import FastAPI
from flask import Flask
from tests.support.app import Rest, _Transport

from crosswind.doors.fab import bridge

BASE = "/pluginsv2/crosswind"


@contextmanager
def bridged(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """The outer app whose `/pluginsv2` is Flask with our one view, over the door's own FastAPI app."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fastapi.middleware.wsgi import WSGIMiddleware
    adapter = ASGIMiddleware(rest.app)  # type: ignore[arg-type]
    monkeypatch.setattr(bridge, "_app", lambda: adapter)
    flask = Flask("airflow")
    with flask.app_context():
        flask.register_blueprint(bridge.BridgeApi().create_blueprint(None))  # type: ignore[arg-type]
    outer = FastAPI(openapi_url=None)
    outer.mount("/pluginsv2", WSGIMiddleware(flask))
    yield outer
    adapter.loop.call_soon_threadsafe(adapter.loop.stop)


def through(rest: Rest, outer: FastAPI, headers: dict[str, str], address: str = "127.0.0.1") -> httpx.Client:
    """A client at the mount of `outer`, from `address`."""
    transport = _Transport(outer, rest._portal, address)
    client = httpx.Client(transport=transport, base_url=f"http://crosswind.test{BASE}", headers=headers)
    rest._clients.append(client)
    return client
