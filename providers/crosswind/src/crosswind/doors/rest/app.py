"""The FastAPI application: a sub-application a family, each with its own OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from crosswind.bootstrap import Platform
from crosswind.doors.rest.docs_page import error_pages, install_docs
from crosswind.doors.rest.door import Door
from crosswind.doors.rest.edges import install_edges
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM, FAMILIES, METASTORE, PLATFORM
from crosswind.doors.rest.housekeeping import lifespan
from crosswind.doors.rest.manners import Manners, camel
from crosswind.doors.rest.shortcut import Shortcut
from crosswind.doors.rest.static import ui_app
from crosswind.gate.ways import Way
from crosswind.kit.lanes import Lane
from crosswind.settings import STRAIGHT_THREADS

MODULES: dict[str, tuple[str, ...]] = {
    CONNECTIONS_PLATFORM.name: (
        "auth",
        "classification",
        "violations",
        "compliance_scan",
        "reports",
        "audit",
        "platform_health",
        "typed_connections",
        "connections",
        "testing",
        "credentials",
        "connection_health",
        "discovery",
        "schemas",
    ),
    METASTORE.name: (
        "auth",
        "tasks",
        "assets",
        "lineage",
        "openlineage",
        "relationships",
        "search",
        "tags",
        "audits",
        "ingestion",
    ),
    PLATFORM.name: (
        "impact",
        "me",
        "keys",
        "members",
        "grants",
        "login",
        "leases",
        "runs",
        "due",
        "adoption",
        "crawls",
        "exports",
        "sheets",
        "imports",
        "uploads",
        "findings",
        "scans",
        "compliance_rules",
        "webhooks",
        "owners",
        "spreading",
        "domains",
        "terms",
        "products",
        "violations",
        "assets",
        "versions",
        "tags",
        "relationships",
    ),
}


@dataclass(frozen=True, slots=True)
class Extension:
    """Another protocol in a family's sub-application: `install` adds its routes, `ways` tell of them.

    Blocking work goes through the lane.
    """

    install: Callable[[FastAPI, Platform, Lane], None]
    ways: Sequence[Way]


PREFIXES: dict[tuple[str, str], str] = {(METASTORE.name, "openlineage"): "/api/v1"}
"""Modules that answer under another prefix than their family's: what a foreign client has fixed."""

ALIASES = {CONNECTIONS_PLATFORM.name: {"/api/v1": ("auth",)}}
"""Routes of a family that answer under a second prefix too."""


def create_app(
    platform: Platform,
    *,
    threads: int | None = None,
    extensions: Mapping[str, Sequence[Extension]] = MappingProxyType({}),
) -> FastAPI:
    """The whole REST door over `platform`; `threads` narrows it (the FAB bridge admits few requests).

    `extensions` add what a family, by its name, serves in other protocols.
    """
    settings = platform.settings
    width = threads or settings.request_threads
    dialling = min(settings.dial_threads, max(1, width // 2)) if threads else settings.dial_threads
    straight = Lane("straight", min(STRAIGHT_THREADS - 1, width), width * 20)
    door = Door(platform, Lane("request", width, width * 20), Lane("dialling", dialling, settings.dial_queue), straight)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.door = door
    for manners, family in families():
        family.state.door = door
        family.state.ways = ways(extensions.get(manners.name, ()))
        for extension in extensions.get(manners.name, ()):
            extension.install(family, platform, door.lane)
        app.mount(manners.mount, family)
    app.mount("/docs", error_pages(FAMILIES))
    app.mount("/ui", ui_app())
    install_edges(app, PLATFORM, outermost=True)
    return app


def ways(extensions: Sequence[Extension]) -> list[Way]:
    """All that these extensions tell."""
    return [way for extension in extensions for way in extension.ways]


def operation_id(route: APIRoute) -> str:
    """The endpoint's name, in camelCase: `listConnections`."""
    return camel(route.name)


def families() -> Iterator[tuple[Manners, FastAPI]]:
    """Each family's sub-application, without a door: enough to tell what is served."""
    return ((manners, create_family(manners)) for manners in FAMILIES)


def create_family(manners: Manners) -> FastAPI:
    """One family's sub-application."""
    app = _empty(manners)
    app.router.routes.extend(_routes(manners))
    install_docs(app, manners)
    app.add_middleware(Shortcut, routes=_routes(manners))
    install_edges(app, manners)
    return app


@cache
def _routes(manners: Manners) -> tuple[BaseRoute, ...]:
    """The family's routes, made once a process: they know no door, and ask the application that they run in for it."""
    app = _empty(manners)
    before = len(app.router.routes)
    for name in MODULES[manners.name]:
        prefix = PREFIXES.get((manners.name, name), manners.prefix)
        app.include_router(import_module(f"crosswind.doors.rest.{manners.name}.{name}").router, prefix=prefix)
    for prefix, names in ALIASES.get(manners.name, {}).items():
        for name in names:
            module = import_module(f"crosswind.doors.rest.{manners.name}.{name}")
            app.include_router(module.router, prefix=prefix, include_in_schema=False)
    return tuple(app.router.routes[before:])


def _empty(manners: Manners) -> FastAPI:
    return FastAPI(
        title=manners.title,
        version="1.0.0",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
