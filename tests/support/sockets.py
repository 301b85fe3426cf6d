"""The metastore's WebSocket in tests: its address, and a client that speaks JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from tests.support.app import METASTORE, Rest
from tests.support.following import PATIENCE, relayed
from tests.support.listening import Listening
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed


@contextmanager
def listened(rest: Rest) -> Iterator[str]:
    """The address of a platform's WebSocket while it listens."""
    with relayed(rest):
        listening = Listening(rest.app)
        yield listening.url.replace("http:", "ws:") + f"{METASTORE}/ws"
        listening.close()


class Client:
    """One connection that speaks JSON."""

    def __init__(self, raw: ClientConnection) -> None:
        self.raw = raw

    async def send(self, **message: Any) -> None:
        """Send a message."""
        await self.raw.send(json.dumps(message))

    async def next(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            found: dict[str, Any] = json.loads(await self.raw.recv())
            return found

    async def ask(self, **message: Any) -> dict[str, Any]:
        """Send a message and wait for what comes next."""
        await self.send(**message)
        return await self.next()

    async def end(self) -> int:
        """The code that the server closed with."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.raw.recv()
                except ConnectionClosed as closed:
                    return closed.rcvd.code if closed.rcvd else 1006


@asynccontextmanager
async def connected(url: str, key: str | None = None, **headers: str) -> AsyncIterator[Client]:
    """A connection with somebody's key."""
    given = {"X-API-Key": key} if key else {}
    async with connect(url, additional_headers={**given, **headers}, close_timeout=0.5) as raw:
        yield Client(raw)


def walk(steps: Callable[[], Awaitable[None]]) -> None:
    """Take these steps; only what hangs is cut short."""

    async def bounded() -> None:
        async with asyncio.timeout(300):
            await steps()

    asyncio.run(bounded())
