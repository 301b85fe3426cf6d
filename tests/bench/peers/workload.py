"""What each catalog is asked, in one process that knows nothing of the project: create, get and list tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol

TABLES, WARM, CLIENTS, ROUNDS = 1_000, 300, 4, 3
PLACES = "warm", "measured"
"""Databases, namespaces or schemas: one to warm a catalog up in, one that is measured."""
COLUMNS = (
    ("id", "bigint"),
    ("customer_id", "bigint"),
    ("placed_at", "timestamp"),
    ("status", "string"),
    ("total", "double"),
    ("currency", "string"),
    ("country", "string"),
    ("note", "string"),
)
SENTENCE = "Holds every order that was placed, one row an order, loaded each night from the shop"
ASSETS, SEARCHES, SEARCHED = 1_000, 40, "invoice"
NOUNS = ("customer", "order", "invoice", "payment", "product", "shipment", "session", "refund", "stock", "price")


def described(count: int) -> Iterator[tuple[str, str, str]]:
    """The qualified names, names and descriptions of assets, a tenth of them about each noun."""
    for number in range(count):
        noun = NOUNS[number % len(NOUNS)]
        name = f"{noun}_{number}"
        yield f"shop.{noun}s.{name}", name, f"Holds every {noun} of the shop, one row a {noun}, loaded each night"


class Catalog(Protocol):
    """One connection to a catalog."""

    def create(self, place: str, name: str) -> object: ...

    def get(self, place: str, name: str) -> object: ...

    def names(self, place: str) -> int:
        """Count the tables of a place as a list of names has them."""
        ...

    def whole(self, place: str) -> int | None:
        """Count them as a list with columns has them; nothing where it holds no columns."""
        ...


class Measured(NamedTuple):
    """Rates a second with all clients together, and milliseconds of a list by one."""

    created: float
    read: float
    names: float
    whole: float | None


def measure(connect: Callable[[], Catalog]) -> Measured:
    """Warm it up in a place of its own, then measure in another."""
    clients = [connect() for _ in range(CLIENTS)]
    first, second = PLACES
    names = [f"table_{number:04}" for number in range(TABLES)]
    rate(clients, lambda each, name: each.create(first, name), names[:WARM])
    rate(clients, lambda each, name: each.get(first, name), names[:WARM])
    created = rate(clients, lambda each, name: each.create(second, name), names)
    read = rate(clients, lambda each, name: each.get(second, name), names)
    lone = clients[0]
    whole = None if lone.whole(second) is None else best(lambda: lone.whole(second))
    return Measured(created, read, best(lambda: lone.names(second)), whole)


def rate(clients: Sequence[Catalog], work: Callable[[Catalog, str], object], names: Sequence[str]) -> float:
    """How many of the names a second are done when each client does its share."""

    def share(place: int) -> None:
        for name in names[place :: len(clients)]:
            work(clients[place], name)

    since = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(share, range(len(clients))))
    return len(names) / (time.perf_counter() - since)


def best(work: Callable[[], int | None]) -> float:
    """Milliseconds of the fastest list of all tables."""
    taken = []
    for _ in range(ROUNDS):
        since = time.perf_counter()
        counted = work()
        taken.append((time.perf_counter() - since) * 1000)
        if counted != TABLES:
            raise AssertionError(f"the list has {counted} tables instead of {TABLES}")
    return min(taken)


def p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95) - 1]
