"""Followers of events in tests: the relay running, assets written, and what a subscription yields."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import text
from tests.support.app import Rest

from crosswind.gate.credentials import Credentials
from crosswind.gate.denied import Attempt
from crosswind.gate.events import EventMessage, Follower
from crosswind.gate.gate import Gate
from crosswind.gate.hub import Hub, hub_of
from crosswind.gate.subscription import Subscription
from crosswind.kit import outbox

PATIENCE = 120.0
"""Seconds until something that comes within one is given up: a hang meets it, a busy machine does not."""


@contextmanager
def relayed(rest: Rest) -> Iterator[Hub]:
    """The relay runs, and followers are asked again every fifth of a second."""
    rest.platform.relay.start()
    hub = hub_of(rest.platform)
    hub.asking, hub.looking = 0.2, 0.05
    yield hub


def follower(rest: Rest, key: str) -> Follower:
    """Whoever holds an API key."""
    shown = Credentials(key=key)
    return Follower(Gate(rest.platform).admit(shown, Attempt(None, "tests"), "tests"), shown)


async def take(events: Subscription, count: int) -> list[EventMessage]:
    """The next so many messages."""
    async with asyncio.timeout(PATIENCE):
        return [await anext(events) for _ in range(count)]


async def nothing_from(events: Subscription, seconds: float = 0.3) -> bool:
    """Whether a subscription stays silent; it is of no use afterwards."""
    try:
        async with asyncio.timeout(seconds):
            await anext(events)
    except TimeoutError:
        return True
    return False


def tell(rest: Rest, *names: str, tenant: str = "default", connection_key: int | None = None) -> None:
    """Commit an event of an asset for each of these ids."""
    rows: Sequence[outbox.NewRow] = [
        {
            "type": "asset.updated",
            "entity_type": "ASSET",
            "entity_id": name,
            "action": "UPDATE",
            "data": {"name": name},
            "connection_key": connection_key,
        }
        for name in names
    ]
    with rest.platform.session() as session:
        outbox.add_many(session, tenant, rows)
        session.commit()
    rest.platform.relay.nudge()


def last_place(rest: Rest) -> int:
    """The place that was given last."""
    with rest.platform.session() as session:
        return session.scalar(text("SELECT seq FROM crosswind.outbox_head")) or 0
