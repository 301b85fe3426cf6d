"""An OpenLineage event and a crawl of the same table meet on one asset, whichever comes first."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.catalog import connection, ok, table
from tests.support.openlineage import (
    NAMESPACE,
    Post,
    assets,
    dataset,
    edges,
    event,
    schema,
)

from crosswind.contexts.catalog.openlineage import wire
from crosswind.contexts.catalog.openlineage.repository import adopt, take
from crosswind.contexts.catalog.openlineage.story import Story
from crosswind.kit.actor import DEFAULT_TENANT, Actor


def test_a_crawl_and_an_event_meet_on_one_asset_whichever_came_first(rest: Rest, post: Post) -> None:
    shop = connection(rest)

    def crawl_shop(*names: str) -> None:
        with_namespace(rest, shop, names)

    crawl_shop("orders")
    post(event(inputs=[dataset("shop.public.orders")], outputs=[dataset("shop.public.totals")]))
    before = assets(rest)
    assert set(before) == {"shop.shop.public.orders", f"{NAMESPACE}/shop.public.totals", "jobs/load"}
    crawl_shop("orders", "totals")
    after = assets(rest)
    assert set(after) == {"shop.shop.public.orders", "shop.shop.public.totals", "jobs/load"}
    assert after["shop.shop.public.totals"]["id"] == before[f"{NAMESPACE}/shop.public.totals"]["id"]
    assert after["shop.shop.public.totals"]["connection_id"] == "shop"
    known = edges(rest)
    post(event(inputs=[dataset("shop.public.orders")], outputs=[dataset("shop.public.totals")], minutes=1))
    assert edges(rest) == known
    assert set(assets(rest)) == set(after)


def test_an_event_and_a_first_crawl_at_the_same_moment_leave_one_asset(rest: Rest, post: Post) -> None:
    shop = connection(rest)
    told = event(inputs=[dataset("shop.public.orders")])
    with rest.platform.session() as crawling, ThreadPoolExecutor(1) as pool:
        record = {"qualified_name": "shop.shop.public.orders", "dataset": "shop.public.orders", "name": "orders"}
        assert not adopt(crawling, "default", shop, NAMESPACE, [record | {"schema": "public", "database": "shop"}])
        sent = pool.submit(post, told)
        until_it_waits(rest, sent)
        crawling.execute(text(CRAWLED), {"shop": shop, "namespace": NAMESPACE})
        crawling.commit()
        sent.result()
    assert set(assets(rest)) == {"shop.shop.public.orders", "jobs/load"}


def test_a_first_crawl_waits_for_an_event_that_is_being_stored(rest: Rest, post: Post) -> None:
    shop = connection(rest)
    told = Story()
    told.add(wire.event(json.dumps(event(inputs=[dataset("shop.public.orders")])).encode()))
    with rest.platform.session() as storing, ThreadPoolExecutor(1) as pool:
        take(storing, Actor("etl", "etl", DEFAULT_TENANT), told.told())
        crawled = pool.submit(with_namespace, rest, shop, ("orders",))
        until_it_waits(rest, crawled)
        storing.commit()
        crawled.result()
    assert set(assets(rest)) == {"shop.shop.public.orders", "jobs/load"}


CRAWLED = """
INSERT INTO crosswind.assets (tenant, connection_key, type, name, qualified_name, namespace, dataset, source_words)
VALUES ('default', :shop, 'TABLE', 'orders', 'shop.shop.public.orders', :namespace, 'shop.public.orders', '')
"""


def until_it_waits(rest: Rest, work: Future[Any]) -> None:
    """Return when somebody waits for an advisory lock of this store, or the work is done without."""
    waiting = "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT l.granted"
    waiting += " AND l.locktype = 'advisory' AND d.datname = current_database())"
    while not work.done():
        with rest.platform.session() as session:
            if session.scalar(text(waiting)):
                return


def with_namespace(rest: Rest, shop: int, names: tuple[str, ...]) -> None:
    """Crawl tables of a server that OpenLineage knows by this namespace."""
    from tests.support.catalog import Task

    task = Task(rest, shop)
    found = [table(name) for name in sorted(names)]
    answer = ok(task.manifest(found, namespace=NAMESPACE))
    if answer["wanted"]:
        ok(task.objects([found[index] for index in answer["wanted"]]))
    ok(task.complete(len(found)))


def test_what_a_crawl_found_is_not_changed_by_what_events_say_of_it(rest: Rest, post: Post) -> None:
    with_namespace(rest, connection(rest), ("orders",))
    said: dict[str, Any] = {"schema": schema("other text"), "documentation": {"description": "Said"}}
    post(event(inputs=[dataset("shop.public.orders", **said)]))
    found = assets(rest)["shop.shop.public.orders"]
    shown = ok(rest.client().get(f"{METASTORE}/assets/{found['id']}"))
    assert [each["name"] for each in shown["schema"]] == ["id", "name"]
    assert shown["description"] is None


def test_symlinks_lead_to_the_asset_that_a_crawl_found(rest: Rest, post: Post) -> None:
    with_namespace(rest, connection(rest), ("orders",))
    links: dict[str, Any] = {
        "symlinks": {"identifiers": [{"namespace": NAMESPACE, "name": "shop.public.orders", "type": "TABLE"}]}
    }
    post(event(inputs=[dataset("warehouse/orders", "s3://lake", **links)]))
    assert set(assets(rest)) == {"shop.shop.public.orders", "jobs/load"}
