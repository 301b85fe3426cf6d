# ruff: noqa: INP001 - a script, no package
"""Takes the screenshots of every page from a running platform (`make up` or `make demo`) into this folder."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from crosswind.doors.cli.stack.layout import LOOPBACK, Layout

HERE = Path(__file__).parent
SHELL = "/pluginsv2/crosswind/ui"
SIZES = {"laptop": (1280, 800), "phone": (390, 844)}
THEMES = ("light", "dark")
PATIENCE = 60_000
"""Milliseconds that a page may take."""
WORDS: dict[str, list[dict[str, Any]]] = {
    "/metastore/v1/tags": [
        {"name": "Finance", "category": "Domain", "description": "Counts in the books"},
        {"name": "Reviewed", "category": "Quality", "description": "Somebody looked at it this year"},
    ],
    "/platform/v1/terms": [
        {"name": "Carrier", "description": "An airline that sells the flight", "synonyms": ["Airline"]},
        {"name": "Delay", "description": "Minutes after the plan; early is negative", "related": ["Carrier"]},
    ],
}
HEARD = "Change desk"
"""The webhook that is shown, which hears of tags."""
SENT = 5
"""Its deliveries that are waited for."""
STILL = 400
"""Milliseconds without a change after which a page counts as drawn."""
QUALITY = 72
SCAN = "crosswind_scan"
DRAWN = """still => {
  const busy = '[aria-busy=true], .chakra-skeleton, .chakra-spinner';
  const text = document.body.innerText + document.querySelectorAll('*').length;
  const now = performance.now();
  if (text !== window.seenText) { window.seenText = text; window.seenAt = now; }
  return !document.querySelector(busy) && document.fonts.status === 'loaded' && now - window.seenAt > still;
}"""


@dataclass(frozen=True)
class Shot:
    """A page, what must be seen on it before its picture is taken, and what is done first to see it."""

    path: str
    sign: str
    first: Callable[[Frame], None] | None = None
    shell: bool = True
    """Whether the path is one of our pages; else it is one of Airflow's."""


def main(wanted: list[str]) -> None:
    """Take the named pages, or all of them, at laptop and phone width, light and dark."""
    layout = Layout.from_environment()
    password = (layout.run / "admin-password").read_text(encoding="utf-8").strip()
    login = {"username": "admin", "password": password}
    token = httpx.post(f"{layout.base}/auth/token", json=login, timeout=30, trust_env=False).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    client = httpx.Client(base_url=f"{layout.base}/crosswind", headers=bearer, timeout=30, trust_env=False)
    chromium = subprocess.run([HERE.parents[1] / "scripts/chromium"], capture_output=True, text=True, check=True)
    with sync_playwright() as playwright:
        path = chromium.stdout.strip().splitlines()[-1]
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        speak(client)
        with heard(client, layout):
            for name, shot in shots(client).items():
                for size in SIZES if not wanted or name in wanted else ():
                    for theme in THEMES:
                        take(browser, layout.base, token, name, shot, size, theme)
        browser.close()


def shots(client: httpx.Client) -> dict[str, Shot]:
    """Every page, on the latest crawl that changed something and on what it found gone."""
    runs = client.get("/platform/v1/runs", params={"type": "CRAWL", "status": "COMPLETED"}).json()["data"]
    run = next((each for each in runs if changed(each)), runs[0])
    removed = (run["result"].get("removed") or [{}])[0].get("id")
    asset = personal(client) or removed or first(client)
    files = {each["asset"]["name"]: each["asset"]["id"] for each in datasets(client)}
    bucket = files.pop("/", None)
    more = {
        "dataset": Shot(f"/assets/{next(iter(files.values()), None)}", "h2:has-text('Files')"),
        "bucket": Shot(f"/assets/{bucket}", "h2:has-text('Protection')"),
    }
    return {
        "connections": Shot("/connections", "table[aria-label=Connections] a"),
        "connection": Shot(f"/connections/{run['connectionId']}", "text=Id in DAGs"),
        "catalog": Shot("/catalog?q=name", "main ol > li"),
        "asset": Shot(f"/assets/{asset}", "table td"),
        "lineage": Shot(f"/assets/{removed or asset}/lineage", ".react-flow__node"),
        "findings": Shot("/findings", "h1:has-text('Personal data')"),
        "compliance": Shot("/compliance", "main [aria-pressed]"),
        "tags": Shot("/tags", "text=level 0"),
        "runs": Shot("/runs", "table[aria-label=Runs] a"),
        "crawl": Shot(f"/runs/{run['id']}", "text=Relationships"),
        **(more if bucket and files else {}),
        **worked_on(client, str(asset), str(removed or asset)),
    }


