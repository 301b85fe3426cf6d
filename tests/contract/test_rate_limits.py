"""Requests a minute: the same limit on every server, told in headers, refused with 429 where it is passed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import event, text
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, connection

from crosswind.contexts.access import limits
from crosswind.contexts.access.errors import RateLimited
from crosswind.contexts.access.limits import RateLimits
from crosswind.kit.actor import Actor

ME = f"{PLATFORM}/me"
TAGS = f"{METASTORE}/tags"
KEYS = f"{PLATFORM}/keys"
LIMIT = 40


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets that fill in an hour, so that no machine is slow enough to give or lose a request in between."""
    monkeypatch.setattr(limits, "WINDOW", 3600)
    monkeypatch.setattr(limits, "SPENT_WITHIN", 600.0)


@pytest.fixture
def limited(store: str) -> Iterator[Rest]:
    with Rest(store, rate_limit=LIMIT) as door:
        yield door


def statuses(client: httpx.Client, times: int, path: str = ME) -> Counter[int]:
    return Counter(client.get(path).status_code for _ in range(times))


def rewind(rest: Rest, windows: float) -> None:
    """Let time pass for the store's buckets and forget what this process knows of them."""
    seconds = windows * limits.WINDOW
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.rate_buckets SET at = at - make_interval(secs => :s)"), {"s": seconds})
        session.commit()
    rest.platform.limits = RateLimits(rest.platform.settings.rate_limit)


def test_every_answer_says_where_the_caller_stands(limited: Rest) -> None:
    client = limited.client()
    first, second = client.get(ME), client.get(f"{CONNECTIONS}/connections/nothing")
    assert second.status_code == 404
    for answer, left in ((first, LIMIT - 1), (second, LIMIT - 2)):
        assert answer.headers["RateLimit-Policy"] == f'"default";q={LIMIT};w=60'
        assert answer.headers["RateLimit"].startswith(f'"default";r={left};t=')
        assert answer.headers["X-RateLimit-Limit"] == str(LIMIT)
        assert answer.headers["X-RateLimit-Remaining"] == str(left)
        assert int(answer.headers["X-RateLimit-Reset"]) > 1_700_000_000


@pytest.mark.parametrize(("path", "code"), [(ME, "GEN_429"), (TAGS, "RATE_LIMITED"), (KEYS, "GEN_429")])
def test_one_more_than_the_limit_is_429_and_says_when_to_come_back(limited: Rest, path: str, code: str) -> None:
    client = limited.client()
    assert statuses(client, LIMIT, path) == {200: LIMIT}
    answer = client.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, code)
    assert 1 <= int(answer.headers["Retry-After"]) <= limits.WINDOW / LIMIT
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.json()["error"]["details"]["limit"] == LIMIT


def test_a_post_counts_once_and_a_refused_one_does_nothing(limited: Rest) -> None:
    client = limited.client()
    for n in range(LIMIT):
        assert client.post(TAGS, json={"name": str(n)}).status_code == 201
    assert client.post(TAGS, json={"name": "more"}).status_code == 429
    rewind(limited, 1)
    assert client.get(TAGS).json()["pagination"]["total"] == LIMIT


def test_what_is_refused_counts_too(limited: Rest) -> None:
    client = limited.client("viewer")
    bad = [client.get(f"{TAGS}?nothing=1"), client.get(KEYS), client.post(TAGS, json={"name": "a"})]
    assert [answer.status_code for answer in bad] == [400, 403, 403]
    assert [int(answer.headers["X-RateLimit-Remaining"]) for answer in bad] == [LIMIT - 1, LIMIT - 2, LIMIT - 3]


def test_time_gives_requests_back(limited: Rest) -> None:
    client = limited.client()
    statuses(client, LIMIT)
    assert client.get(ME).status_code == 429
    rewind(limited, 1 / 4)
    assert statuses(client, LIMIT) == {200: 10, 429: LIMIT - 10}
    rewind(limited, 60)
    assert statuses(client, LIMIT + 1) == {200: LIMIT, 429: 1}


def test_a_clock_that_goes_back_takes_nothing(limited: Rest) -> None:
    client = limited.client()
    statuses(client, LIMIT - 2)
    rewind(limited, -60)
    assert statuses(client, 3) == {200: 2, 429: 1}


def test_keys_are_limited_each_and_sessions_of_a_person_together(limited: Rest) -> None:
    one, other = limited.client(subject="ana"), limited.client(subject="ana")
    statuses(one, LIMIT + 1)
    assert other.get(ME).status_code == 200
    bearer, cookie = ({"Authorization": "Bearer token.ana.x"}, {"Cookie": "_token=token.ana.x"})
    statuses(limited.anonymous(bearer), LIMIT)
    assert limited.anonymous(cookie).get(ME).status_code == 429


