"""The how-to page on rules, followed: what it writes is in force, and what it says of a broken file is said."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from tests.support.app import CONNECTIONS, PLATFORM, Rest, rest_app
from tests.support.catalog import connection, crawl, ok, table
from tests.support.compliance import scanned
from tests.support.scans import seen

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "write-a-rule.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^ *```(?P<kind>yaml|json|ini)\n(?P<text>.*?)^ *```", re.DOTALL | re.MULTILINE)
BLOCKS = {found["kind"]: textwrap.dedent(found["text"]) for found in BLOCK.finditer(PAGE)}
NAME = "personal-data-in-europe"
EMAIL = {"people.email": [seen("EMAIL")]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / f"{NAME}.yaml"
    written.write_text(BLOCKS["yaml"], encoding="utf-8")
    return written


def rules(rest: Rest) -> Any:
    return ok(rest.client("viewer").get(f"{PLATFORM}/compliance/rules"))


def scan(rest: Rest, identifier: str, **columns: Any) -> list[Any]:
    key = connection(rest, identifier, **columns)
    crawl(rest, key, [table("people", "id integer", "email text")])
    scanned(rest, key, EMAIL)
    asked = {"rule": NAME, "connectionId": identifier}
    return list(ok(rest.client("viewer").get(f"{CONNECTIONS}/governance/compliance/violations", params=asked))["data"])


def test_the_rule_of_the_page_finds_what_it_says(store: str, file: Path) -> None:
    with rest_app(store, rules_folder=str(file.parent)) as rest:
        found = rules(rest)
        [mine] = [each for each in found["rules"] if each["origin"] == "installation"]
        assert (mine["id"], mine["severity"], mine["file"], found["problems"]) == (NAME, "high", file.name, [])
        assert {"standard": "HOUSE", "title": "HOUSE"} in found["standards"]
        [violation] = scan(rest, "us", environment="prod", region="us-east-1")
        assert violation["resource"]["name"] == "us.shop.public.people"
        assert violation["evidence"] == {"connection.region": "us-east-1", "asset.personalData": ["EMAIL"]}
        assert scan(rest, "eu", environment="prod", region="eu-west-1") == []
        assert scan(rest, "test", environment="dev", region="us-east-1") == []


def test_a_broken_file_is_told_as_the_page_shows(store: str, file: Path) -> None:
    file.write_text(BLOCKS["yaml"].replace("connection.region\n  in:", "connection.country\n  in:"), encoding="utf-8")
    with rest_app(store, rules_folder=str(file.parent)) as rest:
        assert rules(rest)["problems"] == [json.loads(BLOCKS["json"])]


def test_the_setting_of_the_page_is_read(airflow_db: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from crosswind.settings import Settings

    section, setting = BLOCKS["ini"].strip().splitlines()
    name, _, value = setting.partition(" = ")
    monkeypatch.setenv(f"AIRFLOW__{section.strip('[]').upper()}__{name.upper()}", value)
    assert Settings.from_airflow().rules_folder == value
