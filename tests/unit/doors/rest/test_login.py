"""Logins: passwords, refresh tokens, links, and guessing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM, Rest

from crosswind.contexts.access.attempts import PER_ACCOUNT, PER_ADDRESS
from crosswind.contexts.access.attempts import PER_ACCOUNT_AND_ADDRESS as EACH
from crosswind.contexts.access.permissions import PERMISSIONS
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Invalid

LOGIN = f"{METASTORE}/auth/login"
REFRESH = f"{METASTORE}/auth/refresh"


@pytest.fixture
def client(rest: Rest) -> httpx.Client:
    rest.people.add("ana", "viewer", password="right")
    rest.people.add("bob", "viewer", password="right")
    return rest.anonymous()


def log_in(client: httpx.Client, password: str = "right", name: str = "ana") -> httpx.Response:
    return client.post(LOGIN, json={"email": name, "password": password})


def test_a_login_gives_tokens_that_work(rest: Rest, client: httpx.Client) -> None:
    body = client.post(LOGIN, json={"email": "ana@example.com", "password": "right"}).json()
    assert body["user"] == {"id": "ana", "email": "ana@example.com", "name": "Ana", "roles": ["viewer"]}
    assert body["expires_in"] == 3600
    bearer = rest.anonymous({"Authorization": f"Bearer {body['access_token']}"})
    assert bearer.get(f"{PLATFORM}/me").json()["subject"] == "ana"


def test_the_alias_of_the_connections_platform_answers_alike(client: httpx.Client) -> None:
    for path in (f"{CONNECTIONS}/auth/login", "/connections-platform/api/v1/auth/login"):
        body = client.post(path, json={"username": "ana", "password": "right"}).json()
        assert body.keys() == {"accessToken", "refreshToken", "tokenType", "expiresIn", "tenant", "user"}


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "password"), ({"password": "x"}, "body"), ({"email": "ana", "password": ""}, "password"), ([], "body")],
)
def test_a_login_without_its_parts_is_told_which(client: httpx.Client, body: object, field: str) -> None:
    answer = client.post(LOGIN, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_REQUEST")
    assert answer.json()["error"]["details"]["field"] == field


def test_a_failed_login_says_not_which_part_was_wrong_and_is_audited(rest: Rest, client: httpx.Client) -> None:
    wrong, unknown = log_in(client, "wrong"), log_in(client, "right", "nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["error"]["message"] == unknown.json()["error"]["message"]
    audit = rest.client().get(f"{CONNECTIONS}/governance/audit?action=login&outcome=denied").json()["data"]
    assert sorted(entry["after"]["account"] for entry in audit) == ["ana", "nobody"]
    assert "wrong" not in str(audit).replace("is wrong", "")


def test_guessing_one_account_is_limited_also_at_once(client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: log_in(client, f"guess-{number}"), range(EACH + 10)))
    assert sorted(answer.status_code for answer in answers) == [401] * EACH + [429] * 10
    limited = next(answer for answer in answers if answer.status_code == 429)
    assert 0 < int(limited.headers["Retry-After"]) <= 900
    assert limited.json()["error"]["code"] == "RATE_LIMITED"
    assert log_in(client).status_code == 429
    assert log_in(client, name="bob").status_code == 200


def test_whoever_guesses_locks_nobody_else_out(rest: Rest, client: httpx.Client) -> None:
    guesser = rest.anonymous(address="203.0.113.9")
    assert [log_in(guesser, "x").status_code for _ in range(EACH + 1)] == [401] * EACH + [429]
    assert log_in(client).status_code == 200


def test_guessing_many_accounts_from_one_address_is_limited(rest: Rest, client: httpx.Client) -> None:
    codes = [log_in(client, "x", f"user-{number}").status_code for number in range(PER_ADDRESS + 5)]
    assert codes == [401] * PER_ADDRESS + [429] * 5
    assert log_in(client).status_code == 429
    assert log_in(rest.anonymous(address="203.0.113.9")).status_code == 200


def test_guessing_from_many_addresses_ends_and_leaves_a_known_address_alone(rest: Rest, client: httpx.Client) -> None:
    assert log_in(client).status_code == 200
    guessers = [rest.anonymous(address=f"203.0.113.{number}") for number in range(PER_ACCOUNT // EACH + 1)]
    codes = [log_in(guesser, "x").status_code for guesser in guessers for _ in range(EACH)]
    assert codes == [401] * PER_ACCOUNT + [429] * EACH
    assert log_in(rest.anonymous(address="198.51.100.7")).status_code == 429
    assert log_in(client).status_code == 200
    assert [log_in(client, "x").status_code for _ in range(EACH + 1)] == [401] * EACH + [429]


def test_one_customers_ipv6_network_is_one_address(rest: Rest, client: httpx.Client) -> None:
    for number in range(EACH):
        assert log_in(rest.anonymous(address=f"2001:db8:1:2::{number}"), "x").status_code == 401
    assert log_in(rest.anonymous(address="2001:db8:1:2:ffff::9"), "x").status_code == 429
    assert log_in(rest.anonymous(address="2001:db8:1:3::9"), "x").status_code == 401


def test_a_limit_ends_with_its_window_and_success_starts_again(rest: Rest, client: httpx.Client) -> None:
    for _ in range(EACH - 1):
        log_in(client, "wrong")
    assert log_in(client).status_code == 200
    for _ in range(EACH):
        assert log_in(client, "wrong").status_code == 401
    assert log_in(client).status_code == 429
    later(rest, "16 minutes")
    assert log_in(client).status_code == 200


def test_what_was_counted_is_swept_and_known_addresses_stay_a_month(rest: Rest, client: httpx.Client) -> None:
    log_in(client)
    for number in range(5):
        log_in(client, "x", f"user-{number}")
    later(rest, "16 minutes")
    log_in(client, "x", "another")
    assert kinds(rest) == ["account", "address", "known", "pair"]
    later(rest, "31 days")
    log_in(client, "x", "another")
    assert kinds(rest) == ["account", "address", "pair"]


def later(rest: Rest, time: str) -> None:
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.login_attempts SET since = since - CAST(:by AS interval)"), {"by": time})
        session.commit()


def kinds(rest: Rest) -> list[str]:
    """What is kept of attempts, and that no name or address is."""
    with rest.platform.session() as session:
        keys = session.scalars(text("SELECT key FROM crosswind.login_attempts ORDER BY key")).all()
    assert all(re.fullmatch(r"[a-z]+:[0-9a-f]{40}", key) for key in keys)
    return [key.partition(":")[0] for key in keys]


def test_refresh_tokens_rotate_and_a_used_one_ends_its_family(rest: Rest, client: httpx.Client) -> None:
    first = log_in(client).json()["refresh_token"]
    second = client.post(REFRESH, json={"refresh_token": first}).json()["refresh_token"]
    third = client.post(REFRESH, json={"refresh_token": second}).json()["refresh_token"]
    assert len({first, second, third}) == 3
    other = log_in(client).json()["refresh_token"]
    assert client.post(REFRESH, json={"refresh_token": first}).status_code == 401
    assert client.post(REFRESH, json={"refresh_token": third}).status_code == 401
    assert client.post(REFRESH, json={"refresh_token": other}).status_code == 200
    with rest.platform.session() as session:
        actions = session.scalars(text("SELECT action FROM crosswind.audit WHERE actor = 'ana'")).all()
    assert "REFRESH_TOKEN_REUSED" in actions
    assert "ana" in rest.stored("refresh_tokens")
    assert third not in rest.stored("refresh_tokens")
    assert third.encode().hex() not in rest.stored("refresh_tokens")


def test_one_refresh_token_used_at_once_gives_one_answer(client: httpx.Client) -> None:
    token = log_in(client).json()["refresh_token"]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: client.post(REFRESH, json={"refresh_token": token}).status_code, range(6)))
    assert sorted(answers) == [200] + [401] * 5


def test_refresh_ends_with_its_user(rest: Rest, client: httpx.Client) -> None:
    token = log_in(client).json()["refresh_token"]
    del rest.people.known["ana"]
    assert client.post(REFRESH, json={"refresh_token": token}).status_code == 401


def ticket(rest: Rest, next_path: str = "/plugin/crosswind/catalog?q=a") -> str:
    with rest.acting(Actor("cli", "cli", permissions=PERMISSIONS)) as services:
        return services.access.create_ticket("ana", next_path)


def test_a_login_link_works_once_and_only_from_here(rest: Rest, client: httpx.Client) -> None:
    link = f"{PLATFORM}/login/{ticket(rest)}"
    assert client.head(link).status_code == 405
    answer = client.get(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/plugin/crosswind/catalog?q=a")
    assert answer.headers["Set-Cookie"].startswith("_token=token.ana.x; HttpOnly")
    assert client.get(link).status_code == 401


def test_a_login_link_runs_out(rest: Rest, client: httpx.Client) -> None:
    link = f"{PLATFORM}/login/{ticket(rest)}"
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.login_tickets SET expires_at = now()"))
        session.commit()
    assert client.get(link).status_code == 401


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "x", "/a\nb", "/\tb"])
def test_a_login_link_stays_on_this_server(rest: Rest, client: httpx.Client, path: str) -> None:
    with pytest.raises(Invalid):
        ticket(rest, path)
