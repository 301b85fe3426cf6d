"""The pages' cookie writes only for the pages: as JSON, with our header, from the same origin."""

from __future__ import annotations

from http import HTTPStatus

import httpx
import pytest
from tests.support.app import CONNECTIONS
from tests.support.stack import Stack
from tests.support.visitor import Seen

pytestmark = [pytest.mark.system, pytest.mark.browser]

OURS = {"X-Crosswind-Request": "1", "Sec-Fetch-Site": "same-origin"}
FOREIGN = [
    {},
    {"X-Crosswind-Request": "1", "Sec-Fetch-Site": "cross-site"},
    {"X-Crosswind-Request": "1", "Sec-Fetch-Site": "same-site"},
    {"X-Crosswind-Request": "1", "Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "same-origin"},
]


@pytest.fixture
def page(stack: Stack) -> httpx.Client:
    """A client that has only what a page has: the cookie."""
    token = str(stack.airflow().headers["Authorization"]).removeprefix("Bearer ")
    return stack.client({"Cookie": f"_token={token}"})


def test_a_page_may_write(page: httpx.Client, seen: Seen) -> None:
    answer = page.post(f"{CONNECTIONS}/connections/{seen.connection}/validate", headers=OURS)
    assert answer.status_code == HTTPStatus.OK, answer.text


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_may_not(headers: dict[str, str], page: httpx.Client, seen: Seen) -> None:
    answer = page.post(f"{CONNECTIONS}/connections/{seen.connection}/validate", headers=headers)
    assert answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}, answer.text
    assert page.get(f"{CONNECTIONS}/connections/{seen.connection}").status_code == HTTPStatus.OK


def test_a_form_may_not(page: httpx.Client) -> None:
    answer = page.post(f"{CONNECTIONS}/connections", headers=OURS, data={"name": "x"})
    assert HTTPStatus.BAD_REQUEST <= answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
