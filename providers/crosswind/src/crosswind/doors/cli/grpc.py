"""`crosswind grpc`: the metastore over gRPC, in a process of its own beside Airflow's API server."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import logging
import os
import sys
from dataclasses import replace

NEEDED = ("grpc", "grpc_health", "grpc_reflection", "crosswind_client")
MISSING = "gRPC is not installed: pip install 'airflow-provider-crosswind[grpc]'"


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to listen; what is not given is as `[crosswind] grpc_host` and `grpc_port` say."""
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    if not installed():
        print(MISSING, file=sys.stderr)
        return 2
    # Airflow's hooks find stored connections outside of tasks only in processes that say they are servers.
    os.environ.setdefault("_AIRFLOW_PROCESS_CONTEXT", "server")
    from airflow.api_fastapi.app import create_auth_manager

    from crosswind.bootstrap import from_airflow
    from crosswind.doors.grpc.server import CannotServe, serve
    from crosswind.kit import garbage

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    create_auth_manager().init()
    platform = from_airflow()
    given = {"grpc_host": arguments.host, "grpc_port": arguments.port}
    settings = replace(platform.settings, **{name: value for name, value in given.items() if value is not None})
    try:
        with garbage.sparing():
            asyncio.run(serve(platform, settings))
    except CannotServe as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        platform.close()
    return 0


def installed() -> bool:
    """Whether what the server needs is there."""
    return all(importlib.util.find_spec(name) for name in NEEDED)
