"""Lists of more assets than are counted, and lists that show columns."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import event
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table

from crosswind.connectors.types import ForeignKey, Key, SourceColumn, SourceObject
from crosswind.contexts.catalog.repository import scope
from crosswind.contexts.catalog.service import assets as service


@pytest.fixture
def few_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only three assets are counted."""
    for module in (scope, service):
        monkeypatch.setattr(module, "COUNTED", 3)


def listed(rest: Rest, **query: Any) -> dict[str, Any]:
    return dict(ok(rest.client("viewer").get(f"{METASTORE}/assets", params=query)))


def test_a_list_says_that_there_are_more_than_it_counted(rest: Rest, few_counted: None) -> None:
    crawl(rest, connection(rest), [table(f"t{number}") for number in range(8)])
    first = listed(rest, limit=3, sort="name:asc")
    told = first["pagination"]
    assert (told["total"], told["total_is_capped"], told["has_more"]) == (3, True, True)
    names = [each["name"] for each in first["data"]]
    while cursor := told.get("next_cursor"):
        page = listed(rest, limit=3, sort="name:asc", cursor=cursor)
        told = page["pagination"]
        names += [each["name"] for each in page["data"]]
    assert names == [f"t{number}" for number in range(8)]
    assert (told["total"], told["has_more"], "total_is_capped" in told) == (8, False, False)
    by_offset = [listed(rest, limit=3, offset=offset, sort="name:asc") for offset in (0, 3, 6)]
    assert [each["name"] for page in by_offset for each in page["data"]] == names
    assert [page["pagination"]["has_more"] for page in by_offset] == [True, True, False]


def test_what_is_counted_whole_says_nothing_of_it(rest: Rest, few_counted: None) -> None:
    crawl(rest, connection(rest), shop())
    assert listed(rest)["pagination"] == {"total": 3, "limit": 20, "offset": 0, "has_more": False}


def test_a_list_shows_columns_where_asked_with_one_statement_for_all(rest: Rest) -> None:
    crawl(rest, connection(rest), shop())
    found = {each["name"]: each for each in listed(rest, include="columns")["data"]}
    assert [each["name"] for each in found["customers"]["schema"]] == ["id", "CustomerName"]
    assert found["customers"]["schema"][0]["primary_key"]
    assert "schema" not in listed(rest)["data"][0]
    assert counted(rest, include="columns", limit=1) == counted(rest, include="columns") == counted(rest) + 1
    detail = ok(rest.client().get(f"{METASTORE}/assets/{found['orders']['id']}"))
    assert found["orders"]["schema"] == detail["schema"]


def test_columns_of_every_kind_are_listed_as_the_asset_shows_them(rest: Rest) -> None:
    key = connection(rest)
    crawl(rest, key, [table("kinds", "gone text"), table("bare", "only text")])
    crawl(rest, key, [every_kind(), table("bare", "only text")])
    client = rest.client()
    found = {each["name"]: each for each in listed(rest, include="columns")["data"]}
    path = f"{METASTORE}/assets/{found['kinds']['id']}"
    written = {"description": "Said by people \U0001f600", "tags": ["PII", 'Qu"oted'], "classification": "restricted"}
    columns = [{"name": "id", **written}, {"name": "shop", "description": ""}]
    ok(client.put(path, json={"columns": columns}))
    answer = client.get(f"{METASTORE}/assets", params={"include": "columns"})
    found = {each["name"]: each for each in ok(answer)["data"]}
    shown = ok(client.get(path))["schema"]
    assert found["kinds"]["schema"] == shown
    assert [[*each] for each in found["kinds"]["schema"]] == [[*each] for each in shown], "in the same order too"
    facts = {each["name"]: (each["primary_key"], each["unique"], each["references"]) for each in shown}
    assert facts["id"] == (True, False, ["public.a.id", "public.b.id"])
    assert facts["code"] == (False, True, [])
    assert shown[0]["tags"] == ["PII", 'Qu"oted']
    bare = found["bare"]["schema"]
    assert msgspec.json.encode(bare) in answer.content, "byte by byte what the server's own encoder writes"
    assert bare == ok(client.get(f"{METASTORE}/assets/{found['bare']['id']}"))["schema"]


def every_kind() -> SourceObject:
    """A table with columns of all that sources tell, of names and texts that have to be escaped."""
    columns = (
        SourceColumn("id", 1, "integer", nullable=False, identity="BY DEFAULT"),
        SourceColumn("shop", 2, "text", comment='Line\n"two"\t\\ \x01 \x7f \u2028 é'),
        SourceColumn("code", 3, "character varying(10)", default="'x'::text"),
        SourceColumn('na"me \\ é', 4, "numeric", generated="id * 2"),
    )
    primary, unique = Key("kinds_pkey", ("id", "shop")), Key("kinds_code", ("code",))
    to_a = ForeignKey("to_a", ("id", "shop"), "public", "a", ("id", "shop"))
    to_b = ForeignKey("to_b", ("id",), "public", "b", ("id",))
    keys: dict[str, Any] = {"primary_key": primary, "unique_keys": (unique,), "foreign_keys": (to_a, to_b)}
    return table("kinds", *columns, **keys)


def counted(rest: Rest, **query: Any) -> int:
    client, seen = rest.client("viewer"), list[str]()
    ok(client.get(f"{METASTORE}/assets", params=query))

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(rest.platform.engine, "before_cursor_execute", listen)
    ok(client.get(f"{METASTORE}/assets", params=query))
    event.remove(rest.platform.engine, "before_cursor_execute", listen)
    return len([each for each in seen if "crosswind.assets" in each or "crosswind.columns" in each])


def test_lists_are_narrowed_by_what_the_vocabulary_says(rest: Rest) -> None:
    crawl(rest, connection(rest), shop())
    client = rest.client()
    orders = assets(client)["orders"]["id"]
    ok(client.put(f"{PLATFORM}/assets/{orders}/owners", json={"owners": [{"name": "ana"}]}))
    ok(client.post(f"{PLATFORM}/domains", json={"name": "Sales"}))
    ok(client.put(f"{PLATFORM}/assets/{orders}/domain", json={"domain": "Sales"}))
    assert list(assets(client, owner="Ana", domain="Sales")) == ["orders"]
    assert list(assets(client, owner="ana", domain="Risk")) == []
    assert list(assets(client, term="nope")) == list(assets(client, product="nope")) == []
