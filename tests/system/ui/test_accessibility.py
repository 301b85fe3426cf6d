"""Every page and dialog under axe, which knows WCAG's rules that a machine can judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Frame, expect
from tests.support.axe import BUSY, faults
from tests.support.stack import Stack
from tests.support.visitor import LAPTOP, PHONE, Seen, Visitor, frame

pytestmark = [pytest.mark.system, pytest.mark.browser]

FADING = """<html lang="en"><title>Fading</title><main><style>@keyframes fade { from { opacity: 0 } }
  button { animation: fade 2s; background: #fff; color: %s }</style><button>Delete</button></main></html>"""


def _paths(seen: Seen) -> Iterator[str]:
    flights = f"/assets/{seen.assets['flights']}"
    yield from ("/connections", f"/connections/{seen.connection}", "/catalog?q=carrier", "/findings", "/compliance")
    yield from (flights, f"{flights}/keys", f"{flights}/lineage", "/tags", "/runs", f"/runs/{seen.run}", "/nowhere")
    yield from (f"{flights}/{tab}" for tab in ("details", "history", "impact", "relationships", "runs"))
    yield from ("/catalog/deleted", "/catalog?q=type%3ATABLE%20carrier", "/dags/crosswind_crawl")
    yield from ("/transfer", "/audit", "/apis", "/glossary")


def test_what_fades_in_is_judged_once_it_is_there(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(FADING % "#666")
    assert not faults(page.main_frame)
    page.set_content(FADING % "#999")
    assert "color-contrast" in "".join(faults(page.main_frame))
    page.close()


@pytest.mark.parametrize(("size", "theme"), [(LAPTOP, "light"), (PHONE, "dark")])
def test_pages_keep_the_rules(size: tuple[int, int], theme: str, visitor: Visitor, seen: Seen) -> None:
    found: dict[str, list[str]] = {}
    for path in _paths(seen):
        ours = frame(visitor.arrive(path, size=size, theme=theme))
        expect(ours.get_by_role("heading", level=1).first).to_be_visible()
        found[path] = faults(ours)
    assert not {path: each for path, each in found.items() if each}


def _register(ours: Frame, _seen: Seen) -> None:
    ours.get_by_role("button", name="Register a connection").click()


def _edit(ours: Frame, _seen: Seen) -> None:
    ours.get_by_role("button", name="Edit", exact=True).click()


def _label(ours: Frame, _seen: Seen) -> None:
    ours.get_by_label("Choose all columns").check(force=True)
    ours.get_by_role("button", name="Tag and classify").last.click()


def _owners(ours: Frame, _seen: Seen) -> None:
    ours.get_by_role("button", name="Owners, domain and terms").click()
    ours.get_by_role("button", name="Add an owner").click()


def _relate(ours: Frame, _seen: Seen) -> None:
    ours.get_by_role("button", name="Add a relationship").click()
    ours.get_by_role("combobox", name="The other asset").fill("a")


def _delete(ours: Frame, _seen: Seen) -> None:
    ours.get_by_role("button", name="Delete the asset").click()


def _help(ours: Frame, _seen: Seen) -> None:
    ours.get_by_role("button", name="What a search understands").click()


DIALOGS: dict[str, tuple[str, Callable[[Frame, Seen], None]]] = {
    "register": ("/connections", _register),
    "edit": ("/connections/{connection}", _edit),
    "label": ("/assets/{asset}", _label),
    "owners": ("/assets/{asset}", _owners),
    "relate": ("/assets/{asset}/relationships", _relate),
    "delete": ("/assets/{asset}", _delete),
    "help": ("/catalog", _help),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_dialogs_keep_the_rules(name: str, stack: Stack, visitor: Visitor, seen: Seen) -> None:
    path, opened = DIALOGS[name]
    ours = frame(visitor.arrive(path.format(connection=seen.connection, asset=seen.assets["flights"])))
    expect(ours.locator(BUSY)).to_have_count(0)
    opened(ours, seen)
    expect(ours.get_by_role("dialog")).to_be_visible()
    assert not faults(ours)
