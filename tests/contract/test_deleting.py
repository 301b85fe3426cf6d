"""Deleting is soft: restored as it was, purged after its time, and two writers of one asset never both win."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop

from crosswind.doors.rest import retention

DELETED = f"{PLATFORM}/assets/deleted"
AGE = text(
    "UPDATE crosswind.assets SET deleted_at = deleted_at - make_interval(days => :days) WHERE deleted_at IS NOT NULL"
)


@pytest.fixture
def purging(store: str) -> Iterator[Rest]:
    with Rest(store, deleted_retention_days=30, version_retention_days=60) as door:
        yield door


def count(rest: Rest, table: str, where: str = "true") -> int:
    with rest.platform.session() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM crosswind.{table} WHERE {where}")) or 0)


def age(rest: Rest, days: int) -> None:
    with rest.platform.session() as session:
        session.execute(AGE, {"days": days})
        session.commit()


def names(client: httpx.Client) -> set[str]:
    return {each["name"] for each in ok(client.get(DELETED))["data"]}


def relate(client: httpx.Client, source: str, target: str) -> dict[str, Any]:
    body = {"source_asset_id": source, "target_asset_id": target, "type": "USES"}
    made: dict[str, Any] = ok(client.post(f"{METASTORE}/relationships", json=body))
    return made


def test_a_deleted_asset_is_restored_as_it_was(rest: Rest) -> None:
    crawl(rest, connection(rest, environment="prod"), shop())
    admin = rest.client()
    found = assets(admin)
    orders = found["orders"]["id"]
    path, restore = f"{METASTORE}/assets/{orders}", f"{PLATFORM}/assets/{orders}/restore"
    ok(admin.put(path, json={"description": "Ours", "tags": ["Gold"]}))
    edge = relate(admin, orders, found["customers"]["id"])
    before = ok(admin.get(path))
    assert admin.post(restore).status_code == 409
    assert admin.delete(path).status_code == 204
    assert names(admin) == {"orders"}
    assert names(rest.client("viewer", attributes={"environment": ["dev"]})) == set()
    assert names(rest.client(tenant="acme")) == set()
    assert rest.client(tenant="acme").post(restore).status_code == 404
    assert rest.client("viewer").post(restore).status_code == 403
    assert admin.post(restore, headers={"If-Match": '"1"'}).status_code == 409
    shown = ok(admin.post(restore))
    assert shown["version"] == before["version"] + 2
    changing = {"version", "updated_at"}
    assert {key: value for key, value in shown.items() if key not in changing} == {
        key: value for key, value in before.items() if key not in changing
    }
    assert names(admin) == set()
    assert ok(admin.get(f"{PLATFORM}/relationships/{edge['id']}")) == edge
    told = "SELECT data->'changed' FROM crosswind.outbox WHERE entity_id = :id ORDER BY id DESC LIMIT 1"
    with rest.platform.session() as session:
        assert session.scalar(text(told), {"id": orders}) == ["deleted_at"], "its name and type are as they were"


def test_what_vanished_before_it_was_deleted_is_still_gone_afterwards(rest: Rest) -> None:
    key = connection(rest)
    crawl(rest, key, shop())
    admin = rest.client()
    orders = assets(admin)["orders"]["id"]
    crawl(rest, key, [shop()[0]])
    assert admin.post(f"{PLATFORM}/assets/{orders}/restore").status_code == 409
    assert admin.delete(f"{METASTORE}/assets/{orders}").status_code == 204
    assert ok(admin.post(f"{PLATFORM}/assets/{orders}/restore"))["removed_at"]


def test_what_is_deleted_is_purged_after_its_time(purging: Rest) -> None:
    rest = purging
    key = connection(rest)
    crawl(rest, key, shop())
    admin = rest.client()
    found = assets(admin)
    orders = found["orders"]["id"]
    made = ok(admin.post(f"{METASTORE}/assets", json={"type": "DASHBOARD", "name": "d", "qualified_name": "d"}))
    relate(admin, made["id"], orders)
    ok(admin.put(f"{METASTORE}/assets/{orders}", json={"description": "Ours"}))
    columns = count(rest, "columns")
    assert admin.delete(f"{METASTORE}/assets/{orders}").status_code == 204
    age(rest, 29)
    retention.run(rest.platform)
    assert names(admin) == {"orders"}
    age(rest, 2)
    done = retention.run(rest.platform)
    assert done["deleted assets"] == 1
    assert names(admin) == set()
    assert admin.post(f"{PLATFORM}/assets/{orders}/restore").status_code == 404
    assert count(rest, "assets") == 3
    assert count(rest, "columns") == columns - 3
    assert count(rest, "asset_versions") == 0
    assert count(rest, "relationships", "origin = 'person'") == 0
    trail = ok(admin.get(f"{METASTORE}/audits", params={"entity_id": orders}))["data"]
    assert [each["action"] for each in trail] == ["DELETE", "UPDATE"]
    purge = ok(admin.get(f"{METASTORE}/audits", params={"entity_id": "retention"}))["data"][0]
    assert purge["before_state"] == {"count": 1, "qualified_names": ["shop.shop.public.orders"]}
    crawl(rest, key, shop())
    back = assets(admin)["orders"]["id"]
    assert back != orders
    upstream = ok(admin.get(f"{METASTORE}/assets/{found['totals']['id']}/lineage", params={"direction": "upstream"}))
    assert {entry["asset"]["name"] for entry in upstream["upstream"]} == {"customers", "orders"}


def test_old_versions_are_forgotten_and_the_asset_stays(purging: Rest) -> None:
    rest = purging
    crawl(rest, connection(rest), shop())
    admin = rest.client()
    path = f"{METASTORE}/assets/{assets(admin)['orders']['id']}"
    for words in ("one", "two", "three"):
        ok(admin.put(path, json={"description": words}))
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.asset_versions SET at = at - interval '61 days' WHERE number < 5"))
        session.commit()
    assert retention.run(rest.platform)["versions"] == 2
    assert ok(admin.get(path))["description"] == "three"
    shown = ok(admin.get(f"{PLATFORM}{path.removeprefix(METASTORE)}/versions"))
    assert [each["number"] for each in shown["data"]] == [5, 4]


def test_nothing_is_purged_where_the_settings_say_so(store: str) -> None:
    with Rest(store, deleted_retention_days=0, version_retention_days=0) as rest:
        admin = rest.client()
        made = ok(admin.post(f"{METASTORE}/assets", json={"type": "TABLE", "name": "t", "qualified_name": "t"}))
        assert admin.delete(f"{METASTORE}/assets/{made['id']}").status_code == 204
        age(rest, 9999)
        assert not {"deleted assets", "versions"} & retention.run(rest.platform).keys()


def test_of_two_writers_of_one_version_one_wins_and_the_other_is_told_the_version(rest: Rest) -> None:
    admin = rest.client(subject="ana")
    made = ok(admin.post(f"{METASTORE}/assets", json={"type": "TABLE", "name": "t", "qualified_name": "t"}))
    path = f"{METASTORE}/assets/{made['id']}"
    clients = [rest.client(subject="ana") for _ in range(8)]

    def write(number: int) -> httpx.Response:
        return clients[number].put(path, json={"description": str(number)}, headers={"If-Match": '"1"'})

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(write, range(len(clients))))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    for answer in answers:
        if answer.status_code == 409:
            error = answer.json()["error"]
            assert (error["code"], error["details"]["version"]) == ("VERSION_CONFLICT", 2)
    winner = next(answer for answer in answers if answer.status_code == 200).json()
    assert ok(admin.get(path))["description"] == winner["description"]
    assert count(rest, "asset_versions") == 1
