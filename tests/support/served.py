"""What is really served, for tests that walk all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi.routing import APIRoute

from crosswind.doors.rest.app import families
from crosswind.doors.rest.family import RouteSpec

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Served:
    """One method of one route, with its path from the door's root."""

    family: str
    method: str
    path: str
    spec: RouteSpec

    @property
    def id(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def places(self) -> list[str]:
        return _PLACE.findall(self.path)

    def at(self, values: Mapping[str, str] | None = None) -> str:
        """The path with its parameters filled, `nothing-there` where no value is given."""
        return _PLACE.sub(lambda match: (values or {}).get(match.group(1), "nothing-there"), self.path)


ROUTES = [
    Served(manners.name, method, manners.mount + route.path_format, route.endpoint.__crosswind__)
    for manners, app in families()
    for route in app.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
]
GUARDED = [route for route in ROUTES if route.spec.permission is not None]
