"""Labels that people put on assets and columns, through crawls that change, remove and bring back what they are on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event
from tests.support.app import CONNECTIONS, METASTORE, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table

TAGS = f"{CONNECTIONS}/governance/tags"
APPLY = f"{CONNECTIONS}/governance/apply-tags"
PEOPLE = ("id integer", "email text", "phone text")


@pytest.fixture
def key(rest: Rest) -> int:
    found = connection(rest)
    crawl(rest, found, [*shop(), table("people", *PEOPLE)])
    for name in ("PII", "Gold"):
        ok(rest.client().post(TAGS, json={"name": name}))
    return found


def label(rest: Rest, *resources: tuple[str, str], **wish: Any) -> list[tuple[str, str | None]]:
    body = {"resources": [{"type": kind, "id": identifier} for kind, identifier in resources], **wish}
    return [(each["outcome"], each["code"]) for each in ok(rest.client().post(APPLY, json=body))["results"]]


def asset(rest: Rest, identifier: str) -> Any:
    return ok(rest.client().get(f"{METASTORE}/assets/{identifier}"))


def columns(rest: Rest, identifier: str) -> dict[str, Any]:
    return {each["name"]: each for each in asset(rest, identifier)["schema"]}


def test_labels_stay_when_a_crawl_changes_what_they_are_on(rest: Rest, key: int) -> None:
    people = assets(rest.client())["people"]["id"]
    email = columns(rest, people)["email"]["id"]
    label(rest, ("asset", people), ("column", email), addTags=["PII"], classification="restricted")
    version = asset(rest, people)["version"]
    moved = table("people", "email character varying(200)", "id bigint", "phone text", comment="Who buys from us")
    crawl(rest, key, [*shop(), moved])
    after = asset(rest, people)
    assert (after["tags"], after["classification"], after["version"]) == (["PII"], "restricted", version)
    shown = columns(rest, people)["email"]
    assert (shown["id"], shown["tags"], shown["classification"]) == (email, ["PII"], "restricted")
    assert shown["type"] == "character varying(200)"
    found = ok(rest.client().get(f"{METASTORE}/search", params={"tag": "PII", "classification": "restricted"}))
    assert [hit["asset"]["name"] for hit in found["results"]] == ["people"]


def test_labels_of_what_vanished_come_back_with_it_and_can_be_changed_meanwhile(rest: Rest, key: int) -> None:
    people = assets(rest.client())["people"]["id"]
    email = columns(rest, people)["email"]["id"]
    label(rest, ("asset", people), ("column", email), addTags=["PII"])
    crawl(rest, key, shop())
    assert "people" not in assets(rest.client(), tag="PII")
    assert assets(rest.client(), tag="PII", removed="true")["people"]["tags"] == ["PII"]
    assert label(rest, ("asset", people), addTags=["Gold"]) == [("applied", None)]
    crawl(rest, key, [*shop(), table("people", *PEOPLE)])
    back = assets(rest.client(), tag="Gold")["people"]
    assert (back["id"], back["tags"]) == (people, ["PII", "Gold"])
    assert columns(rest, people)["email"]["tags"] == ["PII"]


def test_a_removed_column_and_a_deleted_asset_cannot_be_labelled(rest: Rest, key: int) -> None:
    found = assets(rest.client())
    phone = columns(rest, found["people"]["id"])["phone"]["id"]
    crawl(rest, key, [*shop(), table("people", "id integer", "email text")])
    assert rest.client().delete(f"{METASTORE}/assets/{found['totals']['id']}").status_code == 204
    outcomes = label(
        rest, ("column", phone), ("asset", found["totals"]["id"]), ("asset", found["people"]["id"]), addTags=["PII"]
    )
    assert outcomes == [("failed", "GEN_404"), ("failed", "GEN_404"), ("applied", None)]
    crawl(rest, key, [*shop(), table("people", *PEOPLE)])
    assert columns(rest, found["people"]["id"])["phone"]["tags"] == []


def test_labels_of_columns_are_searched_with_as_many_statements_as_none(rest: Rest, key: int) -> None:
    client = rest.client("viewer")
    paths = (f"{METASTORE}/assets?tag=PII", f"{METASTORE}/search?tag=PII", f"{METASTORE}/search?q=email",
             f"{METASTORE}/search/facets?tag=PII", f"{METASTORE}/search/facets?q=email")  # fmt: skip
    wide = connection(rest, "wide")
    crawl(rest, wide, [table(f"t{number:02}", *PEOPLE) for number in range(30)])
    counted: list[str] = []
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))

    def statements(path: str) -> int:
        ok(client.get(path))
        counted.clear()
        ok(client.get(path))
        return len(counted)

    people = assets(rest.client())["people"]["id"]
    label(rest, ("column", columns(rest, people)["email"]["id"]), addTags=["PII"])
    before = [statements(path) for path in paths]
    every = [each["id"] for each in assets(rest.client(), connection_id="wide").values()]
    emails = [("column", columns(rest, each)["email"]["id"]) for each in every]
    assert label(rest, *emails, addTags=["PII"], classification="restricted") == [("applied", None)] * 30
    assert ok(client.get(paths[1]))["total"] == 31
    assert [statements(path) for path in paths] == before
