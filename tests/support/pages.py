"""The pages without Airflow around them: the built bundle over a test's own store, for what needs no DAG to run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.support.app import Rest
from tests.support.browsing import Browsing
from tests.support.following import relayed
from tests.support.listening import Listening

from crosswind.doors.rest import static

MOUNT = "/crosswind"
SLOW = 120_000
"""Milliseconds that a first page may take on a machine with much other work."""
EXPECTED = "Failed to load resource"
"""What Chromium says of each answer that is no success; the page says it to the person."""


class Pages(Browsing):
    """Opens pages as this or that person, and keeps what the browser complains about."""

    def __init__(self, url: str, browser: Browser) -> None:
        super().__init__(browser, EXPECTED)
        self.url = url

    def arrive(self, path: str, *, subject: str, size: tuple[int, int] = (1366, 768), theme: str = "light") -> Page:
        """A page as somebody who is signed in."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if theme == "dark" else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.add_cookies([{"name": "_token", "value": f"token.{subject}.x", "url": self.url}])
        self._contexts.append(context)
        page = self.watched(context)
        page.goto(f"{self.url}{MOUNT}/ui{path}", timeout=SLOW, wait_until="commit")
        return page


@contextmanager
def opened(rest: Rest, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """The pages of a platform; whoever has a cookie counts as signed in, and REST asks who it is."""

    async def signed_in(token: str | None) -> bool:
        return bool(token)

    monkeypatch.setattr(static, "signed_in", signed_in)
    with relayed(rest):
        listening = Listening(Starlette(routes=[Mount(MOUNT, app=rest.app)]))
        rest.platform.settings = replace(rest.platform.settings, base_url=listening.url)
        pages = Pages(listening.url, browser)
        yield pages
        pages.close()
        listening.close()
