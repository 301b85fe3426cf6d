"""Columns that a batch, an event or a file changes: classified, kept in the version and told, as a crawl's are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, ok
from tests.support.imports import Import
from tests.support.runs import MadeUpRuns

BEFORE = [{"name": "id", "type": "bigint"}, {"name": "note", "type": "text"}, {"name": "seen", "type": "date"}]
AFTER = [{"name": "id", "type": "integer"}, {"name": "seen", "type": "date"}]
Send = Callable[..., None]


def by_batch(rest: Rest, client: httpx.Client) -> Send:
    def send(**facts: Any) -> None:
        # The new asset beside it makes a block of both kinds.
        count = len(assets(client))
        other = {"type": "TABLE", "name": f"o{count}", "qualified_name": f"o{count}", "columns": [{"name": "id"}]}
        body = {"assets": [{"type": "TABLE", "name": "t", "qualified_name": "t", **facts}, other]}
        ok(client.post(f"{METASTORE}/ingestion/batch", json=body))

    return send


def by_event(rest: Rest, client: httpx.Client) -> Send:
    def send(**facts: Any) -> None:
        body = {"asset": {"type": "TABLE", "name": "t", "qualified_name": "t", **facts}}
        ok(client.post(f"{METASTORE}/ingestion/stream", json=body, headers={"X-Event-Type": "asset.updated"}))

    return send


def by_file(rest: Rest, client: httpx.Client) -> Send:
    runs = MadeUpRuns()
    rest.platform.__dict__["runs"] = runs

    def send(**facts: Any) -> None:
        work = Import(rest, runs, client)
        ok(work.begin())
        ok(work.block([{"kind": "asset", "type": "TABLE", "name": "t", "qualified_name": "t", **facts}]))
        ok(work.complete())

    return send


@pytest.fixture(params=[by_batch, by_event, by_file], ids=lambda door: door.__name__)
def send(request: pytest.FixtureRequest, rest: Rest) -> Send:
    door: Callable[[Rest, httpx.Client], Send] = request.param
    return door(rest, rest.client())


def changed(rest: Rest) -> list[dict[str, Any]]:
    """The events of changed schemas, each after the one that tells of its asset."""
    with rest.platform.session() as session:
        rows = session.execute(
            text("SELECT type, action, data FROM crosswind.outbox WHERE data->>'name' = 't' ORDER BY id")
        )
        told = rows.all()
    found = [place for place, row in enumerate(told) if row.type == "asset.schema_changed"]
    for place in found:
        assert (told[place].action, told[place - 1].type) == ("SCHEMA_CHANGE", "asset.updated")
        assert told[place].data["version"] == told[place - 1].data["version"]
    return [told[place].data for place in found]


def asset(rest: Rest) -> str:
    return str(assets(rest.client())["t"]["id"])


def versions(rest: Rest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(rest.client().get(f"{PLATFORM}/assets/{asset(rest)}/versions"))["data"]
    return found


def diff(rest: Rest) -> dict[str, Any]:
    found: dict[str, Any] = ok(rest.client().get(f"{PLATFORM}/assets/{asset(rest)}/diff"))
    return found


def test_a_changed_schema_is_classified_kept_and_told(rest: Rest, send: Send) -> None:
    send(columns=BEFORE)
    assert changed(rest) == []
    send(columns=AFTER)
    newest, first = versions(rest)
    assert (newest["number"], newest["breaking"], first["kind"]) == (2, True, "created")
    assert {'column "note" dropped', 'column "id" changed its type from bigint to integer'} <= set(newest["changes"])
    told = diff(rest)
    kinds = {(each["kind"], each["column"]): each["breaking"] for each in told["schema"]}
    assert kinds == {("type_changed", "id"): True, ("column_removed", "note"): True}
    assert (told["breaking"], told["columns"]["removed"]) == (True, ["note"])
    (event,) = changed(rest)
    assert (event["id"], event["breaking"], event["changes"]) == (asset(rest), True, told["schema"])
    before = ok(rest.client().get(f"{PLATFORM}/assets/{asset(rest)}/versions/1"))["state"]["columns"]
    assert [(each["name"], each["data_type"]) for each in before] == [
        ("id", "bigint"), ("note", "text"), ("seen", "date"),
    ]  # fmt: skip


def test_what_breaks_nobody_says_so_and_the_same_again_tells_nothing(rest: Rest, send: Send) -> None:
    send(columns=AFTER)
    send(columns=[*AFTER, {"name": "extra", "type": "text"}])
    send(columns=[*AFTER, {"name": "extra", "type": "text"}])
    send(description="One")
    (event,) = changed(rest)
    assert (event["breaking"], [each["kind"] for each in event["changes"]]) == (False, ["column_added"])
    assert [each["breaking"] for each in versions(rest)] == [False, False, False]
    send(columns=[])
    assert [each["kind"] for each in changed(rest)[1]["changes"]] == ["column_removed"] * 3
    assert diff(rest)["breaking"]


def test_the_first_columns_of_an_asset_break_nobody(rest: Rest, send: Send) -> None:
    send(description="Only its name is known")
    send(columns=[{"name": "id", "type": "bigint", "nullable": False}])
    assert changed(rest) == []
    newest, _ = versions(rest)
    assert (newest["breaking"], newest["changes"][0]) == (False, 'column "id" added (bigint)')
    assert ok(rest.client().get(f"{PLATFORM}/assets/{asset(rest)}/versions/1"))["state"]["columns"] == []


def test_columns_that_somebody_else_overwrote_are_told_too(rest: Rest, send: Send) -> None:
    send(columns=BEFORE)
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.columns SET data_type = 'integer' WHERE name = 'id'"))
        session.execute(text("UPDATE crosswind.assets SET line_digest = NULL"))
        session.commit()
    send(columns=BEFORE)
    (event,) = changed(rest)
    assert [(each["column"], each["before"], each["after"]) for each in event["changes"]] == [
        ("id", "integer", "bigint")
    ]
    assert (versions(rest)[0]["breaking"], versions(rest)[0]["number"]) == (False, 2)


SOURCE = {
    "type_detail": "parquet", "database": "lake", "schema": "raw", "namespace": "s3://lake", "dataset": "raw/t",
    "comment": "Kept by finance", "row_count": 7, "size_bytes": 9, "facts": {"format": "parquet"},
    "statistics": {"files": 2},
}  # fmt: skip


def stored(rest: Rest) -> dict[str, Any]:
    """What the store holds of the source's facts."""
    asked = """
        SELECT type_detail, database, schema, namespace, dataset, source_comment AS comment, source_facts AS facts,
               row_estimate AS row_count, size_bytes, source_statistics AS statistics
          FROM crosswind.assets WHERE name = 't'
    """
    with rest.platform.session() as session:
        return dict(session.execute(text(asked)).mappings().one())


def found_by(rest: Rest, words: str) -> int:
    return int(ok(rest.client().get(f"{METASTORE}/search", params={"q": words}))["total"])


def test_what_a_source_said_stays_where_only_columns_are_given(rest: Rest, send: Send) -> None:
    send(source=SOURCE, columns=BEFORE)
    assert stored(rest) == SOURCE
    for _ in range(2):
        send(columns=AFTER)
        assert stored(rest) == SOURCE
        assert [each["number"] for each in versions(rest)] == [2, 1]
    assert (found_by(rest, "finance"), found_by(rest, "note")) == (1, 0)
    send(source={"comment": "Anew"})
    assert stored(rest) == {**dict.fromkeys(SOURCE), "comment": "Anew"}
    rest.client().delete(f"{METASTORE}/assets/{asset(rest)}").raise_for_status()
    send(columns=BEFORE)
    assert stored(rest) == dict.fromkeys(SOURCE)