def worked_on(client: httpx.Client, asset: str, broken: str) -> dict[str, Shot]:
    """What people do on the pages: dialogs, an opened violation, the tabs of an asset, the tab of a DAG."""
    return {
        "search": Shot("/catalog?q=name%20type%3ATABLE", "main ol > li"),
        "impact": Shot(f"/assets/{read(client, broken)}/impact", "h2:has-text('Whom to tell')"),
        "relationships": Shot(f"/assets/{asset}/relationships", "table td"),
        "history": Shot(f"/assets/{asset}/history", "table td"),
        "owners": Shot(f"/assets/{asset}", "table td", lambda ours: press(ours, "owners, domain and terms")),
        "labels": Shot(f"/assets/{asset}", "table td", label),
        "violation": Shot("/compliance", "table[aria-label=Violations] td", lambda ours: press(ours, "^Details of")),
        "remedy": Shot("/compliance", "table[aria-label=Violations] td", remedy),
        "dag": Shot(f"/dags/{tell(client)}/plugin/crosswind-lineage", ".react-flow__node", shell=False),
        "transfer": Shot("/transfer", "h2:has-text('From a spreadsheet')"),
        "audit": Shot("/audit", "table[aria-label=Audit] td"),
        "apis": Shot("/apis", "text=OpenLineage"),
        "glossary": Shot("/glossary", "h1:has-text('Glossary')"),
        "webhooks": Shot("/webhooks", "table[aria-label=Webhooks] td", lambda ours: press(ours, "^Deliveries of")),
    }


def read(client: httpx.Client, asset: str) -> str:
    """What an asset reads at the end of its lineage, or itself."""
    upstream = client.get(f"/metastore/v1/assets/{asset}/lineage", params={"direction": "upstream"}).json()["upstream"]
    return str(upstream[-1]["asset"]["id"]) if upstream else asset


def tell(client: httpx.Client) -> str:
    """Tell as OpenLineage what a scan reads, where no DAG of somebody's told yet; returns the DAG."""
    query: dict[str, str | int] = {"q": "type:TABLE", "limit": 8}
    found = [each["asset"] for each in client.get("/metastore/v1/search", params=query).json()["results"]]
    tables = [each for each in found if each["connection_id"]]
    inputs = []
    for table in tables:
        where = client.get(f"/connections-platform/v1/connections/{table['connection_id']}").json()["configuration"]
        name = f"{table['database']}.{table['schema']}.{table['name']}"
        inputs.append({"namespace": f"postgres://{where['host']}:{where['port']}", "name": name})
    event = {
        "eventType": "COMPLETE",
        "eventTime": datetime.now(UTC).isoformat(),
        "producer": "https://crosswind.invalid/screenshots",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid4())},
        "job": {"namespace": "default", "name": f"{SCAN}.scan"},
        "inputs": inputs,
        "outputs": [],
    }
    client.post("/metastore/api/v1/lineage", json=event).raise_for_status()
    return SCAN


def speak(client: httpx.Client) -> None:
    """Keep some tags and terms, where there are none yet."""
    for path, words in WORDS.items():
        if not client.get(path).json()["data"]:
            for word in words:
                client.post(path, json=word).raise_for_status()


@contextmanager
def heard(client: httpx.Client, layout: Layout) -> Iterator[None]:
    """A webhook of ours that was sent something, for as long as the pictures are taken."""
    server = receiver(layout)
    Thread(target=server.serve_forever, daemon=True).start()
    body = {"name": HEARD, "url": f"http://{LOOPBACK}:{server.server_port}/changes", "events": ["tag.*"]}
    made = client.post("/platform/v1/webhooks", json=body).raise_for_status().json()["id"]
    try:
        hear(client, f"/platform/v1/webhooks/{made}/deliveries")
        yield
    finally:
        client.delete(f"/platform/v1/webhooks/{made}")
        server.shutdown()
        server.server_close()


def receiver(layout: Layout) -> HTTPServer:
    """What takes events, but for the first, on a port that the platform may dial."""

    class Takes(BaseHTTPRequestHandler):
        statuses = iter([503])

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(next(self.statuses, 204))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    for address in layout.allowed:
        try:
            return HTTPServer((LOOPBACK, int(address.rpartition(":")[2])), Takes)
        except OSError:
            continue
    raise SystemExit(
        "Start the platform with CROSSWIND_ALLOWED_ADDRESSES=127.0.0.1:8099: a webhook is to be sent there"
    )


