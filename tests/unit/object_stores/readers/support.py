from __future__ import annotations

from crosswind_object_stores.readers.source import BUDGET, Source


def source(name: str, body: bytes, budget: int = BUDGET) -> Source:
    return Source(name, len(body), lambda start, length: body[start : start + length], budget)
