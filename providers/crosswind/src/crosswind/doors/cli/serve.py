"""`crosswind serve`: the REST API alone, in a process of its own beside Airflow's API server."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    import uvicorn

    uvicorn.run(standalone(), host=arguments.host, port=arguments.port, log_level="info", access_log=False)
    return 0


def standalone() -> FastAPI:
    """The app under `/crosswind` as in Airflow, with Airflow's auth manager but none of its routes."""
    from airflow.api_fastapi.app import create_auth_manager
    from fastapi import FastAPI

    from crosswind.doors.http.asgi import app
    from crosswind.doors.rest.housekeeping import lifespan

    create_auth_manager().init()
    outer = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lambda _: lifespan(app))
    outer.mount("/crosswind", app)
    return outer
