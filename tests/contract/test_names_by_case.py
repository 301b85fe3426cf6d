"""Names that differ by their case alone: told where nothing has the one that is asked for, and given to no second."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.contract.test_catalog_at_once import _until_somebody_waits
from tests.contract.test_vocabulary import NOUNS, made
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.imports import Import
from tests.support.runs import MadeUpRuns

from crosswind.contexts.catalog.repository import naming

ASSET = {"type": "TABLE", "name": "orders", "qualified_name": "orders", "tags": ["PII"]}


@pytest.fixture
def orders(rest: Rest) -> str:
    return str(ok(rest.client().post(f"{METASTORE}/assets", json=ASSET))["id"])


def refused(answer: httpx.Response, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["error"]["message"])


def test_a_name_that_nothing_has_is_told_with_the_one_that_is_meant(rest: Rest, orders: str) -> None:
    client, path = rest.client(), f"{PLATFORM}/assets/{orders}"
    for noun in NOUNS:
        made(client, noun, "Sales")
    said = refused(client.put(f"{path}/domain", json={"domain": "sales"}))
    assert said == "There is no domain 'sales'; did you mean 'Sales'?"
    assert refused(client.put(f"{path}/domain", json={"domain": "Risk"})) == "There is no domain 'Risk'"
    said = refused(client.put(f"{path}/terms", json={"terms": ["SALES"]}))
    assert said == "There is no term 'SALES'; did you mean 'Sales'?"
    other = {"name": "Other", "related": ["sALES"]}
    assert "did you mean 'Sales'?" in refused(client.post(f"{PLATFORM}/terms", json=other))


def test_a_files_line_is_told_which_name_is_meant(rest: Rest) -> None:
    client, runs = rest.client(), MadeUpRuns()
    rest.platform.__dict__["runs"] = runs
    for noun in NOUNS:
        made(client, noun, "Sales")
    work = Import(rest, runs, client)
    ok(work.begin())
    given: tuple[dict[str, Any], ...] = ({"domain": "sales"}, {"terms": ["x"]}, {"products": ["SALES"]})
    lines = [{"kind": "asset", **ASSET, "qualified_name": f"late{at}", **each} for at, each in enumerate(given)]
    assert ok(work.block(lines))["counts"]["errors"] == len(lines)
    answer = client.post(f"{METASTORE}/ingestion/batch", json={"assets": [{**ASSET, **given[0]}]})
    assert answer.status_code == 400
    assert "'sales' is no domain of this tenant; did you mean 'Sales'?" in answer.text


@pytest.mark.parametrize("noun", NOUNS)
def test_a_name_is_not_given_twice_in_two_cases(rest: Rest, noun: str) -> None:
    client = rest.client()
    one, other = made(client, noun, "Sales"), made(client, noun, "Risk")
    assert "'Sales'" in refused(client.post(f"{PLATFORM}/{noun}", json={"name": "sales"}), 409)
    path = f"{PLATFORM}/{noun}/{other['id']}"
    assert "'Sales'" in refused(client.put(path, json={"name": "SALES"}), 409)
    renamed = ok(client.put(f"{PLATFORM}/{noun}/{one['id']}", json={"name": "SALES"}))
    assert renamed["name"] == "SALES", "its own name may be written otherwise"


def test_a_tag_is_not_made_twice_in_two_cases(rest: Rest, orders: str) -> None:
    client, path = rest.client(), f"{METASTORE}/assets/{orders}"
    assert "'PII'" in refused(client.post(f"{METASTORE}/tags", json={"name": "pii"}), 409)
    assert refused(client.put(path, json={"tags": ["pii"]})) == "There is no tag 'pii'; did you mean 'PII'?"
    again = {**ASSET, "qualified_name": "other", "tags": ["pii", "Gold"]}
    assert "did you mean 'PII'?" in refused(client.post(f"{METASTORE}/assets", json=again))
    assert [each["name"] for each in ok(client.get(f"{METASTORE}/tags"))["data"]] == ["PII"]
    tags = {each["name"]: each["id"] for each in ok(client.get(f"{METASTORE}/tags"))["data"]}
    assert ok(client.put(f"{PLATFORM}/tags/{tags['PII']}", json={"name": "pii"}))["name"] == "pii"
    assert ok(client.put(path, json={"tags": ["pii", "Gold"]}))["tags"] == ["pii", "Gold"]


@pytest.mark.parametrize("noun", ["tags", *NOUNS])
def test_a_name_is_not_given_in_two_cases_at_the_same_moment(rest: Rest, noun: str) -> None:
    client, path = rest.client(), METASTORE if noun == "tags" else PLATFORM
    table = noun.replace("-", "_")
    with rest.platform.session() as session, ThreadPoolExecutor(1) as pool:
        naming.alone(session, "default", table)
        session.execute(
            text(f"INSERT INTO crosswind.{table} (tenant, name, created_by) VALUES ('default', 'Sales', 'x')")
        )
        waiting = pool.submit(client.post, f"{path}/{noun}", json={"name": "sales"})
        _until_somebody_waits(rest)
        session.commit()
        answer = waiting.result(30)
    assert "'Sales'" in refused(answer, 409)


def test_the_id_of_a_tag_is_that_tag_whatever_others_are_called(rest: Rest, orders: str) -> None:
    client, path = rest.client(), f"{METASTORE}/assets/{orders}"
    (pii,) = ok(client.get(f"{METASTORE}/tags"))["data"]
    ok(client.post(f"{METASTORE}/tags", json={"name": pii["id"]}))
    assert ok(client.put(path, json={"tags": [pii["id"]]}))["tags"] == ["PII"]


def test_tags_that_are_there_in_two_cases_are_both_used(rest: Rest, orders: str) -> None:
    client, runs = rest.client(), MadeUpRuns()
    rest.platform.__dict__["runs"] = runs
    work = Import(rest, runs, client)
    ok(work.begin())
    ok(work.block([{"kind": "tag", "name": "pii"}]))
    path = f"{METASTORE}/assets/{orders}"
    assert ok(client.put(path, json={"tags": ["pii"]}))["tags"] == ["pii"]
    assert ok(client.put(path, json={"tags": ["PII"]}))["tags"] == ["PII"]
