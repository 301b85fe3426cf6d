"""The pages without Airflow around them: the built bundle over a test's own store, for what needs no DAG to run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.support.app import Rest
from tests.support.following import relayed
from tests.support.listening import Listening

from crosswind.doors.rest import static

MOUNT = "/crosswind"
SLOW = 120_000
"""Milliseconds that a first page may take on a machine with much other work."""
EXPECTED = "Failed to load resource"
"""What Chromium says of each answer that is no success; the page says it to the person."""


class Pages:
    """Opens pages as this or that person, and keeps what the browser complains about."""

    def __init__(self, url: str, browser: Browser) -> None:
        self.url = url
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def arrive(self, path: str, *, subject: str, size: tuple[int, int] = (1366, 768), theme: str = "light") -> Page:
        """A page as somebody who is signed in."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if theme == "dark" else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.add_cookies([{"name": "_token", "value": f"token.{subject}.x", "url": self.url}])
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._request(request.url))
        page.goto(f"{self.url}{MOUNT}/ui{path}", timeout=SLOW, wait_until="commit")
        return page

    def content(self) -> None:
        """Nothing was complained about, and nothing left the machine."""
        assert not self.complaints, self.complaints
        assert not self.strangers, self.strangers

    def close(self) -> None:
        """Leave."""
        for context in self._contexts:
            context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and EXPECTED not in message.text:
            self.complaints.append(message.text)

    def _request(self, address: str) -> None:
        url = urlsplit(address)
        if url.scheme in {"http", "https", "ws", "wss"} and url.hostname != "127.0.0.1":
            self.strangers.append(address)


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
