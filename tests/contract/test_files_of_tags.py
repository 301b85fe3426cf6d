"""Tags in files of the catalog: how they spread, and what is told of them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.catalog import assets, ok
from tests.support.exports import exported, told_of
from tests.support.imports import Import, asset, edge
from tests.support.runs import MadeUpRuns

from crosswind.contexts.catalog.spreading import service as spreading
from crosswind.contexts.catalog.transfer.repository import nouns


@pytest.fixture
def runs(rest: Rest) -> MadeUpRuns:
    """Airflow's side, played by the test."""
    made = MadeUpRuns()
    rest.platform.__dict__["runs"] = made
    return made


def tags_of(client: httpx.Client) -> list[dict[str, Any]]:
    found = ok(client.get(f"{METASTORE}/tags"))["data"]
    return [{name: value for name, value in tag.items() if name not in {"id", "created_at"}} for tag in found]


def test_a_tag_that_spreads_does_so_where_it_is_taken_in(rest: Rest, runs: MadeUpRuns) -> None:
    client, other = rest.client(), rest.client(tenant="empty")
    work = Import(rest, runs, client)
    ok(work.begin())
    tag = {"kind": "tag", "name": "PII", "category": "Sensitive", "propagates": "downstream", "propagation_depth": 2}
    lines = [asset("orders", tags=["PII"]), *map(asset, ("totals", "report", "far")), edge("totals", "orders"),
             edge("report", "totals"), edge("far", "report")]  # fmt: skip
    ok(work.block([tag, {"kind": "tag", "name": "plain"}, *lines]))
    assert {*assets(client, tag="PII")} == {"orders", "totals", "report"}
    first = exported(client)
    assert json.loads(first.splitlines()[1]) == tag
    taken = Import(rest, runs, other)
    ok(taken.begin())
    ok(taken.block(first.splitlines()))
    assert tags_of(other) == tags_of(client)
    assert exported(other) == first
    assert {*assets(other, tag="PII")} == {"orders", "totals", "report"}
    kept = ok(taken.block([{"kind": "tag", "name": "PII", "category": "Other"}], 2, 11))
    assert (kept["counts"]["tags"], tags_of(other)[0]["propagation_depth"]) == (3, 2)
    ok(taken.block([{"kind": "tag", "name": "PII", "propagates": None}], 3, 12))
    assert tags_of(other)[0]["propagates"] is None
    spreading.tend(rest.platform.session, everything=False)
    assert {*assets(other, tag="PII")} == {"orders"}
    assert {*assets(client, tag="PII")} == {"orders", "totals", "report"}


def test_how_a_tag_spreads_is_said_whole_and_by_whom_may_change_it(rest: Rest, runs: MadeUpRuns) -> None:
    work = Import(rest, runs, rest.client())
    ok(work.begin())
    wrong: list[dict[str, Any]] = [
        {"propagates": "up"},
        {"propagation_depth": 2},
        {"propagates": "downstream", "propagation_depth": 11},
    ]
    assert ok(work.block([{"kind": "tag", "name": "PII", **each} for each in wrong]))["counts"]["errors"] == 3
    scopes = ["task:create", "asset:read", "asset:create", "connection:read", "tag:create"]
    narrow = Import(rest, runs, rest.client("data_engineer", scopes=scopes))
    ok(narrow.begin())
    assert narrow.block([{"kind": "tag", "name": "PII", "propagates": "downstream"}]).status_code == 403


def test_each_tag_that_a_file_makes_or_changes_is_audited_and_told_by_itself(
    rest: Rest, runs: MadeUpRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nouns, "AT_ONCE", 2)
    client = rest.client()
    spread: dict[str, Any] = {"propagates": "downstream", "propagation_depth": 3}
    work = Import(rest, runs, client)
    ok(work.begin())
    lines = [{"kind": "tag", "name": "PII", "description": "Personal", **spread}, {"kind": "tag", "name": "kept"},
             {"kind": "tag", "name": "old", "category": "Old"}]  # fmt: skip
    assert ok(work.block(lines))["counts"]["tags"] == 3
    stops = {"kind": "tag", "name": "PII", "description": "Personal", "propagates": None}
    changes = [stops, {"kind": "tag", "name": "kept", "propagates": None}, {"kind": "tag", "name": "old"}]
    assert ok(work.block(changes, 2, 4))["counts"]["tags"] == 5
    tags = {each["name"]: each for each in ok(client.get(f"{METASTORE}/tags"))["data"]}
    made = {"name": "PII", "category": None, "description": "Personal", **spread}
    none = {"propagates": None, "propagation_depth": None}
    assert told_of(client, "TAG", tags["PII"]) == [("UPDATE", spread, none), ("CREATE", None, made)]
    assert [action for action, *_ in told_of(client, "TAG", tags["kept"])] == ["CREATE"]
    assert told_of(client, "TAG", tags["old"])[0] == ("UPDATE", {"category": "Old"}, {"category": None})
    asked = text("SELECT type, entity_id FROM crosswind.outbox WHERE entity_type = 'TAG' ORDER BY id")
    with rest.platform.session() as session:
        told = [(row.type, row.entity_id) for row in session.execute(asked)]
    ids = {name: tag["id"] for name, tag in tags.items()}
    assert told[:3] == [("tag.created", ids[name]) for name in ("PII", "kept", "old")]
    assert told[3:] == [("tag.updated", ids[name]) for name in ("PII", "old")]
