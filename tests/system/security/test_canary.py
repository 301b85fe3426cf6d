"""Secrets are planted wherever one can be given; then everything that can be read is searched for them."""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from psycopg import sql
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM
from tests.support.proxies import Proxy
from tests.support.stack import Stack, text_of

pytestmark = pytest.mark.system
ROOT = Path(__file__).parents[3]


@dataclass
class Canaries:
    """Secrets by the place they were given in, and every answer that came back."""

    planted: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)

    def new(self, place: str, extra: str = "") -> str:
        self.planted[place] = f"canary{extra}{secrets.token_hex(10)}"
        return self.planted[place]

    def keep(self, answer: httpx.Response) -> httpx.Response:
        answer.read()
        self.answers.append(f"{answer.request.method} {answer.request.url}\n{answer.headers}\n{answer.text}")
        return answer

    def found(self, text: str) -> list[str]:
        """The places whose secret, or a spelling of it, stands in a text."""
        return [place for place, secret in self.planted.items() if any(each in text for each in spellings(secret))]


def spellings(secret: str) -> set[str]:
    """A secret as it stands, percent-encoded, escaped in JSON, and in base64 at each of the three offsets."""
    encoded = {base64.b64encode(b"x" * offset + secret.encode())[4:-4].decode() for offset in range(3)}
    return {secret, quote(secret, safe=""), quote_plus(secret), secret.replace('"', '\\"'), *encoded}


@pytest.fixture(scope="module")
def canaries(stack: Stack) -> Canaries:
    """All canaries planted, in things that work and in things that fail, through REST, Airflow and the demo."""
    found = Canaries()
    admin = stack.client({"X-API-Key": stack.admin_key})
    admin.event_hooks["response"] = [lambda answer: void(found.keep(answer))]
    database = stack.database("create table customers (id int primary key, email text)")
    register(stack, found, admin, database)
    refuse(stack, found, admin, database)
    log_in(stack, found)
    demo(stack, found, database)
    look(admin)
    return found


def void(_: object) -> None:
    """A hook of httpx returns nothing."""


def role(stack: Stack, database: str, password: str) -> str:
    """A role of the source that logs in with a canary."""
    name = f"reader_{secrets.token_hex(4)}"
    with stack.source.connect(database) as link:
        link.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(name), sql.Literal(password)))
        link.execute(f"grant select on all tables in schema public to {name}")
    return name


def register(stack: Stack, found: Canaries, admin: httpx.Client, database: str) -> None:
    """Registered, tested, crawled, changed, refused by the source, and crawled with the link dropped."""
    password = found.new("register", "'\"%s:@/ ")
    user = role(stack, database, password)
    body = stack.body(
        database,
        configuration={"port": stack.ports[0]},
        credentials={
            "username": user,
            "password": password,
            "clientSecret": found.new("another secret"),
            "nested": {"deep": {"token": found.new("nested secret")}},
        },
    )
    path = f"{CONNECTIONS}/connections/{body['id']}"
    stack.ok(admin.post(f"{CONNECTIONS}/connections", json=body), 201)
    stack.ok(admin.post(f"{CONNECTIONS}/connections", json=body), 409)
    shown = stack.ok(found.keep(stack.airflow().get("/api/v2/connections", params={"limit": 1000})))["connections"]
    assert any(row["connection_id"] == f"{body['id']}.secrets" for row in shown)
    with Proxy(stack.source.port, stack.ports[0]):
        tested = stack.ok(admin.post(f"{path}/test"))
        assert tested["success"], tested
        stack.ok(admin.post(f"{path}/refresh"))
        stack.crawl(body["id"], by=admin)
        updated = {"username": user, "password": found.new("credentials update")}
        stack.ok(admin.put(f"{path}/credentials", json={"credentials": updated}))
        assert stack.ok(admin.post(f"{path}/test"))["success"] is False
        assert stack.ended(stack.start(body["id"], by=admin))["status"] == "FAILED"
    again = {**body, "credentials": {"username": user, "password": found.new("put")}}
    stack.ok(admin.put(path, json=again))
    admin.post(f"{path}/refresh")
    stack.cancel(stack.until(stack.start(body["id"], by=admin), lambda task: task["error"])["id"])
    for each in ("", "/credentials", "/health"):
        stack.ok(admin.get(path + each))
    stack.ok(admin.post(f"{path}/validate"))


