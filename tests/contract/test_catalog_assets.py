"""Assets, schemas and tables over HTTP."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import event, text
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table


@pytest.fixture
def key(rest: Rest) -> int:
    found = connection(rest, environment="prod")
    crawl(rest, found, shop())
    return found


def test_an_asset_shows_columns_keys_and_facts(rest: Rest, key: int) -> None:
    client = rest.client("viewer")
    found = assets(client)
    answer = client.get(f"{METASTORE}/assets/{found['orders']['id']}")
    shown = ok(answer)
    assert answer.headers["ETag"].startswith('"1.')
    assert shown["qualified_name"] == "shop.shop.public.orders"
    assert shown["metadata"]["foreign_keys"][0]["target_name"] == "customers"
    assert (shown["metadata"]["database"], shown["metadata"]["schema"]) == ("shop", "public")
    column = shown["schema"][1]
    assert (column["name"], column["type"], column["references"]) == (
        "customer_id",
        "integer",
        ["public.customers.id"],
    )
    customers = ok(client.get(f"{METASTORE}/assets/{found['customers']['id']}"))
    assert (customers["schema"][0]["primary_key"], customers["schema"][1]["primary_key"]) == (True, False)
    assert customers["created_by"]["id"]


def test_lists_filter_sort_and_page(rest: Rest, key: int) -> None:
    client = rest.client("viewer")
    crawl(rest, connection(rest, "other"), [table("zebra", schema="zoo")])

    def names(**query: str | int) -> list[str]:
        return [each["name"] for each in ok(client.get(f"{METASTORE}/assets", params=query))["data"]]

    assert names(sort="name:asc") == ["customers", "orders", "totals", "zebra"]
    assert names(sort="name:desc", limit=2, offset=1) == ["totals", "orders"]
    assert names(type="VIEW") == ["totals"]
    assert names(connection_id="other") == ["zebra"]
    assert names(schema="zoo") == ["zebra"]
    assert names(search="net total") == ["orders"]
    assert names(created_after="2999-01-01T00:00:00Z") == []
    assert len(names(created_before="2999-01-01T00:00:00Z")) == 4
    assert names(created_before="2001-01-01T00:00:00Z") == []
    assert names()[0] == "zebra"
    page = ok(client.get(f"{METASTORE}/assets", params={"limit": 3}))["pagination"]
    assert page.pop("next_cursor")
    assert page == {"total": 4, "limit": 3, "offset": 0, "has_more": True}
    for wrong in ({"sort": "key:asc"}, {"type": "THING"}, {"limit": 101}, {"created_after": "soon"}, {"nope": 1}):
        assert client.get(f"{METASTORE}/assets", params=wrong).status_code == 400


@pytest.mark.parametrize(
    "query", ["tag=PII&tag=gold", "type=VIEW&type=TABLE", "limit=5&limit=1", "sort=name&sort=type"]
)
def test_a_parameter_of_one_value_is_taken_once(rest: Rest, query: str) -> None:
    told = rest.client().get(f"{METASTORE}/assets?{query}")
    assert (told.status_code, told.json()["error"]["details"]["field"]) == (400, query.partition("=")[0])


def test_a_parameter_that_no_route_has_is_refused(rest: Rest) -> None:
    told = rest.client().get(f"{METASTORE}/assets", params={"colour": "red"})
    assert (told.status_code, told.json()["error"]["details"]["field"]) == (400, "colour")


def test_what_people_write_survives_crawls_and_is_audited(rest: Rest, key: int) -> None:
    admin = rest.client()
    asset = assets(admin)["customers"]
    path = f"{METASTORE}/assets/{asset['id']}"
    body = {"description": "People who <pay>", "metadata": {"row_count": 7, "owner": "Ana"}, "tags": ["PII", "PII"]}
    written = admin.put(path, json=body, headers={"If-Match": '"1"'})
    assert written.headers["ETag"] == '"2"'
    assert admin.put(path, json={"description": "late"}, headers={"If-Match": '"1"'}).status_code == 409
    changed = [table("customers", "id bigint", comment="Other words", row_estimate=500), *shop()[1:]]
    crawl(rest, key, changed)
    shown = ok(admin.get(path))
    assert (shown["description"], shown["tags"]) == ("People who <pay>", ["PII"])
    assert (shown["metadata"]["row_count"], shown["metadata"]["owner"]) == (7, "Ana")
    assert shown["metadata"]["comment"] == "Other words"
    assert shown["version"] == 2
    assert list(assets(admin, tag="PII")) == ["customers"]
    with rest.platform.session() as session:
        row = session.execute(
            text("SELECT before, after FROM crosswind.audit WHERE entity_id = :id AND action = 'UPDATE'"),
            {"id": asset["id"]},
        ).one()
    assert row.before == {"description": None, "metadata": {}, "tags": [], "classification": None}
    assert row.after["description"] == "People who <pay>"
    ok(admin.put(path, json={"description": None}))
    assert ok(admin.get(path))["description"] == "Other words"


def test_a_write_that_changes_nothing_keeps_the_version(rest: Rest, key: int) -> None:
    admin = rest.client()
    path = f"{METASTORE}/assets/{assets(admin)['customers']['id']}"
    assert ok(admin.put(path, json={}))["version"] == 1
    assert ok(admin.put(path, json={"name": "customers", "type": "TABLE"}))["version"] == 1
    assert admin.put(path, json={"key": "x"}).status_code == 400


def test_what_a_crawl_named_keeps_its_name_and_what_people_made_may_be_renamed(rest: Rest, key: int) -> None:
    admin = rest.client()
    crawled = assets(admin)["customers"]
    for field, value in (("name", "clients"), ("type", "VIEW"), ("qualified_name", "x.y")):
        refused = admin.put(f"{METASTORE}/assets/{crawled['id']}", json={field: value})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "SOURCE_OWNED")
        assert refused.json()["error"]["details"]["field"] == field
    body = {"type": "DASHBOARD", "name": "sales", "qualified_name": "bi.sales"}
    made = ok(admin.post(f"{METASTORE}/assets", json=body))
    path = f"{METASTORE}/assets/{made['id']}"
    taken = admin.put(path, json={"qualified_name": crawled["qualified_name"]})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "ALREADY_EXISTS")
    shown = ok(admin.put(path, json={"type": "CHART", "name": "turnover", "qualified_name": "bi.turnover"}))
    assert (shown["type"], shown["name"], shown["qualified_name"], shown["version"]) == (
        "CHART",
        "turnover",
        "bi.turnover",
        2,
    )
    found = ok(admin.get(f"{METASTORE}/search", params={"q": "turnover"}))["results"]
    assert [each["asset"]["id"] for each in found] == [made["id"]]
    assert ok(admin.get(f"{METASTORE}/search", params={"q": "sales"}))["results"] == []


def test_metadata_is_merged_one_level_deep(rest: Rest, key: int) -> None:
    admin = rest.client()
    path = f"{METASTORE}/assets/{assets(admin)['customers']['id']}"
    ok(admin.put(path, json={"metadata": {"team": "crm", "steward": "Ana", "box": {"a": 1, "b": 2}}}))
    shown = ok(admin.put(path, json={"metadata": {"steward": None, "box": {"c": 3}, "tier": 1}}))["metadata"]
    assert (shown["team"], shown["box"], shown["tier"], "steward" in shown) == ("crm", {"c": 3}, 1, False)
    emptied = ok(admin.put(path, json={"metadata": None}))["metadata"]
    assert not {"team", "box", "tier"} & emptied.keys()


def test_tags_are_given_by_name_or_id(rest: Rest, key: int) -> None:
    admin = rest.client()
    path = f"{METASTORE}/assets/{assets(admin)['customers']['id']}"
    tag = ok(admin.post(f"{METASTORE}/tags", json={"name": "PII"}))
    shown = ok(
        admin.put(path, json={"tags": [tag["id"], "Gold", "PII"], "columns": [{"name": "id", "tags": [tag["id"]]}]})
    )
    assert (shown["tags"], shown["schema"][0]["tags"]) == (["PII", "Gold"], ["PII"])
    unknown = admin.put(path, json={"tags": [str(uuid4())]})
    assert (unknown.status_code, unknown.json()["error"]["details"]["field"]) == (400, "tags")


def test_assets_by_hand_are_made_deleted_and_made_again(rest: Rest, key: int) -> None:
    admin = rest.client()
    body = {
        "type": "TABLE",
        "name": "users",
        "qualified_name": "prod.public.users",
        "description": "User table",
        "metadata": {"database": "prod", "schema": "public"},
        "tags": ["PII"],
    }
    made = admin.post(f"{METASTORE}/assets", json=body)
    assert made.status_code == 201
    asset = made.json()
    assert {name: asset[name] for name in body} == body
    assert admin.post(f"{METASTORE}/assets", json=body).status_code == 409
    assert (
        admin.post(f"{METASTORE}/assets", json={**body, "qualified_name": "shop.shop.public.orders"}).status_code == 409
    )
    path = f"{METASTORE}/assets/{asset['id']}"
    assert admin.delete(path, headers={"If-Match": '"9"'}).status_code == 409
    assert admin.delete(path).status_code == 204
    missing = admin.get(path)
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "ASSET_NOT_FOUND")
    assert ok(admin.post(f"{METASTORE}/assets", json=body))["id"] == asset["id"]


def test_a_crawled_asset_that_a_person_deleted_is_gone_until_the_next_crawl(rest: Rest, key: int) -> None:
    admin, viewer = rest.client(), rest.client("viewer")
    found = assets(admin)
    path = f"{METASTORE}/assets/{found['orders']['id']}"
    ok(admin.put(path, json={"description": "Ours"}))
    assert admin.delete(path).status_code == 204
    for client in (admin, viewer):
        assert client.get(path).json()["error"]["code"] == "ASSET_NOT_FOUND"
        assert client.get(f"{path}/lineage").status_code == 404
        assert "orders" not in assets(client) | assets(client, removed="true")
    assert admin.delete(path).status_code == 404
    upstream = ok(viewer.get(f"{METASTORE}/assets/{found['totals']['id']}/lineage"))["upstream"]
    assert [entry["asset"]["name"] for entry in upstream] == ["customers"]
    assert crawl(rest, key, shop())["counts"]["added"] == 1
    assert ok(viewer.get(path))["description"] == "Ours"


def test_schemas_and_tables_of_a_connection(rest: Rest) -> None:
    key = connection(rest)
    crawl(rest, key, [*shop(), table("orders", schema="old"), table("a.b", schema="old")])
    crawl(rest, connection(rest, "named"), [table("x")], kind="DISCOVERY")
    client = rest.client("data_analyst")
    base = f"{CONNECTIONS}/connections/shop"
    schemas = ok(client.get(f"{base}/schemas"))
    assert [(each["name"], each["tables"], each["views"]) for each in schemas["data"]] == [
        ("old", 2, 0),
        ("public", 2, 1),
    ]
    assert schemas["pagination"]["totalCount"] == 2
    assert ok(client.get(f"{base}/schemas/public"))["views"] == 1
    assert [each["name"] for each in ok(client.get(f"{base}/tables", params={"schema": "old"}))["data"]] == [
        "a.b",
        "orders",
    ]
    assert ok(client.get(f"{base}/tables", params={"pageSize": 2, "page": 3}))["pagination"]["hasNext"] is False
    shown = ok(client.get(f"{base}/tables/public.orders"))
    assert [column["name"] for column in shown["columns"]] == ["id", "customer_id", "net_total"]
    assert shown["foreignKeys"][0]["targetName"] == "customers"
    assert ok(client.get(f"{base}/tables/totals"))["definition"].startswith("SELECT")
    assert client.get(f"{base}/tables/orders").status_code == 409
    assert ok(client.get(f"{base}/tables/orders", params={"schema": "old"}))["schema"] == "old"
    assert ok(client.get(f"{base}/tables/a.b"))["name"] == "a.b"
    assert ok(client.get(f'{base}/tables/old."a.b"'))["name"] == "a.b"
    named = ok(client.get(f"{CONNECTIONS}/connections/named/tables"))["data"]
    assert [(each["name"], each["crawledAt"]) for each in named] == [("x", None)]
    for path in ("schemas/nope", "tables/nope", 'tables/"open'):
        assert client.get(f"{base}/{path}").status_code == 404
    assert client.get(f"{CONNECTIONS}/connections/nope/tables").status_code == 404


def test_tenants_and_attributes_narrow_everything(rest: Rest, key: int) -> None:
    asset = assets(rest.client())["customers"]
    task_id = _task(rest)
    for client in (
        rest.client(tenant="acme"),
        rest.client("viewer", attributes={"environment": ["dev"]}),
    ):
        assert assets(client) == {}
        for path in (
            f"{METASTORE}/assets/{asset['id']}",
            f"{METASTORE}/assets/{asset['id']}/lineage",
            f"{PLATFORM}/crawls/{task_id}",
            f"{CONNECTIONS}/connections/shop/schemas",
            f"{CONNECTIONS}/connections/shop/tables/customers",
        ):
            assert client.get(path).status_code == 404, path
        assert ok(client.get(f"{METASTORE}/search", params={"q": "customers"}))["total"] == 0
        facets = ok(client.get(f"{METASTORE}/search/facets"))
        assert (facets["total"], facets["facets"]["connection"]) == (0, {})
    foreign = rest.client(tenant="acme")
    assert foreign.put(f"{METASTORE}/assets/{asset['id']}", json={"description": "x"}).status_code == 404
    assert foreign.delete(f"{METASTORE}/assets/{asset['id']}").status_code == 404
    assert foreign.post(f"{PLATFORM}/crawls/{task_id}/release").status_code == 404
    assert set(assets(rest.client("viewer", attributes={"environment": ["prod"]}))) == {"customers", "orders", "totals"}


def test_reads_take_the_same_number_of_statements_whatever_there_is(rest: Rest, key: int) -> None:
    client = rest.client("viewer")
    asset = assets(client)["customers"]

    def statements(path: str) -> int:
        seen: list[str] = []
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(rest.platform.engine, "before_cursor_execute", listener)
        ok(client.get(path))
        event.remove(rest.platform.engine, "before_cursor_execute", listener)
        return len(seen)

    paths = [
        f"{METASTORE}/assets?limit=100",
        f"{METASTORE}/assets/{asset['id']}",
        f"{METASTORE}/search?q=t&limit=100",
        f"{METASTORE}/search/facets?q=t",
        f"{CONNECTIONS}/connections/shop/tables?pageSize=100",
    ]
    before = [statements(path) for path in paths]
    crawl(rest, key, [*shop(), *(table(f"t{number}", *(f"c{n} text" for n in range(30))) for number in range(200))])
    assert [statements(path) for path in paths] == before
    assert max(before) <= 6


def _task(rest: Rest) -> str:
    with rest.platform.session() as session:
        return str(session.execute(text("SELECT task_id FROM crosswind.crawls LIMIT 1")).scalar_one())


def test_the_longest_names_of_people_fit_their_indexes(rest: Rest) -> None:
    wide = [chr(0x10000 + number * 7) for number in range(513)]
    body = {
        "type": "CHART",
        "name": "".join(wide[:512]),
        "qualified_name": "".join(wide[:500]),
        "tags": ["".join(wide[:100])],
    }
    admin = rest.client()
    assert admin.post(f"{METASTORE}/assets", json=body).status_code == 201
    assert admin.post(f"{METASTORE}/assets", json={**body, "qualified_name": "".join(wide[:501])}).status_code == 400
    assert admin.post(f"{METASTORE}/assets", json={**body, "name": "".join(wide)}).status_code == 400
