"""A catalog with everything that a file of it can hold, and the file."""

from __future__ import annotations

from typing import Any

import httpx
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop
from tests.support.imports import Import, asset, edge
from tests.support.runs import MadeUpRuns

SHEET = f"{PLATFORM}/descriptions.csv"


def exported(client: httpx.Client, **query: Any) -> bytes:
    answer = client.get(f"{PLATFORM}/export", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


def filled(rest: Rest, runs: MadeUpRuns) -> httpx.Client:
    """A catalog with a crawl, what people wrote on it, and assets that no crawl found."""
    crawl(rest, connection(rest), shop())
    client = rest.client()
    free = {"n": 1.5, "é": [None, {"a": "b\\c"}]}
    columns = [{"name": "net_total", "description": "In €", "tags": ["money"]}]
    said = {"description": 'Orders, "all" of them\nsince 2020', "tags": ["gold", "PII"], "metadata": free}
    written = {**said, "columns": columns}
    found = assets(client)["orders"]
    ok(client.put(f"{METASTORE}/assets/{found['id']}", json=written))
    work = Import(rest, runs, client)
    ok(work.begin())
    owners = [{"name": "ana"}, {"kind": "team", "name": "core", "role": "steward"}]
    source, internal = {"comment": "-1", "facts": {"format": "pdf"}}, {"classification": "internal"}
    said_of = {"domain": "Sales", "terms": ["Churn", "Revenue"], "products": ["360"]}
    lines = [
        {"kind": "classification", "name": "secret", "level": 9, "description": "Hush"},
        {"kind": "tag", "name": "unused", "category": "Old"},
        {"kind": "domain", "name": "Sales", "description": "Orders", "owner": {"kind": "team", "name": "core"}},
        {"kind": "domain", "name": "Unused"},
        {"kind": "term", "name": "Churn", "synonyms": ["Attrition"], "related": ["Revenue"]},
        {"kind": "term", "name": "Revenue", "description": "In €"},
        {"kind": "data_product", "name": "360", "owner": {"name": "ana"}},
        asset("report", classification="secret", owners=owners, source=source, **said_of,
              columns=[{"name": "a", "terms": ["Churn"], **internal}]),
        asset("plain"), edge("report", "plain", name="fk", metadata={"column_mapping": {"a": ["b"]}}),
    ]  # fmt: skip
    assert ok(work.block(lines))["counts"]["errors"] == 0
    return client


def told_of(client: httpx.Client, kind: str, word: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What the audit keeps of a word or a tag, newest first."""
    found = ok(client.get(f"{METASTORE}/audits", params={"entity_type": kind, "entity_id": word["id"]}))["data"]
    return [(each["action"], each["before_state"], each["after_state"]) for each in found]