def refuse(stack: Stack, found: Canaries, admin: httpx.Client, database: str) -> None:
    """Bodies that are refused, each with a secret where it does not belong."""

    def body(**changes: Any) -> dict[str, Any]:
        return stack.body(database, **changes)

    wrong: list[Any] = [
        body(credentials=found.new("credentials as text")),
        body(credentials={"username": "u", "password": [found.new("password as a list")]}),
        body(credentials={"username": "u", "password": {"value": found.new("password as an object")}}),
        body(credentials={"username": [], "password": found.new("beside a wrong type")}),
        body(configuration={"password": found.new("password in configuration")}),
        body(configuration={"url": f"postgresql://u:{found.new('url in configuration')}@h/d"}),
        body(configuration={"options": f"-c x password={found.new('pair in configuration')}"}),
        body(tags={"note": f"postgres://u:{found.new('url in a tag')}@h/d"}),
        body(metadata={"apiKey": found.new("key in metadata")}),
        body(type="no-such-system", subType="no-such", credentials={"password": found.new("unknown type")}),
        body(port="x", configuration={"port": "x"}, credentials={"password": found.new("beside a bad port")}),
        body(configuration={"host": f"u:{found.new('host')}@h"}),
        [found.new("a list as body")],
        found.new("a text as body"),
    ]
    for each in wrong:
        answer = admin.post(f"{CONNECTIONS}/connections", json=each)
        assert answer.status_code == 400, f"{each}: {answer.text}"
    broken = '{"credentials": {"password": "' + found.new("broken JSON")
    assert admin.post(f"{CONNECTIONS}/connections", content=broken).status_code == 400
    task = {"type": "CRAWL", "payload": {"connection_id": "x", "password": found.new("an unknown field")}}
    assert admin.post(f"{METASTORE}/tasks", json=task).status_code == 400
    key = f"cwk_{found.new('an unknown API key')}"
    assert stack.client({"X-API-Key": key}).get(f"{PLATFORM}/me").status_code == 401
    bearer = {"Authorization": f"Bearer {found.new('a bearer token')}"}
    assert stack.client(bearer).get(f"{PLATFORM}/me").status_code == 401


def log_in(stack: Stack, found: Canaries) -> None:
    """Logins that fail: on both families, and the body of one cut short."""
    client = stack.client()
    for prefix in (CONNECTIONS, METASTORE):
        body = {"username": "admin", "email": "admin", "password": found.new(f"login at {prefix}")}
        answer = found.keep(client.post(f"{prefix}/auth/login", json=body))
        assert answer.status_code == 401, answer.text
        cut = '{"username": "admin", "password": "' + found.new(f"cut login at {prefix}")
        assert found.keep(client.post(f"{prefix}/auth/login", content=cut)).status_code == 400
    typed = {"username": "admin", "password": {"is": found.new("login of a wrong type")}}
    assert found.keep(client.post(f"{CONNECTIONS}/auth/login", json=typed)).status_code == 400
    body = {"refresh_token": found.new("refresh token")}
    assert found.keep(client.post(f"{METASTORE}/auth/refresh", json=body)).status_code == 401


