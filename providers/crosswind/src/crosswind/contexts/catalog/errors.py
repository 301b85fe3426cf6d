"""What can go wrong with the catalog, beside what is general."""

from __future__ import annotations

from typing import Any

from crosswind.kit.errors import Conflict


class DoesNotFit(Conflict):
    """What a try sent does not fit together; the same call would fail again, and the next try begins anew."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message, run="anew", **details)


class SourceOwned(Conflict):
    """What a source says of itself is not for people to change; the source is the place to do it."""
