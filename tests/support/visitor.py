"""A person who uses the pages in a browser, inside Airflow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, BrowserContext, Frame, Page
from tests.support.app import METASTORE
from tests.support.browsing import Browsing
from tests.support.stack import Stack

ENTRY = "/plugin/crosswind"
SHELL = "/pluginsv2/crosswind/ui"
LAPTOP = (1280, 800)
PHONE = (390, 844)

TABLES = (
    "create schema reporting",
    "create table airlines (carrier text primary key, name text not null)",
    "create table flights (flight_id bigint generated always as identity primary key, dep_delay float8,"
    " arr_delay float8, carrier text references airlines, origin text, dest text, tailnum text,"
    " time_hour timestamptz default now())",
    "comment on table flights is 'On-time data of flights'",
    "comment on column flights.dep_delay is 'Minutes; negative is early'",
    "create view reporting.delays as select carrier, avg(dep_delay) as mean_delay from flights group by carrier",
    "create view reporting.worst as"
    " select a.name, d.mean_delay from reporting.delays d join airlines a using (carrier)",
)
BROKEN = ("drop view reporting.delays cascade", "alter table flights rename column dep_delay to departure_delay")


@dataclass(frozen=True)
class Seen:
    """What the platform holds for the pages to show."""

    connection: str
    name: str
    database: str
    run: str
    assets: dict[str, str]


def prepare(stack: Stack) -> Seen:
    """Register and crawl a source, break it, and crawl it again."""
    database = stack.database(*TABLES)
    name = f"Flights {database}"
    connection = stack.register(database, name=name, environment="dev")
    stack.crawl(connection)
    found = stack.ok(stack.admin.get(f"{METASTORE}/assets", params={"connection_id": connection}))["data"]
    stack.fill(database, *BROKEN)
    run = stack.crawl(connection)["id"]
    return Seen(connection, name, database, run, {each["name"]: each["id"] for each in found})


class Visitor(Browsing):
    """Opens pages as this or that person and keeps what the browser complains about."""

    def __init__(self, stack: Stack, browser: Browser) -> None:
        super().__init__(browser)
        self.stack = stack

    def arrive(
        self, path: str = "", *, client: httpx.Client | None = None, size: tuple[int, int] = LAPTOP,
        theme: str = "light", base: str = "",
    ) -> Page:  # fmt: skip
        """A page of ours in Airflow's frame, as the administrator unless a client of somebody else's is given."""
        base = base or self.stack.layout.base
        page = self.watched(self.context(client, size, theme, base))
        prefix = urlsplit(base).path
        page.goto(f"{base}{ENTRY}{f'{prefix}{SHELL}{path}' if path else ''}")
        return page

    def context(self, client: httpx.Client | None, size: tuple[int, int], theme: str, base: str) -> BrowserContext:
        """A browser of its own with somebody's session."""
        headers = (client or self.stack.airflow()).headers
        token = str(headers["Authorization"]).removeprefix("Bearer ")
        context = self._browser.new_context(viewport={"width": size[0], "height": size[1]})
        context.add_cookies([{"name": "_token", "value": token, "url": base, "httpOnly": True}])
        context.add_init_script(f"localStorage.getItem('theme') ?? localStorage.setItem('theme', '{theme}')")
        self._contexts.append(context)
        return context


def frame(page: Page) -> Frame:
    """The frame that holds our pages, once it is there."""
    page.wait_for_selector("iframe", timeout=90_000)
    for _ in range(300):
        ours = [each for each in page.frames if each.parent_frame and SHELL in each.url]
        if ours:
            return ours[0]
        page.wait_for_timeout(100)
    raise AssertionError([each.url for each in page.frames])


def overflow(ours: Frame) -> int:
    """How many pixels the page is wider than its frame."""
    root = "document.documentElement"
    return int(ours.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def heading(name: str) -> dict[str, Any]:
    """Arguments of `get_by_role` for a page's heading of just this text."""
    return {"role": "heading", "name": re.compile(f"^{re.escape(name)}$"), "level": 1}
