"""Who may send blocks, and where a new try goes on."""

from __future__ import annotations

import httpx
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, ok
from tests.support.imports import Import, asset, counts, edge, jsonl
from tests.support.runs import MadeUpRuns, govern


def test_a_new_try_goes_on_after_the_last_block_and_the_old_one_is_fenced(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    work = Import(rest, runs, engineer)
    assert ok(work.begin()) == {"sequence": 0, "lines": 0, "completed": False}
    ok(work.block([asset("users"), asset("orders")]))
    old = work.client
    work.next_try()
    assert work.begin("another").status_code == 409
    assert ok(work.begin()) == {"sequence": 1, "lines": 2, "completed": False}
    late = old.post(f"{PLATFORM}/imports/{work.id}/blocks", content=jsonl({"sequence": 2, "first": 3}, asset("late")))
    assert late.status_code == 409
    ok(work.block([asset("third")], 2, 3))
    ok(work.complete())
    assert ok(work.begin())["completed"] is True
    assert set(assets(engineer)) == {"users", "orders", "third"}


def test_a_lease_is_for_its_own_import_and_ends_with_a_cancel(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    work, other = Import(rest, runs, engineer), Import(rest, runs, engineer)
    ok(work.begin())
    body = jsonl({"sequence": 1, "first": 1}, asset("users"))
    assert work.client.post(f"{PLATFORM}/imports/{other.id}/blocks", content=body).status_code == 403
    assert engineer.post(f"{PLATFORM}/imports/{work.id}/blocks", content=body).status_code == 403
    assert ok(engineer.delete(f"{METASTORE}/tasks/{work.id}"))["status"] == "CANCELLED"
    assert work.block([asset("users")]).status_code == 409
    assert assets(engineer) == {}
    assert ok(engineer.get(f"{PLATFORM}/imports/{work.id}"))["status"] == "CANCELLED"


def test_an_import_writes_what_its_asker_may_and_sees_what_its_asker_sees(rest: Rest, runs: MadeUpRuns) -> None:
    govern(rest, "shop", environment="prod")
    with rest.platform.session() as session:
        session.execute(text(
            "INSERT INTO crosswind.assets (tenant, connection_key, type, name, qualified_name) "
            "SELECT tenant, key, 'TABLE', 'secret', 'prod.public.secret' FROM crosswind.connections"
        ))  # fmt: skip
        session.commit()
    narrow = rest.client("data_engineer", attributes={"environment": ["dev"]})
    work = Import(rest, runs, narrow)
    ok(work.begin())
    lines = [asset("secret", description="taken"), asset("mine"), edge("mine", "secret")]
    assert counts(work.block(lines)) == {"created": 1, "errors": 2}
    problems = ok(narrow.get(f"{PLATFORM}/imports/{work.id}/errors"))["data"]
    assert [(each["line"], each["field"]) for each in problems] == [(1, "qualified_name"), (3, "target")]
    assert assets(rest.client())["secret"]["description"] is None
