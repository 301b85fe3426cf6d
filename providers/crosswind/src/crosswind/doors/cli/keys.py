"""`crosswind keys`: API keys, for whoever may read the store's address."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crosswind.kit.actor import DEFAULT_TENANT, Actor
from crosswind.kit.errors import CrosswindError
from crosswind.kit.paging import Window

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform
    from crosswind.contexts.access.schemas import KeyCreated


def configure(parser: argparse.ArgumentParser) -> None:
    """What to do with which key."""
    parser.add_argument("--tenant", default=DEFAULT_TENANT)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    create = verbs.add_parser("create", help="make a key and print it, this once")
    create.add_argument("--name", required=True)
    create.add_argument("--owner", help="the user whose rights it carries; without one it is worth its scopes alone")
    create.add_argument("--scope", action="append", default=[], help="such as connection:read; may be repeated")
    create.add_argument("--days", type=int, help="days until it expires")
    create.add_argument("--json", action="store_true", help="print all of it, not the key alone")
    verbs.add_parser("list", help="list the tenant's keys")
    revoke = verbs.add_parser("revoke", help="end a key now")
    revoke.add_argument("id")


def run(arguments: argparse.Namespace) -> int:
    """Do it, in one transaction that is audited."""
    from crosswind.bootstrap import from_airflow

    platform = from_airflow()
    try:
        with redirect_stdout(sys.stderr):  # Airflow's log goes to stdout, which here carries the answer alone
            answer = _answer(platform, arguments)
        if answer is not None:
            print(answer)
        return 0
    except CrosswindError as error:
        print(error.message, file=sys.stderr)
        return 1
    finally:
        platform.close()


def create_key(
    platform: Platform,
    name: str,
    *,
    owner: str | None = None,
    scopes: Sequence[str] = (),
    tenant: str = DEFAULT_TENANT,
    days: int | None = None,
) -> KeyCreated:
    """A key of a user's, or one of the platform's own that is worth its scopes alone."""
    from crosswind.contexts.access.schemas import KeyRequest

    over = datetime.now(UTC) + timedelta(days=days) if days else None
    with platform.session() as session:
        services = platform.services(session, operator(tenant))
        if owner is None:
            made = services.access.create_platform_key(name, scopes, over)
        else:
            made = services.access.create_key(
                KeyRequest(name=name, scopes=list(scopes) or None, expires_at=over, owner=owner)
            )
        services.uow.commit()
    return made


def operator(tenant: str) -> Actor:
    """Whoever runs the command line: the store's address is all the proof that there is."""
    from crosswind.contexts.access.permissions import PERMISSIONS

    return Actor("system:cli", "command line", tenant, "system", PERMISSIONS, tenants=(tenant,))


def _answer(platform: Platform, arguments: argparse.Namespace) -> str | None:
    if arguments.verb == "create":
        made = create_key(
            platform, arguments.name, owner=arguments.owner, scopes=arguments.scope, tenant=arguments.tenant,
            days=arguments.days,
        )  # fmt: skip
        return made.model_dump_json(by_alias=True, indent=1) if arguments.json else made.key
    with platform.session() as session:
        services = platform.services(session, operator(arguments.tenant))
        if arguments.verb == "revoke":
            services.access.revoke_key(arguments.id)
            services.uow.commit()
            return None
        shown = services.access.keys(Window(1000, 0)).items
    return json.dumps([json.loads(key.model_dump_json(by_alias=True)) for key in shown], indent=1)
