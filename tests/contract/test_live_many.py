"""Five hundred idle and fifty busy clients of one server: everybody is told everything, within a bounded memory."""

from __future__ import annotations

import asyncio

from tests.bench.bench_events import many
from tests.support.live_server import live_server


def test_many_clients_take_a_bounded_memory(store: str) -> None:
    with live_server(store) as server:
        whole, idle, busy, rate = asyncio.run(many(server))
    for each in (whole, idle, busy, rate):
        print(*each.cells())
    assert whole.value < 500
    assert idle.value < 75
    assert busy.value < 75
