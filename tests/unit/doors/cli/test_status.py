"""`crosswind status` over what a supervisor wrote, and a server that answers as Airflow's does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health, health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckResponse

from crosswind.doors.cli.main import main
from crosswind.doors.cli.stack.health import PARTS
from crosswind.doors.cli.stack.layout import Layout
from crosswind.doors.cli.stack.state import State, supervision


class Airflow(HTTPServer):
    """Answers with the health it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.health = {name: {"status": "healthy"} for name in PARTS}


class Answer(BaseHTTPRequestHandler):
    """One answer to every question."""

    def do_GET(self) -> None:
        body = json.dumps(self.server.health).encode()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def airflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Airflow]:
    server = Airflow()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("CROSSWIND_RUN_FOLDER", str(tmp_path / "run"))
    monkeypatch.setenv("CROSSWIND_PORT", str(server.server_port))
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def metastore(monkeypatch: pytest.MonkeyPatch) -> Iterator[health.HealthServicer]:
    """A gRPC server that serves as long as its health is not told otherwise."""
    server = grpc.server(ThreadPoolExecutor(1))
    servicer = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    monkeypatch.setenv("CROSSWIND_GRPC_PORT", str(server.add_insecure_port("127.0.0.1:0")))
    server.start()
    yield servicer
    server.stop(None).wait()


@pytest.fixture
def layout(airflow: Airflow, metastore: health.HealthServicer) -> Layout:
    found = Layout.from_environment()
    found.run.mkdir()
    parts = {"scheduler": {"running": True, "pid": 12, "restarts": 3}}
    State(pid=1, phase="healthy", base=found.base, components=parts).write(found)
    return found


def test_a_healthy_platform_is_shown_with_its_parts(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    with supervision(layout):
        assert main(["status"]) == 0
    printed = capsys.readouterr().out
    assert f"{layout.run}: healthy, {layout.base}" in printed
    assert "scheduler      runs   pid 12, restarts 3" in printed
    assert "Not healthy" not in printed


def test_an_ailing_part_is_named_and_the_command_fails(
    layout: Layout, airflow: Airflow, capsys: pytest.CaptureFixture[str]
) -> None:
    airflow.health["scheduler"] = {"status": "unhealthy"}
    with supervision(layout):
        assert main(["status"]) == 1
        assert "Not healthy: scheduler" in capsys.readouterr().out
        assert main(["status", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["healthy"], told["ailing"], told["phase"]) == (False, ["scheduler"], "healthy")


def test_grpc_that_does_not_serve_is_named(
    layout: Layout, metastore: health.HealthServicer, capsys: pytest.CaptureFixture[str]
) -> None:
    metastore.set("", HealthCheckResponse.NOT_SERVING)
    with supervision(layout):
        assert main(["status"]) == 1
    assert "Not healthy: grpc" in capsys.readouterr().out


def test_what_a_dead_supervisor_wrote_is_not_believed(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 1
    assert f"{layout.run}: stopped" in capsys.readouterr().out
