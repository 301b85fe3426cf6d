from __future__ import annotations

import socket
import threading
import time

import pytest

from crosswind.kit import outbound
from crosswind.kit.outbound import (
    AddressForbidden,
    AddressUnknown,
    BadAddress,
    OutboundGuard,
    ResolverSilent,
    normal_host,
)


def names(**table: list[str]) -> OutboundGuard:
    return OutboundGuard(lookup=lambda host, port: table[host.replace(".", "_").replace("-", "_")])


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        None,
        5432,
        "/var/run/postgresql",
        "@socket",
        "a,b",
        "10.0.0.1,10.0.0.2",
        "user@host",
        "host:5432",
        "http://host",
        "host name",
        "a..b",
        "-a.example",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1.",
        "fe80::1%eth0",
        "hôte.example",
        "a\x00b",
        "x" * 64 + ".example",
        ".".join(["abcdefgh"] * 30),
        "[::1",
    ],
)
def test_what_is_neither_a_name_nor_an_address_is_refused(host: object) -> None:
    with pytest.raises(BadAddress):
        normal_host(host)


@pytest.mark.parametrize("host", ["", " ", None, 5432])
def test_a_host_that_is_missing_is_asked_for(host: object) -> None:
    with pytest.raises(BadAddress, match="A host is needed"):
        normal_host(host)


@pytest.mark.parametrize(
    ("host", "plain"),
    [
        ("DB.Example.COM.", "db.example.com"),
        ("10.0.0.1", "10.0.0.1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        (" my_host\n", "my_host"),
        ("rds-v3243521.us-east-1.rds.aws.com", "rds-v3243521.us-east-1.rds.aws.com"),
    ],
)
def test_a_name_or_an_address_has_one_plain_form(host: str, plain: str) -> None:
    assert normal_host(host) == plain


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "::1",
        "0.0.0.0",
        "::",
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_addresses_that_nobody_may_dial(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "_of_this_machine", lambda _: False)
    with pytest.raises(AddressForbidden) as caught:
        OutboundGuard().resolve(address, 5432)
    assert caught.value.field == "host"
    with pytest.raises(AddressForbidden):
        names(evil_example=[address]).resolve("evil.example", 5432)


def test_the_address_of_this_very_machine_is_loopback_too() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network")
        own = probe.getsockname()[0]
    with pytest.raises(AddressForbidden):
        OutboundGuard().resolve(own, 5432)


def test_private_ranges_are_open_to_connections_and_closed_to_webhooks() -> None:
    assert OutboundGuard().resolve("10.1.2.3", 5432).addresses == ("10.1.2.3",)
    with pytest.raises(AddressForbidden):
        OutboundGuard(private=False).resolve("10.1.2.3", 443)


def test_an_allowed_address_is_allowed_on_that_port_only() -> None:
    guard = OutboundGuard(["127.0.0.1:5432", " [::1]:5432 "])
    assert guard.resolve("127.0.0.1", 5432).addresses == ("127.0.0.1",)
    assert guard.resolve("::1", 5432).addresses == ("::1",)
    with pytest.raises(AddressForbidden):
        guard.resolve("127.0.0.1", 5433)


def test_the_store_is_refused_by_address_and_by_name_unless_allowed() -> None:
    table = {"store.example": ["10.9.9.9"], "other.example": ["10.9.9.9"]}
    guard = OutboundGuard(own=["store.example:5432"], lookup=lambda host, port: table[host])
    for host in ("10.9.9.9", "store.example", "other.example"):
        with pytest.raises(AddressForbidden):
            guard.resolve(host, 5432)
    assert guard.resolve("10.9.9.9", 5433).port == 5433
    allowed = OutboundGuard(["10.9.9.9:5432"], own=["store.example:5432"], lookup=lambda host, port: table[host])
    assert allowed.resolve("10.9.9.9", 5432).addresses == ("10.9.9.9",)


def test_a_name_is_looked_up_once_and_only_permitted_addresses_are_dialled() -> None:
    asked = []

    def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1", "203.0.113.7"]

    target = OutboundGuard(lookup=lookup).resolve("db.example", 5432)
    assert (target.addresses, asked) == (("203.0.113.7",), ["db.example"])


def test_a_name_without_address_says_so() -> None:
    def lookup(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    with pytest.raises(AddressUnknown):
        OutboundGuard(lookup=lookup).resolve("nowhere.example", 5432)


def test_a_silent_resolver_ends_by_the_deadline() -> None:
    stop = threading.Event()

    def lookup(host: str, port: int) -> list[str]:
        stop.wait(60)
        return []

    since = time.monotonic()
    with pytest.raises(ResolverSilent):
        OutboundGuard(lookup=lookup).resolve("slow.example", 5432, seconds=0.2)
    assert time.monotonic() - since < 30
    stop.set()


@pytest.mark.parametrize("entry", ["localhost", "localhost:0", "localhost:http", ":5432"])
def test_an_allowance_that_is_not_host_and_port_is_refused(entry: str) -> None:
    with pytest.raises(BadAddress):
        OutboundGuard([entry])


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_outside_its_range_is_refused(port: int) -> None:
    with pytest.raises(BadAddress):
        OutboundGuard().resolve("10.1.2.3", port)
