"""Events through Airflow's own mount: its API server speaks WebSocket, and its middleware lets streams through."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.support.app import CONNECTIONS, METASTORE
from tests.support.stack import Stack
from websockets.asyncio.client import connect

from crosswind.doors.cli.stack import files

pytestmark = pytest.mark.system
PATIENCE = 120


def made(stack: Stack) -> dict[str, Any]:
    name = f"live-{uuid4()}"
    facts = {"type": "TABLE", "name": name, "qualified_name": name}
    asset: dict[str, Any] = stack.ok(stack.admin.post(f"{METASTORE}/assets", json=facts), 201)
    return asset


def test_a_user_follows_by_web_socket_with_airflows_token(stack: Stack) -> None:
    password = (stack.layout.run / "admin-password").read_text(encoding="utf-8").strip()
    login = stack.client().post(f"{CONNECTIONS}/auth/login", json={"username": "admin", "password": password})
    token = stack.ok(login)["accessToken"]

    async def follow() -> None:
        url = f"{stack.url.replace('http', 'ws', 1)}{METASTORE}/ws?token={token}"
        async with asyncio.timeout(PATIENCE), connect(url) as socket:
            await socket.send(json.dumps({"type": "subscribe", "channel": "asset.updates"}))
            assert json.loads(await socket.recv())["type"] == "subscribed"
            asset = await asyncio.to_thread(made, stack)
            message = json.loads(await socket.recv())
            while message.get("asset_id") != asset["id"]:
                message = json.loads(await socket.recv())
            assert (message["type"], message["event"], message["data"]["name"]) == (
                "asset.created", "CREATE", asset["name"],
            )  # fmt: skip

    asyncio.run(follow())
    for log in stack.layout.run.rglob("*.log"):
        assert token not in log.read_text(encoding="utf-8", errors="replace"), log


def test_a_stream_passes_airflows_middleware_and_not_flasks_bridge(stack: Stack) -> None:
    headers = {"X-API-Key": stack.admin_key}
    with (
        httpx.Client(headers=headers, timeout=PATIENCE) as client,
        client.stream("GET", f"{stack.url}{METASTORE}/events") as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        asset = made(stack)
        while asset["id"] not in next(lines):
            pass
    bridge = files.read_env(stack.layout.env_file)["CROSSWIND_FAB_URL"]
    refused = stack.client({"X-API-Key": stack.admin_key}, base=bridge).get(f"{METASTORE}/events")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "INVALID_REQUEST")
