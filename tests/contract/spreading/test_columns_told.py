"""Tags of columns along what views, statements, events, crawls and labels tell."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.app import CONNECTIONS, METASTORE, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table
from tests.support.openlineage import LINEAGE, dataset, event, schema
from tests.support.openlineage import columns as column_lineage
from tests.support.spreading import (
    Chain,
    found,
    mark,
    on_columns,
    spreads,
    streamed,
)

from crosswind.contexts.catalog.spreading import service

FILL = "INSERT INTO sums ({}) SELECT {} FROM orders"


def test_it_goes_along_views_and_statements_and_is_withdrawn_when_the_mapping_goes(
    rest: Rest, client: httpx.Client
) -> None:
    crawl(rest, connection(rest), [*shop(), table("sums", "customer integer", "total numeric")])
    spreads(client)
    ids = {name: each["id"] for name, each in assets(client).items()}
    mark(client, ids["orders"], "PII", column="net_total")
    way = [("PII", "orders", "net_total", 1)]
    for column, wanted in (("total", {"total": way}), ("customer", {"customer": way})):
        body = {"sql": FILL.format(column, "net_total"), "connection_id": "shop", "save": True}
        ok(client.post(f"{METASTORE}/lineage/sql", json=body))
        assert on_columns(client, ids["totals"], ids["sums"]) == [{"total": way}, wanted]


def test_an_event_s_column_lineage_is_followed_by_housekeeping(rest: Rest, client: httpx.Client) -> None:
    spreads(client)

    def told(**made: list[tuple[str, str]]) -> None:
        after = dataset("d.s.sums", schema=schema("total numeric", "id int"), columnLineage=column_lineage(**made))
        body = event(inputs=[dataset("d.s.rows", schema=schema("mail text"))], outputs=[after])
        assert client.post(LINEAGE, json=body).status_code == 201
        service.tend(rest.platform.session, everything=True)

    told(total=[("d.s.rows", "mail")])
    ids = {name: each["id"] for name, each in assets(client).items()}
    mark(client, ids["rows"], "PII")
    assert on_columns(client, ids["sums"]) == [{"total": [("PII", "rows", "mail", 1)]}]
    told(id=[("d.s.rows", "mail")])
    assert on_columns(client, ids["sums"]) == [{"id": [("PII", "rows", "mail", 1)]}], "the mapping went"


def test_a_large_spread_and_a_crawl_are_left_to_housekeeping(
    rest: Rest, client: httpx.Client, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SMALL", 2)
    spreads(client)
    mark(client, chain[0], "PII")
    assert found(client, "tag:PII") == {"a"}
    assert service.tend(rest.platform.session, everything=False) == 1
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    assert service.tend(rest.platform.session, everything=False) == 0
    monkeypatch.undo()
    key = connection(rest)
    crawl(rest, key, shop())
    mark(client, assets(client)["orders"]["id"], "PII", column="net_total")
    assert found(client, "tag:PII connection:shop") == {"orders", "totals"}
    crawl(rest, key, shop()[:2])
    service.tend(rest.platform.session, everything=True)
    assert found(client, "tag:PII connection:shop") == {"orders"}


def test_a_label_and_an_event_spread_it_too(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    tags = spreads(client)
    column = ok(client.get(f"{METASTORE}/assets/{chain[0]}"))["schema"][1]
    for wish, wanted in (("addTags", set("abcd")), ("removeTags", set())):
        body = {"resources": [{"type": "column", "id": column["id"]}], wish: [tags["name"]]}
        ok(client.post(f"{CONNECTIONS}/governance/apply-tags", json=body))
        assert found(client, "tag:PII") == wanted
    shape: list[dict[str, Any]] = [{"name": "id", "type": "text"}, {"name": "mail", "type": "text", "tags": ["PII"]}]
    streamed(client, "asset.updated", "a", columns=shape)
    assert found(client, "tag:PII") == set("abcd")
    streamed(client, "asset.updated", "a", columns=[*shape[:1], {**shape[1], "tags": []}])
    assert found(client, "tag:PII") == set()
