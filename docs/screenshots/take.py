# ruff: noqa: INP001 - a script, no package
"""Takes the screenshots of the pages from a running platform (`make up` or `make demo`) into this folder."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, sync_playwright

from crosswind.doors.cli.stack.layout import Layout

HERE = Path(__file__).parent
FRAME = "/plugin/crosswind/pluginsv2/crosswind/ui"
SIZES = {"laptop": (1280, 800), "phone": (390, 844)}
SETTLED = 2_500


def main() -> None:
    """Take every page at laptop and phone width, light and dark."""
    layout = Layout.from_environment()
    password = (layout.run / "admin-password").read_text(encoding="utf-8").strip()
    login = {"username": "admin", "password": password}
    token = httpx.post(f"{layout.base}/auth/token", json=login, timeout=30, trust_env=False).json()["access_token"]
    client = httpx.Client(base_url=f"{layout.base}/crosswind", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    chromium = subprocess.run([HERE.parents[1] / "scripts/chromium"], capture_output=True, text=True, check=True)
    with sync_playwright() as playwright:
        path = chromium.stdout.strip().splitlines()[-1]
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, page in pages(client).items():
            for size in SIZES:
                take(browser, layout.base, token, name, page, size)
        browser.close()


def pages(client: httpx.Client) -> dict[str, str]:
    """The pages worth showing: those of the latest crawl that changed something."""
    runs = client.get("/platform/v1/runs", params={"type": "CRAWL", "status": "COMPLETED"}).json()["data"]
    run = next((each for each in runs if changed(each)), runs[0])
    removed = (run["result"].get("removed") or [{}])[0].get("id")
    asset = removed or client.get("/metastore/v1/search", params={"q": ""}).json()["results"][0]["asset"]["id"]
    return {
        "connections": "/connections",
        "connection": f"/connections/{run['connectionId']}",
        "catalog": "/catalog?q=delay",
        "asset": f"/assets/{asset}",
        "lineage": f"/assets/{asset}/lineage",
        "crawl": f"/runs/{run['id']}",
    }


def changed(run: dict[str, Any]) -> bool:
    """Whether a crawl found something gone."""
    return bool((run.get("result") or {}).get("removed"))


def take(browser: Browser, base: str, token: str, name: str, path: str, size: str) -> None:
    """Save one page at one width, in both themes."""
    width, height = SIZES[size]
    for theme in ("light", "dark"):
        context = browser.new_context(viewport={"width": width, "height": height})
        context.add_cookies([{"name": "_token", "value": token, "url": base}])
        context.add_init_script(f"localStorage.setItem('theme', '{theme}')")
        page = context.new_page()
        page.goto(f"{base}{FRAME}{path}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(SETTLED)
        page.screenshot(path=HERE / f"{name}-{size}-{theme}.png")
        context.close()


if __name__ == "__main__":
    main()
