"""The door over Airflow's real FAB auth manager: `crosswind serve` in a process of its own, and the command line."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM

from crosswind.contexts.access.permissions import PERMISSIONS, ROLES, of_roles
from crosswind.kit.embedded import EmbeddedPostgres

PASSWORD = "a-long-passw0rd-of-tests"
PREPARE = f"""
from airflow.utils import db
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
db.upgradedb()
with get_application_builder() as builder:
    builder.sm.sync_roles()
    for name, role in (("admin", "Admin"), ("vera", "Viewer"), ("nora", "Public"), ("keith", "Viewer")):
        assert builder.sm.add_user(name, name, "T", name + "@example.com", builder.sm.find_role(role), "{PASSWORD}")
"""


@dataclass
class Alone:
    """`crosswind serve` and what belongs to it."""

    base: str
    url: str
    environment: dict[str, str]

    def client(self, **headers: str) -> httpx.Client:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Client(base_url=f"{self.base}/crosswind", headers=named, timeout=30, trust_env=False)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        line = [str(Path(sys.executable).with_name("crosswind")), *words]
        return subprocess.run(line, env=self.environment, capture_output=True, text=True, timeout=120, check=False)

    def execute(self, statement: str, *values: Any) -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def token(self, name: str) -> str:
        answer = self.client().post(f"{METASTORE}/auth/login", json={"email": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def permissions(self, name: str) -> set[str]:
        with self.client(Authorization=f"Bearer {self.token(name)}") as client:
            answer = client.get(f"{PLATFORM}/me")
        return set(answer.json()["permissions"]) if answer.status_code == 200 else set()

    def give(self, name: str, role: str) -> None:
        self.execute(
            "INSERT INTO ab_user_role (id, user_id, role_id) "
            "SELECT nextval('ab_user_role_id_seq'), u.id, r.id FROM ab_user u, ab_role r "
            "WHERE u.username = %s AND r.name = %s",
            name, role,
        )  # fmt: skip

    def take(self, name: str) -> None:
        self.execute("DELETE FROM ab_user_role WHERE user_id = (SELECT id FROM ab_user WHERE username = %s)", name)


@pytest.fixture(scope="module")
def alone(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    home = tmp_path_factory.mktemp("alone")
    postgres.create_database("alone")
    url = postgres.url("alone")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")
    } | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": url,
        "AIRFLOW__API__BASE_URL": base,
        "AIRFLOW__API_AUTH__JWT_SECRET": "tests-only-secret-of-some-length-0123456789",
        "AIRFLOW__FAB__CACHE_TTL": "1",
    }  # fmt: skip
    prepared = subprocess.run(
        [sys.executable, "-c", PREPARE], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert prepared.returncode == 0, prepared.stderr[-3000:]
    log = (home / "serve.log").open("w")
    words = [str(Path(sys.executable).with_name("crosswind")), "serve", "--port", str(port)]
    process = subprocess.Popen(words, env=environment, stdout=log, stderr=subprocess.STDOUT)
    found = Alone(base, url.replace("+psycopg", ""), environment)
    try:
        _wait(found, process, home / "serve.log")
        yield found
    finally:
        process.terminate()
        process.wait(30)
        log.close()
        postgres.drop_database("alone")


def _wait(alone: Alone, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while True:
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < until, log.read_text()[-3000:]
        try:
            healthy = alone.client().get(f"{CONNECTIONS}/health").status_code == 200
            if healthy and alone.execute("SELECT count(*) FROM crosswind.role_seeds")[0][0]:
                return
        except (httpx.TransportError, psycopg.Error):
            pass
        time.sleep(0.3)


def test_the_roles_of_the_design_are_rows_that_hold_what_it_says(alone: Alone) -> None:
    rows = alone.execute("""
        SELECT r.name, a.name, v.name FROM ab_role r JOIN ab_permission_view_role pr ON pr.role_id = r.id
        JOIN ab_permission_view pv ON pv.id = pr.permission_view_id
        JOIN ab_permission a ON a.id = pv.permission_id JOIN ab_view_menu v ON v.id = pv.view_menu_id
        WHERE r.name LIKE 'crosswind%' AND v.name LIKE 'Crosswind %'
    """)
    held: dict[str, set[str]] = {}
    for role, action, resource in rows:
        held.setdefault(role.removeprefix("crosswind_"), set()).add(
            f"{resource.removeprefix('Crosswind ').lower()}:{action}"
        )
    assert held == {role: set(of_roles([role])) for role in ROLES}


def test_login_by_name_and_by_email_in_each_design(alone: Alone) -> None:
    client = alone.client()
    for field, value in (("username", "admin"), ("email", "admin@example.com")):
        for path in (f"{CONNECTIONS}/auth/login", "/connections-platform/api/v1/auth/login"):
            answer = client.post(path, json={field: value, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            assert answer.json()["user"] == {
                "id": "admin", "email": "admin@example.com", "name": "admin T", "roles": ["Admin"],
            }  # fmt: skip
    answer = client.post(f"{METASTORE}/auth/login", json={"email": "admin@example.com", "password": PASSWORD}).json()
    assert set(answer) == {"access_token", "refresh_token", "expires_in", "user"}
    again = client.post(f"{METASTORE}/auth/refresh", json={"refresh_token": answer["refresh_token"]}).json()
    me = alone.client(Authorization=f"Bearer {again['access_token']}").get(f"{PLATFORM}/me").json()
    assert (me["subject"], me["kind"], set(me["permissions"])) == ("admin", "user", set(PERMISSIONS))


def test_a_wrong_password_is_refused_and_audited(alone: Alone) -> None:
    answer = alone.client().post(f"{CONNECTIONS}/auth/login", json={"username": "nora", "password": "wrong"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SEC_001")
    identifier = answer.json()["error"]["requestId"]
    rows = alone.execute("SELECT action, outcome, after FROM crosswind.audit WHERE request_id = %s", identifier)
    assert [(action, outcome) for action, outcome, _ in rows] == [("login", "denied")]
    assert rows[0][2]["account"] == "nora"


def test_the_audit_trail_shows_people_by_their_full_names(alone: Alone) -> None:
    with alone.client(Authorization=f"Bearer {alone.token('admin')}") as admin:
        body = {"type": "TABLE", "name": "users", "qualified_name": "prod.public.users"}
        assert admin.post(f"{METASTORE}/assets", json=body).status_code == 201
        entry = admin.get(f"{METASTORE}/audits", params={"entity_type": "ASSET"}).json()["data"][0]
    assert entry["user"] == {"id": "admin", "name": "admin T"}


def test_permission_rows_decide_and_what_an_administrator_took_stays_taken(alone: Alone) -> None:
    assert alone.permissions("vera") == set()
    alone.give("vera", "crosswind_viewer")
    time.sleep(1.2)
    assert alone.permissions("vera") == set(of_roles(["viewer"]))
    alone.execute("""
        DELETE FROM ab_permission_view_role WHERE role_id = (SELECT id FROM ab_role WHERE name = 'crosswind_viewer')
        AND permission_view_id IN (SELECT pv.id FROM ab_permission_view pv JOIN ab_view_menu v ON v.id = pv.view_menu_id
                                   WHERE v.name = 'Crosswind Tag')
    """)
    seeded = alone.command("keys", "list")
    assert seeded.returncode == 0, seeded.stderr
    time.sleep(1.2)
    assert alone.permissions("vera") == set(of_roles(["viewer"])) - {"tag:read"}


def test_a_key_is_worth_what_its_owner_may_at_this_moment(alone: Alone) -> None:
    alone.give("keith", "crosswind_data_engineer")
    made = alone.command("keys", "create", "--name", "Keith's", "--owner", "keith", "--json")
    assert made.returncode == 0, made.stderr
    key = json.loads(made.stdout)
    client = alone.client(X_API_Key=key["key"])
    assert set(client.get(f"{PLATFORM}/me").json()["permissions"]) == set(of_roles(["data_engineer"]))
    alone.take("keith")
    time.sleep(5.5)
    assert client.get(f"{PLATFORM}/me").status_code == 403
    alone.execute("UPDATE ab_user SET active = false WHERE username = 'keith'")
    time.sleep(5.5)
    assert client.get(f"{PLATFORM}/me").status_code == 401
    assert alone.command("keys", "revoke", key["id"]).returncode == 0
    (shown,) = [each for each in json.loads(alone.command("keys", "list").stdout) if each["id"] == key["id"]]
    assert shown["revokedAt"]
    assert key["key"] not in json.dumps(shown)


def test_a_login_link_works_once(alone: Alone) -> None:
    made = alone.command("ticket", "--next", "/plugin/crosswind/catalog")
    assert made.returncode == 0, made.stderr
    link = made.stdout.strip()
    answer = httpx.get(link, follow_redirects=False, trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/plugin/crosswind/catalog")
    assert "HttpOnly" in answer.headers["set-cookie"]
    browser = alone.client(Cookie=f"_token={answer.cookies['_token']}")
    assert browser.get(f"{PLATFORM}/me").json()["subject"] == "admin"
    assert httpx.get(link, follow_redirects=False, trust_env=False).status_code == 401
    assert alone.command("ticket", "--next", "//evil.example").returncode == 1


def test_the_audit_verifies_until_somebody_changes_a_row(alone: Alone) -> None:
    sound = alone.command("audit", "verify")
    assert sound.returncode == 0, sound.stderr
    (row,) = alone.execute("SELECT id FROM crosswind.audit WHERE hash IS NOT NULL ORDER BY id LIMIT 1")[0]
    with psycopg.connect(alone.url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE crosswind.audit SET actor = 'nobody' WHERE id = %s", (row,))
    broken = alone.command("audit", "verify")
    assert broken.returncode == 1
    assert f"row {row}," in broken.stderr
