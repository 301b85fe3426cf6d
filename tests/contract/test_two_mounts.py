"""Every route through both mounts: what Flask-AppBuilder's answers is what FastAPI's answers.

Two stores start alike; the same requests go to one through the FastAPI mount and to the other through the bridge under
Flask, and the answers are compared with ids, times and secrets taken out.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, connection, crawl, table
from tests.support.connections import body_of
from tests.support.mounts import BASE, bridged, through
from tests.support.served import ROUTES, Served

from crosswind.doors.fab import bridge
from crosswind.kit.embedded import EmbeddedPostgres

VOLATILE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[0-9.:+Z]*|cw[a-z]_[\w-]+|req-[0-9a-f]{16}|[0-9a-f]{64}|nonce[-=]\"?[\w-]{22}"
    r'|(?<=\.)[0-9a-f]{16}(?=")'
)
DURATIONS = re.compile(r'"(latencyMs|milliseconds|ageSeconds|took_ms|uptime\w*|latency)":\s*("[^"]*"|[0-9.]+)')
DROPPED = {"date", "server", "x-ratelimit-reset", "content-length"}
COUNTING = {"ratelimit", "x-ratelimit-remaining"}
"""Told by both, with numbers that depend on how fast the test is."""
Request = tuple[str, str, dict[str, Any]]
NOWHERE = "00000000-0000-4000-8000-000000000000"


@dataclass
class Side:
    """One mount over one store, and the callers that requests are made as."""

    rest: Rest
    base: str
    connect: Callable[[dict[str, str], str], httpx.Client]
    callers: dict[str, httpx.Client] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def fill(self) -> None:
        """One of everything, in the same order on both sides."""
        admin = {"X-API-Key": self.rest.key(subject="ana")}
        self.rest.people.add("ben", "viewer", password="right")
        key = connection(self.rest, "shop")
        crawl(self.rest, key, found=[table("orders"), table("übung/a b"), table("customers")])
        task = Task(self.rest, connection(self.rest, "other"))
        self.callers = {
            "admin": self.connect(admin, "127.0.0.1"),
            "viewer": self.connect({"Authorization": "Bearer token.ben.x"}, "127.0.0.1"),
            "lease": self.connect(dict(task.client.headers), "127.0.0.1"),
            "nobody": self.connect({}, "127.0.0.1"),
            "cookie": self.connect({"Cookie": "_token=token.ana.x", "X-Crosswind-Request": "1"}, "127.0.0.1"),
        }
        with self.rest.platform.session() as session:
            asset = session.scalar(text("SELECT id FROM crosswind.assets WHERE name = 'orders'"))
        self.ids = {"id": str(asset), "taskId": task.id, "connectionId": "shop", "schema": "public"}
        self.ids |= {"table": "orders", "connId": "nothing", "ticket": "nothing", "assetId": str(asset), "number": "1"}
        self.ids |= dict.fromkeys(("tagId", "relationshipId", "uploadId", "violationId"), NOWHERE)

    def ask(self, caller: str, request: Request) -> tuple[Any, ...]:
        method, path, options = request
        answer = self.callers[caller].request(method, path, **options)
        return answer.status_code, self.headers(answer), self.plain(answer.text)

    def headers(self, answer: httpx.Response) -> dict[str, str]:
        kept = {name: value for name, value in answer.headers.items() if name not in DROPPED}
        return {name: "…" if name in COUNTING else self.plain(value) for name, value in sorted(kept.items())}

    def plain(self, value: str) -> str:
        value = DURATIONS.sub(r'"\1":0', VOLATILE.sub("…", value))
        return value.replace(BASE, "") if self.base else value


@pytest.fixture(scope="module")
def airflow(airflow_metadata: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    found = Airflow(airflow_metadata, tmp_path_factory.mktemp("mounts"))
    found.enter()
    yield found
    found.leave()


@pytest.fixture(scope="module")
def sides(postgres: EmbeddedPostgres, store_template: str, airflow: Airflow) -> Iterator[tuple[Side, Side]]:
    for name in ("mount_one", "mount_two"):
        postgres.create_database(name, template=store_template)
    patch = pytest.MonkeyPatch()
    limits: dict[str, Any] = {"rate_limit": 100_000}
    with (
        Rest(postgres.url("mount_one"), **limits) as one,
        Rest(postgres.url("mount_two"), threads=bridge.ADMITTED, **limits) as two,
        bridged(two, patch) as outer,
    ):
        direct = Side(one, "", one.anonymous)
        other = Side(two, BASE, lambda headers, address: through(two, outer, headers, address))
        for side in (direct, other):
            side.fill()
        yield direct, other
    patch.undo()
    for name in ("mount_one", "mount_two"):
        postgres.drop_database(name)


def same(sides: tuple[Side, Side], caller: str, method: str, path: str, **options: Any) -> tuple[Any, ...]:
    """The answer of both mounts, which must be one; places in `path` are filled on each side."""
    answers = [side.ask(caller, (method, path.format_map(side.ids), options)) for side in sides]
    assert answers[0] == answers[1]
    return answers[0]


def places(route: Served) -> str:
    return re.sub(r"\{(\w+):path\}", r"{\1}", route.path)


@pytest.mark.parametrize("caller", ["admin", "viewer", "lease", "nobody", "cookie"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.id)
def test_each_route_answers_alike(sides: tuple[Side, Side], route: Served, caller: str) -> None:
    options: dict[str, Any] = {} if route.method in {"GET", "DELETE"} else {"json": {}}
    if route.method == "DELETE":
        options["headers"] = {"If-Match": '"999"'}
    status, *_ = same(sides, caller, route.method, places(route), **options)
    assert status < 500 or status == 503


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method == "GET"], ids=lambda route: route.id)
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PATCH"])
def test_methods_beside_the_routes_own(sides: tuple[Side, Side], route: Served, method: str) -> None:
    _, headers, body = same(sides, "admin", method, places(route))
    assert body == "" or method not in {"HEAD", "OPTIONS"}
    assert headers["x-request-id"]


def test_a_head_tells_the_length_of_its_get(sides: tuple[Side, Side]) -> None:
    lengths = {side.callers["admin"].head(f"{METASTORE}/tags").headers["Content-Length"] for side in sides}
    assert len(lengths) == 1
    assert int(lengths.pop()) > 0


def test_a_life_of_each_thing(sides: tuple[Side, Side], airflow: Airflow) -> None:
    """Made, seen, changed with `If-Match`, changed with a stale one, paged, deleted."""
    answers = []
    for side in sides:
        airflow.forget_connections()
        answers.append(list(_life(side)))
    for here, there in zip(*answers, strict=True):
        assert here == there
    statuses = [answer[0] for answer in answers[0]]
    assert {200, 201, 204, 400, 404, 409, 422} <= set(statuses), statuses


def _life(side: Side) -> Iterator[tuple[Any, ...]]:
    def ask(method: str, path: str, **options: Any) -> tuple[Any, ...]:
        return side.ask("admin", (method, path, options))

    place = f"{CONNECTIONS}/connections"
    yield ask("POST", place, json=body_of(id="made", name="Übung ✓", environment="dev"))
    yield ask("POST", place, json=body_of(id="made"))
    yield ask("GET", f"{place}/made")
    yield ask("GET", f"{place}/made", headers={"If-None-Match": '"1"'})
    yield ask("GET", f"{place}/made", headers={"If-None-Match": "*"})
    yield ask("GET", place, params={"page": 1, "pageSize": 1})
    yield ask("GET", place, params={"environment": "dev", "nothing": "x"})
    yield ask("PATCH", f"{place}/made/status", json={"status": "inactive"}, headers={"If-Match": '"1"'})
    yield ask("PATCH", f"{place}/made/status", json={"status": "active"}, headers={"If-Match": '"1"'})
    yield ask("PATCH", f"{place}/made/status", json={"status": "active"}, headers={"If-Match": "*"})
    yield ask("POST", f"{place}/made/validate")
    yield ask("POST", f"{place}/made/test")
    yield ask("DELETE", f"{place}/made", headers={"If-Match": '"77"'})
    yield ask("DELETE", f"{place}/made")
    yield ask("GET", f"{place}/made")
    body = json.dumps({"name": "zipped", "category": "ü"}).encode()
    zipped = {"Content-Encoding": "gzip", "Content-Type": "application/json", "Idempotency-Key": "k-1"}
    for headers in (zipped, zipped, {**zipped, "Idempotency-Key": "k 1"}, {**zipped, "Content-Encoding": "br"}):
        yield ask("POST", f"{METASTORE}/tags", content=gzip.compress(body), headers=headers)
    yield ask("POST", f"{METASTORE}/tags", content=gzip.compress(body)[:-4], headers=zipped)
    yield ask("POST", f"{METASTORE}/tags", json={"name": "other"}, headers={"Idempotency-Key": "k-1"})
    plain = {"Content-Type": "application/json"}
    twice = [("Idempotency-Key", "k"), ("Idempotency-Key", "k")]
    yield ask("POST", f"{METASTORE}/tags", json={"name": "twice"}, headers=twice)
    yield ask(
        "POST",
        f"{METASTORE}/tags",
        content=iter([b'{"name": ', b'"chunked"}']),
        headers=plain,
    )
    yield ask("GET", f"{METASTORE}/tags", params={"limit": 2, "offset": 1})
    yield ask("POST", f"{PLATFORM}/keys", json={"name": "shown once"})


@pytest.mark.parametrize(
    "path",
    [
        "/", "/nothing", "/docs/errors", "/metastore", "/metastore/", "/metastore/v1/tags/", "/metastore/v1//tags",
        "/metastore/v1/./tags", "/metastore/v1/%2e%2e/v1/tags", "/metastore/v1/assets/%00",
        "/metastore/v1/assets/%E2%80%AE", "/metastore/v1/assets/a%2Fb", "/metastore/v1/assets/%252F",
        "/metastore/v1/search?q=%FF", "/metastore/v1/search?q=%C3%BC&q=2", "/metastore/v1/search?q=a%2Bb+c",
        "/metastore/v1/search?q=a;b", "/metastore/v1/tags?limit=x", "/metastore/openapi.json", "/platform/docs",
        "/metastore/docs/swagger-ui.css", f"{CONNECTIONS}/connections/shop/tables/%C3%BCbung%2Fa%20b?schema=public",
        f"{CONNECTIONS}/connections/shop/tables/%C3%BCbung/a%20b?schema=public",
        f"{CONNECTIONS}/connections/shop/tables/a%2F%2Fb", f"{CONNECTIONS}/connections/shop/schemas/a%20/",
    ],
)  # fmt: skip
def test_paths_that_could_be_read_in_two_ways(sides: tuple[Side, Side], path: str) -> None:
    answers = []
    for side in sides:
        url = httpx.URL(str(side.callers["admin"].base_url).rstrip("/") + path)
        answers.append(side.ask("admin", ("GET", str(url), {})))
    assert answers[0] == answers[1]


def test_a_slash_in_a_name_is_a_slash(sides: tuple[Side, Side]) -> None:
    status, _, body = same(
        sides, "admin", "GET", f"{CONNECTIONS}/connections/shop/tables/%C3%BCbung%2Fa%20b", params={"schema": "public"}
    )
    assert (status, json.loads(body)["name"]) == (200, "übung/a b")


@pytest.mark.parametrize("length", [1024 * 1024, 1024 * 1024 + 1])
def test_a_bodys_limit(sides: tuple[Side, Side], length: int) -> None:
    body = b'{"name": "' + b"x" * (length - 12) + b'"}'
    status, *_ = same(
        sides, "admin", "POST", f"{METASTORE}/tags", content=body, headers={"Content-Type": "application/json"}
    )
    assert status == (400 if length == 1024 * 1024 else 413)


def test_links_in_an_answer_stay_within_the_mount_it_came_through(sides: tuple[Side, Side]) -> None:
    for side in sides:
        missing = side.callers["admin"].get(f"{CONNECTIONS}/connections/nothing")
        link = missing.json()["error"]["documentation"]
        assert link == f"{side.base}/docs/errors#GEN_404"
        unknown = side.callers["admin"].get(f"{CONNECTIONS}/nowhere/at/all").json()["error"]
        assert unknown["documentation"] == link
        page = side.callers["admin"].get(link.removeprefix(side.base))
        assert page.status_code == 200
        document = side.callers["admin"].get("/metastore/openapi.json").json()
        assert document["servers"] == [{"url": f"{side.base}/metastore"}]


def test_logins_are_counted_by_the_callers_address(sides: tuple[Side, Side]) -> None:
    login, wrong = f"{METASTORE}/auth/login", {"username": "ben", "password": "wrong"}
    for side in sides:
        guesser, other = side.connect({}, "192.0.2.7"), side.connect({}, "192.0.2.8")
        statuses = [guesser.post(login, json=wrong).status_code for _ in range(11)]
        assert statuses == [401] * 10 + [429]
        assert other.post(login, json={**wrong, "password": "right"}).status_code == 200
        with side.rest.platform.session() as session:
            addresses = session.scalars(text("SELECT after->>'address' FROM crosswind.audit WHERE action = 'login'"))
            assert "192.0.2.7" in set(addresses)


def test_limits_are_counted_together(sides: tuple[Side, Side]) -> None:
    _, other = sides
    direct = other.rest.anonymous(dict(other.callers["admin"].headers))
    first = int(direct.get(f"{PLATFORM}/me").headers["X-RateLimit-Remaining"])
    assert int(other.callers["admin"].get(f"{PLATFORM}/me").headers["X-RateLimit-Remaining"]) < first
