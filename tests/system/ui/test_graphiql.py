"""The GraphiQL page in a browser: it asks with the session's cookie, completes and explains, and loads nothing else."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from tests.support.app import Rest
from tests.support.following import relayed
from tests.support.graphql import GRAPHQL, Asking
from tests.support.listening import Listening

pytestmark = [pytest.mark.system, pytest.mark.browser]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_asks_and_follows_offline(rest: Rest, browser: Browser, scheme: str, tmp_path: Path) -> None:
    rest.people.add("ana", "platform_admin")
    Asking(rest.client()).asset("users", tags=["PII"])
    with relayed(rest):
        listening = Listening(rest.app)
        context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 800})  # type: ignore[arg-type]
        context.add_cookies([{"name": "_token", "value": "token.ana.x", "url": listening.url}])
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{listening.url}{GRAPHQL}")
        expect(page.locator(".graphiql-query-editor")).to_contain_text("LatestTables")
        page.get_by_role("button", name="Execute query").click()
        expect(page.locator(".result-window")).to_contain_text('"prod.public.users"')
        page.get_by_role("button", name="Show Documentation Explorer").click()
        expect(page.get_by_role("link", name="Subscription")).to_be_visible()
        page.screenshot(path=tmp_path / f"graphiql-{scheme}.png")
        hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
        assert hosts == {urlsplit(listening.url).netloc}
        assert complaints == []
        context.close()
        listening.close()
