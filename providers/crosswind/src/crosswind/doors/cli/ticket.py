"""`crosswind ticket`: a link that signs somebody in once, from this machine."""

from __future__ import annotations

import argparse
import sys

from crosswind.doors.cli.keys import operator
from crosswind.kit.actor import DEFAULT_TENANT
from crosswind.kit.errors import CrosswindError


def configure(parser: argparse.ArgumentParser) -> None:
    """Who comes in, and where to."""
    parser.add_argument("--user", default="admin")
    parser.add_argument("--next", default="/plugin/crosswind", help="the path to go on to (default: %(default)s)")
    parser.add_argument("--minutes", type=int, default=30)


def run(arguments: argparse.Namespace) -> int:
    """Print the link."""
    from crosswind.bootstrap import from_airflow

    platform = from_airflow()
    try:
        with platform.session() as session:
            services = platform.services(session, operator(DEFAULT_TENANT))
            ticket = services.access.create_ticket(arguments.user, arguments.next, arguments.minutes)
            services.uow.commit()
    except CrosswindError as error:
        print(error.message, file=sys.stderr)
        return 1
    finally:
        platform.close()
    print(f"{platform.base_url.rstrip('/')}/crosswind/platform/v1/login/{ticket}")
    return 0
