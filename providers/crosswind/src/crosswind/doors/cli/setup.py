"""`crosswind setup`: what your own Airflow needs once after `airflow db migrate`; run again it changes nothing."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from crosswind.kit.errors import CrosswindError

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

PASSWORD = "CROSSWIND_ADMIN_PASSWORD"  # noqa: S105 the name of a variable
SHORTEST = 12


def configure(parser: argparse.ArgumentParser) -> None:
    """Where tasks reach the API, and who looks after it."""
    parser.add_argument(
        "--base-url", required=True, help="where workers reach Airflow's API server, without /crosswind"
    )
    parser.add_argument("--admin", metavar="NAME", help=f"make this administrator, with the password in ${PASSWORD}")


def run(arguments: argparse.Namespace) -> int:
    """Make the administrator, the roles, and the connection that tasks use."""
    from crosswind.bootstrap import from_airflow
    from crosswind.doors.cli.stack import seeding

    password = os.environ.get(PASSWORD, "")
    if arguments.admin and len(password) < SHORTEST:
        print(f"{PASSWORD} must hold a password of at least {SHORTEST} characters.", file=sys.stderr)
        return 2
    platform = from_airflow()
    try:
        seeding.seed_connection(arguments.base_url, lambda key: task_key(platform, key))
        if arguments.admin:
            made = seeding.seed_identity(arguments.admin, password)
            print(f"The administrator {arguments.admin} {'was made' if made else 'was there and stays as it was'}.")
    except CrosswindError as error:
        print(error.message, file=sys.stderr)
        return 1
    finally:
        platform.close()
    print(f"Tasks reach Crosswind at {arguments.base_url} through the connection {seeding.TASKS_CONNECTION}.")
    return 0


def task_key(platform: Platform, key: str) -> str:
    """The key that tasks use already while the store knows it, else a new one."""
    from crosswind.doors.cli.keys import create_key
    from crosswind.doors.cli.stack.access import INGEST, stands

    with platform.session() as session:
        if stands(session, key):
            return key
    return create_key(platform, "tasks", scopes=INGEST).key
