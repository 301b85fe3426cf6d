"""Two that make an asset of one name at the same moment, over two connections: what is made first is never lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import TextClause, text
from tests.contract.test_catalog_at_once import _until_somebody_waits
from tests.support.app import METASTORE, Rest
from tests.support.catalog import assets, ok

ASSETS = f"{METASTORE}/assets"
BATCH = f"{METASTORE}/ingestion/batch"
LONG = {"Idempotency-Key": "long"}
"""Headers with which a request is done in the ordinary way."""
INSERTED = text("""
    INSERT INTO crosswind.assets (tenant, type, name, qualified_name, description, tags)
    VALUES ('default', 'TABLE', 'users', 'shop.users', 'First', ARRAY['theirs'])
""")
REVIVED = text("""
    UPDATE crosswind.assets SET removed_at = NULL, deleted_at = NULL, description = 'First', version = version + 1
""")


def late(rest: Rest, call: Callable[[], httpx.Response], first: TextClause = INSERTED) -> httpx.Response:
    """What is answered to a request that waits for somebody who was first, and goes on once that is committed."""
    with rest.platform.session() as session, ThreadPoolExecutor(1) as pool:
        session.execute(first)
        waiting = pool.submit(call)
        _until_somebody_waits(rest)
        session.commit()
        return waiting.result(30)


def item(name: str = "users", **more: Any) -> dict[str, Any]:
    return {"type": "TABLE", "name": name, "qualified_name": f"shop.{name}", **more}


def batch(client: httpx.Client, *items: dict[str, Any], **options: bool) -> Callable[[], httpx.Response]:
    return lambda: client.post(BATCH, json={"assets": items, "options": options})


def events(rest: Rest) -> list[str]:
    with rest.platform.session() as session:
        asked = text("SELECT type || ' ' || (data ->> 'name') FROM crosswind.outbox ORDER BY id")
        return sorted(session.scalars(asked))


@pytest.mark.parametrize("headers", [{}, LONG])
def test_who_makes_it_second_is_refused_with_the_version_that_is_there(rest: Rest, headers: dict[str, str]) -> None:
    client = rest.client()
    answer = late(rest, lambda: client.post(ASSETS, json=item(description="Second"), headers=headers))
    error = answer.json()["error"]
    assert answer.status_code == 409
    assert (error["details"]["field"], error["details"]["version"]) == ("qualified_name", 1)
    assert assets(client)["users"]["description"] == "First"


@pytest.mark.parametrize("headers", [{}, LONG])
def test_who_makes_a_deleted_one_again_second_is_refused_too(rest: Rest, headers: dict[str, str]) -> None:
    client = rest.client()
    made = ok(client.post(ASSETS, json=item(description="Once")))
    assert client.delete(f"{ASSETS}/{made['id']}").status_code == 204
    answer = late(rest, lambda: client.post(ASSETS, json=item(description="Second"), headers=headers), REVIVED)
    assert (answer.status_code, answer.json()["error"]["details"]["version"]) == (409, 3)
    assert assets(client)["users"]["description"] == "First"


@pytest.mark.parametrize("known", [False, True])
def test_a_batch_is_laid_over_what_somebody_made_meanwhile(rest: Rest, known: bool) -> None:
    client = rest.client()
    others = [item("orders", description="Theirs too")]
    if known:
        ok(batch(client, item("orders"))())
    column = {"name": "id", "type": "integer"}
    answer = ok(late(rest, batch(client, *others, item(classification="internal", columns=[column]), upsert=True)))
    assert (answer["created"], answer["updated"], answer["errors"]) == (0 if known else 1, 2 if known else 1, [])
    users = ok(client.get(f"{ASSETS}/{assets(client)['users']['id']}"))
    assert (users["description"], users["tags"], users["classification"]) == ("First", ["theirs"], "internal")
    assert rest.stored("columns").count('"name": "id"') == 1
    assert users["version"] == 2
    assert events(rest)[-1] == "asset.updated users"
    assert "asset.created users" not in events(rest)
    with rest.platform.session() as session:
        asked = "SELECT before FROM crosswind.asset_versions v JOIN crosswind.assets a ON a.key = v.asset_key"
        before = session.scalars(text(f"{asked} WHERE a.name = 'users' AND number = 2")).all()
    assert before == [{"classification": None, "columns": {"id": None}}]


@pytest.mark.parametrize("known", [False, True])
def test_a_batch_that_may_not_change_assets_leaves_what_somebody_made_meanwhile(rest: Rest, known: bool) -> None:
    client = rest.client()
    if known:
        ok(batch(client, item("orders"))())
    given = [item("orders" if not known else "totals"), item(description="Second", columns=[])]
    refused = late(rest, batch(client, *given, upsert=False, validate=False))
    answer = ok(refused)
    assert (answer["created"], answer["updated"]) == (1, 0)
    assert [(each["index"], each["field"]) for each in answer["errors"]] == [(1, "qualified_name")]
    assert (assets(client)["users"]["description"], assets(client)["users"]["version"]) == ("First", 1)