def demo(stack: Stack, found: Canaries, database: str) -> None:
    """The newcomer's own database, handed over as `make demo SOURCE=…` does; what is printed and run is kept."""
    password = found.new("SOURCE", "%:")
    user = role(stack, database, password)
    address = f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{stack.source.port}/{database}?sslmode=disable"
    reading, writing = os.pipe()
    os.write(writing, f"{address}\n".encode())
    os.close(writing)
    process = subprocess.Popen(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env={**stack.layout.environment(), "CROSSWIND_SOURCE_FD": str(reading), "ONCE": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, pass_fds=[reading],
    )  # fmt: skip
    os.close(reading)
    lines = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        lines.extend(command_lines())
    text = "".join(lines)
    found.answers.append(text)
    assert process.wait() == 0, text


def look(admin: httpx.Client) -> None:
    """Read whatever lists there are, so that their answers are searched."""
    for path in (
        f"{CONNECTIONS}/connections?pageSize=100",
        f"{CONNECTIONS}/health/connections?pageSize=100",
        f"{CONNECTIONS}/governance/audit?pageSize=100",
        f"{METASTORE}/assets?limit=100",
        f"{PLATFORM}/runs?pageSize=100",
        f"{PLATFORM}/airflow-connections?pageSize=100",
        f"{PLATFORM}/keys?pageSize=100",
    ):
        Stack.ok(admin.get(path))


def command_lines() -> Iterator[str]:
    """The command line of every process of the machine."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue


def test_the_canaries_were_planted(canaries: Canaries, stack: Stack) -> None:
    """A search that finds nothing proves something only when there is something to find."""
    assert len(canaries.planted) > 25
    assert canaries.found(f"x{canaries.planted['SOURCE']}y") == ["SOURCE"]
    held = stack.rows("select password, is_encrypted from public.connection where conn_type = 'postgres'")
    assert any(password and encrypted for password, encrypted in held)


def test_no_answer_tells_one(canaries: Canaries) -> None:
    told = {place: answer for answer in canaries.answers for place in canaries.found(answer)}
    assert told == {}


def test_no_row_of_any_table_holds_one(canaries: Canaries, stack: Stack) -> None:
    """Of our schema and of Airflow's: the connection's own columns are encrypted, so they too show nothing."""
    held: dict[str, list[str]] = {}
    with stack.store.connect("airflow") as link:
        tables = link.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('crosswind', 'public')"
        ).fetchall()
        assert len(tables) > 50
        for (table,) in tables:
            for text in text_of(link, table):
                if places := canaries.found(text):
                    held.setdefault(table, []).extend(places)
    assert held == {}


def test_no_file_holds_one(canaries: Canaries, stack: Stack) -> None:
    """Logs of every part and task, configuration and what PostgreSQL wrote, read as bytes."""
    read, held = 0, {}
    for path in sorted(stack.layout.run.rglob("*")):
        if not path.is_file():
            continue
        try:
            content = path.read_bytes().decode("latin-1")
        except OSError:
            continue
        read += 1
        if places := canaries.found(content):
            held[str(path)] = places
    assert read > 100
    assert held == {}


def test_no_process_shows_one(canaries: Canaries) -> None:
    assert [line for line in command_lines() if canaries.found(line)] == []


def test_no_page_shows_one(canaries: Canaries, stack: Stack) -> None:
    """Our pages and Airflow's, as the administrator's browser gets them."""
    password = (stack.layout.run / "admin-password").read_text(encoding="utf-8").strip()
    browser = stack.client(base=stack.layout.base)
    browser.cookies.set("_token", stack.token("admin", password))
    pages = ["/", "/crosswind/ui/", "/connections", "/pluginsv2/crosswind/", "/api/v2/connections?limit=1000"]
    pages += ["/api/v2/eventLogs?limit=1000", "/api/v2/importErrors", "/api/v2/dags/crosswind_crawl/dagRuns"]
    texts = [browser.get(page, follow_redirects=True, headers={"Accept": "*/*"}).text for page in pages]
    api = stack.airflow()
    texts += [api.get(page).text for page in pages if page.startswith("/api")]
    assert [page for page, text in zip(pages, texts, strict=False) if canaries.found(text)] == []
    assert sum(len(text) for text in texts) > 10_000