def hear(client: httpx.Client, deliveries: str) -> None:
    """Make, change and delete a tag, and wait until that was sent, the first of it twice."""
    made = client.post("/metastore/v1/tags", json={"name": f"Draft {uuid4().hex[:6]}"}).raise_for_status().json()["id"]
    for word in ("Not yet looked at", "Nobody answers for it yet"):
        client.put(f"/platform/v1/tags/{made}", json={"description": word}).raise_for_status()
    client.delete(f"/platform/v1/tags/{made}").raise_for_status()
    deadline = time.monotonic() + PATIENCE / 1000
    while len(client.get(deliveries).json()["data"]) < SENT:
        if time.monotonic() > deadline:
            raise SystemExit("The webhook was not sent what it hears of")
        time.sleep(0.5)


def press(ours: Frame, name: str) -> None:
    """Press the first button of a name."""
    ours.get_by_role("button", name=re.compile(name, re.IGNORECASE)).first.click()


def label(ours: Frame) -> None:
    """Choose columns and open the dialog that labels them."""
    ours.get_by_label("Choose all columns").check(force=True)
    ours.get_by_role("button", name=re.compile("^Tag and classify [0-9]")).click()


def remedy(ours: Frame) -> None:
    """Choose what can be remedied and see what would be done."""
    rows = ours.get_by_role("row").filter(has_text="fixable")
    rows.first.wait_for(timeout=PATIENCE)
    for number in range(min(3, rows.count())):
        rows.nth(number).get_by_role("checkbox").check(force=True)
    ours.get_by_role("button", name="Remedy").click()


def changed(run: dict[str, Any]) -> bool:
    """Whether a crawl found something gone."""
    return bool((run.get("result") or {}).get("removed"))


def personal(client: httpx.Client) -> str | None:
    """The asset with the most personal data, if a scan found any."""
    answer = client.get("/platform/v1/findings", params={"pageSize": 100})
    found = [str(each["assetId"]) for each in answer.json()["data"]] if answer.is_success else []
    return max(found, key=found.count) if found else None


def datasets(client: httpx.Client) -> list[dict[str, Any]]:
    """Files and buckets that a crawl found, those in partitions first."""
    query: dict[str, str | int] = {"q": "", "type": "DATASET", "limit": 50}
    found: list[dict[str, Any]] = client.get("/metastore/v1/search", params=query).json()["results"]
    return sorted(found, key=lambda each: "." in each["asset"]["name"])


def first(client: httpx.Client) -> str:
    """Any asset."""
    return str(client.get("/metastore/v1/search", params={"q": ""}).json()["results"][0]["asset"]["id"])


def take(browser: Browser, base: str, token: str, name: str, shot: Shot, size: str, theme: str) -> None:
    """Save one page at one width in one theme."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.add_cookies([{"name": "_token", "value": token, "url": base}])
    context.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    page = context.new_page()
    page.goto(f"{base}/plugin/crosswind{SHELL}{shot.path}" if shot.shell else f"{base}{shot.path}", wait_until="commit")
    ours = frame(page)
    ours.locator(shot.sign).first.wait_for(timeout=PATIENCE)
    if shot.first is not None:
        shot.first(ours)
    ours.wait_for_function(DRAWN, arg=STILL, timeout=PATIENCE)
    if ours.locator(".react-flow").count():
        ours.locator(".react-flow").evaluate("graph => graph.scrollIntoView({ block: 'nearest' })")
        page.wait_for_timeout(STILL)
    target = HERE / f"{name}-{size}-{theme}.webp"
    save(page, target)
    print(f"{target.name:<32} {target.stat().st_size / 1000:6.1f} kB", flush=True)
    context.close()


def frame(page: Page) -> Frame:
    """The frame that holds our pages."""
    handle = page.wait_for_selector(f"iframe[src*='{SHELL}']", timeout=PATIENCE)
    ours = handle.content_frame() if handle else None
    if ours is None:
        raise SystemExit("Airflow shows no frame with the pages")
    return ours


def save(page: Page, target: Path) -> None:
    """Save what is seen as WebP, which the browser itself can write and which takes a third of a PNG."""
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    target.write_bytes(base64.b64decode(taken["data"]))


if __name__ == "__main__":
    main(sys.argv[1:])
