"""Ways in beside the REST routes, as the list of routes, the table of permissions and OpenAPI tell them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

IDENTIFIED = "identified"
"""In the place of a permission: whoever has valid credentials comes in, and what is then asked for needs its own."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: an HTTP method or `WEBSOCKET` with its path below the family's mount, and what the caller needs.

    What is asked for inside such a way is one too, with its protocol's word for `method` and its name for `path`.
    `operation` describes it in OpenAPI, which has no word for anything but HTTP, with `schemas` that it refers to.
    """

    method: str
    path: str
    permission: str
    operation: dict[str, Any] | None = None
    schemas: dict[str, Any] = field(default_factory=dict)
