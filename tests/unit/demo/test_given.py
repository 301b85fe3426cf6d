"""The newcomer's own database, from an address."""

from __future__ import annotations

import os
from typing import Any

import pytest
from demo.given import read_source, target_of
from demo.job import Job, in_words
from demo.progress import DemoError, Steps


def test_an_address_becomes_a_connection() -> None:
    target = target_of("postgresql://me:p%40ss@db.example.com:6432/shop?sslmode=verify-full")
    assert target.configuration == {
        "host": "db.example.com", "port": 6432, "database": "shop", "ssl": True, "sslMode": "verify-full",
    }  # fmt: skip
    assert target.credentials == {"username": "me", "password": "p@ss"}


def test_the_default_port_and_no_tls() -> None:
    assert target_of("postgresql://me:x@db/shop").configuration == {
        "host": "db", "port": 5432, "database": "shop", "ssl": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:canary@/shop",
        "postgresql://me:canary@db",
        "postgresql://me:canary@db1,db2/shop",
        "postgresql://me:canary@/shop?host=/tmp",
        "mysql://me:canary@db/shop",
        "postgresql://me:canary/x@db/shop",
        "postgresql://db:canary/shop",
        "postgresql://db/shop?password=canary",
        "canary",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(DemoError) as caught:
        target_of(address)
    assert "canary" not in str(caught.value)


class Registry:
    """Answers what stands of the connection, and notes what is changed."""

    def __init__(self) -> None:
        self.stands: dict[str, Any] = {}
        self.changed: list[str] = []

    def call(self, method: str, _path: str, body: Any = None, *, also: int | None = None) -> Any:
        if method == "GET":
            return self.stands or None
        self.changed.append(method)
        self.stands = {**body, "credentials": {**body["credentials"], "password": "********"}}
        return self.stands


def test_a_password_that_was_wrong_the_first_time_can_be_given_again() -> None:
    registry: Any = Registry()
    for password in ("wrong", "right"):
        Job(registry, Steps(), target_of(f"postgresql://me:{password}@db/shop")).register()
    assert registry.changed == ["POST", "PUT"]


def test_a_missing_password_without_a_terminal_is_a_message() -> None:
    with pytest.raises(DemoError, match="no terminal"):
        target_of("postgresql://me@db/shop")


def test_the_address_comes_through_a_pipe_and_leaves_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"postgresql://me:x@db/shop\n")
    os.close(writing)
    monkeypatch.setenv("CROSSWIND_SOURCE_FD", str(reading))
    assert read_source() == "postgresql://me:x@db/shop"
    assert "CROSSWIND_SOURCE_FD" not in os.environ
    assert read_source() == ""


def test_what_a_crawl_changed_in_words() -> None:
    assert in_words({"added": 0, "changed": 14, "removed": 0, "unchanged": 0}).startswith("14 objects read in full")
    assert (
        in_words({"added": 1, "changed": 2, "removed": 1, "held": 0, "unchanged": 9}) == "1 added, 2 changed, 1 removed"
    )
    assert "nothing changed, 14" in in_words({"added": 0, "changed": 0, "removed": 0, "unchanged": 14})
