"""The newcomer's own database, from an address."""

from __future__ import annotations

import os

import pytest
from demo.given import read_source, target_of
from demo.job import in_words
from demo.progress import DemoError


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
        "canary",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(DemoError) as caught:
        target_of(address)
    assert "canary" not in str(caught.value)


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
