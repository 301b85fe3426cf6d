"""The client package's channel: what it shows, when it gives up, what it repeats, and what it carries along."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import grpc
import pytest

from crosswind_client import connect
from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import (
    MetadataServiceServicer,
    MetadataServiceStub,
    add_MetadataServiceServicer_to_server,
)


class Faltering(MetadataServiceServicer):
    """Is away for the first two calls of a kind, and keeps what it was shown."""

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}
        self.shown: dict[str, Any] = {}
        self.over = Event()

    def _answer(self, name: str, context: grpc.ServicerContext) -> None:
        self.calls[name] = self.calls.get(name, 0) + 1
        self.shown = dict(context.invocation_metadata())
        if self.calls[name] < 3:
            context.abort(grpc.StatusCode.UNAVAILABLE, "away")

    def GetAsset(self, request: v1.GetAssetRequest, context: grpc.ServicerContext) -> v1.Asset:  # noqa: N802 gRPC's own name
        self._answer("get", context)
        return v1.Asset(id=request.id)

    def CreateAsset(self, request: v1.CreateAssetRequest, context: grpc.ServicerContext) -> v1.Asset:  # noqa: N802 gRPC's own name
        self._answer("create", context)
        return v1.Asset(name=request.name)

    def Search(self, request: v1.SearchRequest, context: grpc.ServicerContext) -> v1.SearchResponse:  # noqa: N802 gRPC's own name
        self.over.wait(60)
        return v1.SearchResponse()


@pytest.fixture
def faltering() -> Iterator[tuple[Faltering, str]]:
    server, servicer = grpc.server(ThreadPoolExecutor(4)), Faltering()
    add_MetadataServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield servicer, f"127.0.0.1:{port}"
    servicer.over.set()
    server.stop(None).wait()


def test_what_changes_nothing_is_repeated_and_nothing_else(faltering: tuple[Faltering, str]) -> None:
    servicer, target = faltering
    with connect(target) as channel:
        calls = MetadataServiceStub(channel)
        assert calls.GetAsset(v1.GetAssetRequest(id="x")).id == "x"
        with pytest.raises(grpc.RpcError) as caught:
            calls.CreateAsset(v1.CreateAssetRequest(name="x"))
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
    assert servicer.calls == {"get": 3, "create": 1}


def test_a_call_ends_by_the_channels_deadline_or_its_own(faltering: tuple[Faltering, str]) -> None:
    _, target = faltering
    with connect(target, deadline=0.3) as channel:
        calls = MetadataServiceStub(channel)
        for own in ({}, {"timeout": 0.2}):
            since = time.monotonic()
            with pytest.raises(grpc.RpcError) as caught:
                calls.Search(v1.SearchRequest(), **own)
            assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
            assert time.monotonic() - since < 30


def test_it_shows_who_asks_beside_what_the_call_says(faltering: tuple[Faltering, str]) -> None:
    servicer, target = faltering
    for given, told in (
        ({"api_key": "cwk_x", "tenant": "acme"}, {"x-api-key": "cwk_x", "x-tenant-id": "acme"}),
        ({"token": "a.b.c"}, {"authorization": "Bearer a.b.c"}),
        ({}, {}),
    ):
        with connect(target, **given) as channel:
            MetadataServiceStub(channel).GetAsset(v1.GetAssetRequest(), metadata=(("x-request-id", "r-1"),))
        ours = {"x-api-key", "x-tenant-id", "authorization", "x-request-id"}
        assert {name: value for name, value in servicer.shown.items() if name in ours} == {
            **told,
            "x-request-id": "r-1",
        }


def test_it_brings_nothing_of_the_server_along() -> None:
    script = "import sys, crosswind_client, crosswind_client.metastore.v1.metadata_pb2_grpc; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "crosswind_client" in loaded
    assert loaded.isdisjoint({"crosswind", "airflow", "sqlalchemy", "fastapi", "pydantic"})