def test_servers_share_the_limit(limited: Rest, store: str) -> None:
    with Rest(store, rate_limit=LIMIT) as second:
        key = limited.key(subject="ana")
        second.people.add("ana", "platform_admin")
        clients = [door.anonymous({"X-API-Key": key}) for door in (limited, second) for _ in range(4)]
        barrier = threading.Barrier(len(clients))

        def flood(client: httpx.Client) -> Counter[int]:
            barrier.wait(30)
            return statuses(client, 20)

        with ThreadPoolExecutor(len(clients)) as pool:
            found = sum(pool.map(flood, clients), Counter())
    assert found == {200: LIMIT, 429: 160 - LIMIT}


def test_most_requests_ask_the_store_nothing_for_it(store: str) -> None:
    with Rest(store, rate_limit=1000) as rest:
        client = rest.client()
        asked: list[str] = []
        event.listen(
            rest.platform.engine, "before_cursor_execute",
            lambda _c, _u, statement, *_: asked.append(statement) if "rate_buckets" in statement else None,
        )  # fmt: skip
        statuses(client, 100)
        assert len(asked) == 2
        slow = rest.anonymous({"X-API-Key": client.post(KEYS, json={"name": "slow", "rateLimit": 3}).json()["key"]})
        statuses(slow, 4)
        asked.clear()
        assert statuses(slow, 20) == {429: 20}
        assert asked == [], "who is over the limit costs the store nothing"


def test_a_key_has_a_limit_of_its_own(limited: Rest) -> None:
    admin = limited.client()
    made = admin.post(KEYS, json={"name": "slow", "rateLimit": 3})
    assert (made.status_code, made.json()["rateLimit"]) == (201, 3)
    slow = limited.anonymous({"X-API-Key": made.json()["key"]})
    assert statuses(slow, 4) == {200: 3, 429: 1}
    fast = admin.post(KEYS, json={"name": "fast", "rateLimit": 500}).json()
    assert statuses(limited.anonymous({"X-API-Key": fast["key"]}), 100) == {200: 100}


@pytest.mark.parametrize("asked", [0, -1, 1_000_001, 1.5, "many"])
def test_a_limit_that_is_none_is_refused(limited: Rest, asked: object) -> None:
    answer = limited.client().post(KEYS, json={"name": "odd", "rateLimit": asked})
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["field"] == "rateLimit"


def test_only_administrators_give_more_than_the_platform_does(limited: Rest) -> None:
    maker = limited.client(scopes=["key:create", "me:read"])
    body = {"name": "n", "scopes": ["me:read"]}
    assert maker.post(KEYS, json=body | {"rateLimit": LIMIT}).status_code == 201
    answer = maker.post(KEYS, json=body | {"rateLimit": LIMIT + 1})
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (403, "rateLimit")


def test_no_key_makes_one_that_may_do_more_than_itself(limited: Rest) -> None:
    slow = limited.client().post(KEYS, json={"name": "slow", "rateLimit": 5}).json()["key"]
    client = limited.anonymous({"X-API-Key": slow})
    assert client.post(KEYS, json={"name": "inherits"}).json()["rateLimit"] == 5
    assert client.post(KEYS, json={"name": "less", "rateLimit": 2}).json()["rateLimit"] == 2
    assert client.post(KEYS, json={"name": "more", "rateLimit": 6}).status_code == 403


def test_a_lease_has_a_wider_limit_and_public_routes_none(limited: Rest) -> None:
    task = Task(limited, connection(limited))
    answer = task.client.get(f"{PLATFORM}/crawls/{task.id}")
    assert answer.headers["X-RateLimit-Limit"] == str(LIMIT * limits.TASKS)
    assert "X-RateLimit-Limit" not in limited.anonymous().get(f"{CONNECTIONS}/health").headers


def test_without_a_limit_nothing_is_counted_or_told(rest: Rest) -> None:
    answer = rest.client().get(ME)
    assert not [name for name in answer.headers if "ratelimit" in name.lower()]


def test_what_a_process_did_not_spend_in_time_is_lost(limited: Rest) -> None:
    now = 0.0
    rates = RateLimits(100, clock=lambda: now)
    ana = Actor("ana", "Ana")
    with limited.platform.session() as session:
        first = rates.spend(session, ana)
        assert first is not None
        assert first.remaining == 99
        now += limits.SPENT_WITHIN + 1
        later = rates.spend(session, ana)
    assert later is not None
    assert later.remaining <= 95


def test_a_process_remembers_a_bounded_number_of_callers(limited: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 5)
    rates = RateLimits(1)
    with limited.platform.session() as session:
        for n in range(20):
            rates.spend(session, Actor(f"u{n}", "U"))
        assert len(rates._purses) <= 6
        with pytest.raises(RateLimited):
            rates.spend(session, Actor("u0", "U"))


def test_full_buckets_are_swept(limited: Rest) -> None:
    limited.client().get(ME)
    with limited.platform.session() as session:
        assert limits.sweep(session, 10) == 0
        session.execute(
            text("UPDATE crosswind.rate_buckets SET at = at - make_interval(secs => :s)"), {"s": limits.WINDOW + 1}
        )
        assert limits.sweep(session, 10) == 1
