"""The pages of an Airflow that lives under a path, as behind a company's proxy."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect
from tests.support.stack import Stack
from tests.support.visitor import Seen, Visitor, frame, heading

from crosswind.doors.cli.stack.layout import LOOPBACK

pytestmark = [pytest.mark.system, pytest.mark.browser]

START_SECONDS = 120.0


@pytest.fixture
def team(stack: Stack) -> Iterator[str]:
    """A second API server of the same platform whose base address is `/team`."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        port = probe.getsockname()[1]
    base = f"http://{LOOPBACK}:{port}/team"
    others = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_")}
    environment = {**others, **stack.layout.environment(), "AIRFLOW__API__BASE_URL": base}
    server = subprocess.Popen(
        [sys.executable, "-m", "airflow", "api-server", "--port", str(port), "--workers", "1", "--apps", "core"],
        env=environment, cwd=stack.layout.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(f"{base}/crosswind/ui/icon.svg", server)
        yield base
    finally:
        server.terminate()
        server.wait(30)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"{url} does not answer")


def test_a_base_address_with_a_path_is_respected(team: str, visitor: Visitor, seen: Seen) -> None:
    page = visitor.arrive(f"/assets/{seen.assets['flights']}/lineage", base=team)
    ours = frame(page)
    expect(ours.get_by_label("delays, removed")).to_be_visible()
    ours.get_by_role("link", name="Connections").click()
    expect(ours.get_by_role(**heading("Connections"))).to_be_visible()
    page.wait_for_url("**/team/plugin/crosswind/team/pluginsv2/crosswind/ui/connections")
    page.reload()
    expect(frame(page).get_by_role("link", name=seen.name)).to_be_visible()
    visitor.content()
