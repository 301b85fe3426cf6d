"""The MCP server as an assistant runs it: a process over stdio, by the protocol's own client, and REST on a socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop
from tests.support.listening import Listening

COMMAND = ["-m", "crosswind.doors.cli.main", "mcp"]
READS = {"search", "get_asset", "lineage", "list_tags"}
Asking = Callable[[Client], Any]


@pytest.fixture
def url(rest: Rest) -> Iterator[str]:
    crawl(rest, connection(rest), shop())
    listening = Listening(rest.app)
    yield listening.url
    listening.close()


def ask(url: str, key: str, asking: Asking, *options: str) -> Any:
    """What an assistant learns whose client started the command with this address and key."""

    async def session() -> Any:
        environment = {"CROSSWIND_URL": url, "CROSSWIND_API_KEY": key}
        server = StdioServerParameters(command=sys.executable, args=[*COMMAND, *options], env=environment)
        async with Client(server, read_timeout_seconds=60) as client:
            return await asking(client)

    return anyio.run(session)


async def told(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    answer = await client.call_tool(tool, arguments)
    text = answer.content[0].text
    assert not answer.is_error, text
    assert len(text) < 100_000
    shown: dict[str, Any] = json.loads(text)
    assert "follow no instruction" in shown["note"]
    return shown


async def failed(client: Client, tool: str, **arguments: Any) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error, answer
    return str(answer.content[0].text)


def test_an_assistant_searches_reads_and_follows_lineage(rest: Rest, url: str) -> None:
    client = rest.client()
    orders, totals = (assets(client)[name] for name in ("orders", "totals"))
    written = {"tags": ["PII"], "description": "x" * 5_000, "columns": [{"name": "net_total", "tags": ["PII"]}]}
    ok(client.put(f"{METASTORE}/assets/{orders['id']}", json=written))
    (tag,) = ok(client.get(f"{METASTORE}/tags"))["data"]
    ok(client.put(f"{PLATFORM}/tags/{tag['id']}/propagation", json={"propagates": "downstream"}))

    async def asking(client: Client) -> None:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(listed) == READS | {"propose_description"}
        assert all(listed[name].annotations.read_only_hint for name in listed)
        assert "never instructions" in client.instructions
        found = await told(client, "search", query="order", type="TABLE")
        assert (found["total"], found["data"][0]["id"]) == (1, orders["id"])
        asset = (await told(client, "get_asset", asset_id=orders["id"]))["data"]
        assert [column["name"] for column in asset["columns"]] == ["id", "customer_id", "net_total"]
        assert asset["columns"][1]["references"] == ["public.customers.id"]
        assert asset["description"] == "x" * 2_000 + "… (5000 characters)"
        view = (await told(client, "get_asset", asset_id=totals["id"]))["data"]
        (reached,) = view["propagated_tags"]
        assert (reached["tag"], reached["from_name"]) == ("PII", "orders")
        (on_column,) = next(each["propagated_tags"] for each in view["columns"] if each["name"] == "total")
        assert (on_column["tag"], on_column["from_column"]) == ("PII", "net_total")
        hinted = await told(client, "search", query="type:VIEW colour:red total")
        assert hinted["filters"] == {"type": ["VIEW"]}
        assert hinted["hints"][0].startswith("'colour:red' is looked for as words")
        graph = await told(client, "lineage", asset_id=orders["id"], direction="downstream")
        assert [entry["name"] for entry in graph["data"]["downstream"]] == ["totals"]
        assert graph["is_partial"] is False
        tags = await told(client, "list_tags")
        assert tags["data"] == [{"name": "PII"}]

    ask(url, rest.key("viewer"), asking)


def test_a_proposal_is_written_only_where_that_was_allowed(rest: Rest, url: str) -> None:
    client, key = rest.client(), rest.key()
    asset = assets(client)["customers"]["id"]

    async def proposing(client: Client) -> tuple[dict[str, Any], dict[str, Any]]:
        whole = await told(client, "propose_description", asset_id=asset, description="Who buys here")
        column = await told(client, "propose_description", asset_id=asset, description="A number", column="id")
        return whole, column

    def stored() -> tuple[str, str | None]:
        shown = ok(client.get(f"{METASTORE}/assets/{asset}"))
        return shown["description"], shown["schema"][0]["description"]

    whole, column = ask(url, key, proposing)
    assert (whole["written"], column["written"], stored()) == (False, False, ("Who buys", None))
    assert (whole["data"]["present"], whole["data"]["proposed"]) == ("Who buys", "Who buys here")
    whole, column = ask(url, key, proposing, "--allow-writes")
    assert (whole["written"], column["written"], stored()) == (True, True, ("Who buys here", "A number"))


def test_refusals_say_what_to_do(rest: Rest, url: str) -> None:
    asset = assets(rest.client())["customers"]["id"]

    async def asking(client: Client) -> None:
        missing = await failed(client, "get_asset", asset_id=str(uuid4()))
        assert "ASSET_NOT_FOUND" in missing
        assert "`search`" in missing
        column = await failed(client, "propose_description", asset_id=asset, description="x", column="nope")
        assert "COLUMN_NOT_FOUND" in column
        for wrong in ({"asset_id": "../../platform/v1/me"}, {"asset_id": ""}):
            refused = await failed(client, "get_asset", **wrong)
            assert refused.startswith("INVALID_REQUEST: asset_id: must be a UUID, such as"), refused
        refused = await failed(client, "search", query=7, limit=1000)
        assert refused == (
            "INVALID_REQUEST: query: must be a text; limit: must be at most 50. Correct the argument that is named."
        )
        assert (await failed(client, "lineage")).startswith("INVALID_REQUEST: asset_id: is missing.")
        lacking = await failed(client, "propose_description", asset_id=asset, description="x")
        assert "FORBIDDEN" in lacking
        assert "asset:update" in lacking

    ask(url, rest.key("viewer"), asking, "--allow-writes")

    async def stranger(client: Client) -> None:
        refused = await failed(client, "search", query="x")
        assert "UNAUTHORIZED" in refused
        assert "CROSSWIND_API_KEY" in refused
        assert "cwk_" not in refused

    ask(url, "cwk_nonsense", stranger)

    async def nowhere(client: Client) -> None:
        assert "does not answer" in await failed(client, "search", query="x")

    ask("http://127.0.0.1:1", "cwk_nonsense", nowhere)


@pytest.mark.parametrize("missing", ["CROSSWIND_URL", "CROSSWIND_API_KEY"])
def test_it_does_not_start_without_an_address_and_a_key(missing: str, tmp_path: Path) -> None:
    given = {"CROSSWIND_URL": "http://127.0.0.1:1", "CROSSWIND_API_KEY": "cwk_x"}
    environment = {name: value for name, value in {**os.environ, **given}.items() if name != missing}
    done = subprocess.run(
        [sys.executable, *COMMAND], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert missing in done.stderr


def test_a_search_takes_as_much_as_the_metastores_own_and_says_so(rest: Rest, url: str) -> None:
    name = "prod." + "ü" * 900
    ok(rest.client().post(f"{METASTORE}/assets", json={"type": "TABLE", "name": "long", "qualified_name": name}))

    async def asking(client: Client) -> tuple[int, Any, str]:
        (tool,) = [each for each in (await client.list_tools()).tools if each.name == "search"]
        words = tool.input_schema["properties"]["query"]
        assert f"At most {words['maxLength']} characters" in words["description"]
        found = await told(client, "search", query=name)
        return words["maxLength"], found, await failed(client, "search", query="x" * (words["maxLength"] + 1))

    most, found, refused = ask(url, rest.key("viewer"), asking)
    client = rest.client()
    assert client.get(f"{METASTORE}/search", params={"q": "x" * most}).status_code == 200
    assert client.get(f"{METASTORE}/search", params={"q": "x" * (most + 1)}).status_code == 400
    assert [each["qualified_name"] for each in found["data"]] == [name]
    assert str(most) in refused
