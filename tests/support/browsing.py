"""Pages of a browser that are watched: what they complain about, and whom else they ask."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request


class Browsing:
    """Sessions in a browser, and what went wrong in them; an error that holds one of `expected` is none."""

    def __init__(self, browser: Browser, *expected: str) -> None:
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._browser = browser
        self._expected = expected
        self._contexts: list[BrowserContext] = []

    def watched(self, context: BrowserContext) -> Page:
        """A page of a session that is closed with the others."""
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)
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
        if message.type == "error" and not any(each in message.text for each in self._expected):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in {"http", "https", "ws", "wss"} and url.hostname != "127.0.0.1":
            self.strangers.append(request.url)
