"""What is done before the parts start, in one process because importing Airflow costs seconds."""

from __future__ import annotations

import sys
from typing import Any

from crosswind.doors.cli.stack.keys import Keys
from crosswind.doors.cli.stack.layout import Layout

ADMIN = "admin"
SEES_NAVIGATION = ("Viewer", "User")
"""Roles of Airflow's that its navigation shows no plugin to, until they may read "Plugins"."""


def migrate() -> None:
    """Bring Airflow's metadata and, through the provider's manager, our store up to date."""
    from airflow.utils import db

    db.upgradedb()


def seed_identity(password: str) -> None:
    """Make the administrator and our roles, once: what people changed since then stays as it is."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    from crosswind.adapters.identity import ROLE_PREFIX, SEEN_WITH, AirflowIdentity
    from crosswind.contexts.access.permissions import ROLES, of_roles

    with get_application_builder() as appbuilder:
        manager: Any = appbuilder.sm
        if manager.find_user(username=ADMIN) is not None:
            return
        manager.sync_roles()
        for role in ROLES:
            if manager.find_role(ROLE_PREFIX + role) is None:
                AirflowIdentity().seed(role, of_roles([role]))
        for name in SEES_NAVIGATION:
            for action, resource in SEEN_WITH:
                manager.add_permission_to_role(manager.find_role(name), manager.create_permission(action, resource))
        manager.add_user(ADMIN, "Ada", "Admin", "admin@crosswind.invalid", manager.find_role("Admin"), password)


def seed_connection(layout: Layout, key: str) -> None:
    """Write the Airflow connection through which our tasks reach the server, unless it stands already."""
    from airflow.models import Connection
    from airflow.utils.session import create_session

    with create_session() as session:
        row = session.query(Connection).filter_by(conn_id="crosswind_default").one_or_none()
        if row is None:
            row = Connection(conn_id="crosswind_default", conn_type="crosswind")
            row.description = "How Crosswind's tasks reach Crosswind; made by crosswind up"
            session.add(row)
        row.host = f"{layout.base}/crosswind"
        row.set_password(key)


def main() -> int:
    """Prepare the installation that the environment names, unless the very same has prepared it before."""
    from crosswind.doors.cli.stack import stamp
    from crosswind.doors.cli.stack.access import DATABASE, platform_keys
    from crosswind.kit.embedded import EmbeddedPostgres

    layout = Layout.from_environment()
    url = EmbeddedPostgres(layout.postgres).url(DATABASE)
    if stamp.stands(layout, url):
        return 0
    stamp.remove(layout)
    migrate()
    seed_identity(Keys.of(layout).admin_password)
    seed_connection(layout, platform_keys(layout).ingest)
    stamp.write(layout, url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
