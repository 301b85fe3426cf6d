"""What an installation needs in its database beside the tables: an administrator, roles, and the way for tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SEES_NAVIGATION = ("Viewer", "User")
"""Roles of Airflow's that its navigation shows no plugin to, until they may read "Plugins"."""
TASKS_CONNECTION = "crosswind_default"


def seed_identity(name: str, password: str) -> bool:
    """Make the administrator and our roles, once: what people changed since then stays as it is."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    from crosswind.adapters.identity import ROLE_PREFIX, SEEN_WITH, AirflowIdentity
    from crosswind.contexts.access.permissions import ROLES, of_roles

    with get_application_builder() as appbuilder:
        manager: Any = appbuilder.sm
        if manager.find_user(username=name) is not None:
            return False
        manager.sync_roles()
        for role in ROLES:
            if manager.find_role(ROLE_PREFIX + role) is None:
                AirflowIdentity().seed(role, of_roles([role]))
        for reader in SEES_NAVIGATION:
            for action, resource in SEEN_WITH:
                manager.add_permission_to_role(manager.find_role(reader), manager.create_permission(action, resource))
        manager.add_user(
            name, name.capitalize(), "Admin", f"{name}@crosswind.invalid", manager.find_role("Admin"), password
        )
    return True


def seed_connection(base: str, key: Callable[[str], str]) -> None:
    """Write the Airflow connection through which our tasks reach the server at `base`.

    `key` is given the one that stands there, or nothing, and returns the one to write.
    """
    from airflow.models import Connection
    from airflow.utils.session import create_session

    with create_session() as session:
        row = session.query(Connection).filter_by(conn_id=TASKS_CONNECTION).one_or_none()
        if row is None:
            row = Connection(conn_id=TASKS_CONNECTION, conn_type="crosswind")
            row.description = "How Crosswind's tasks reach Crosswind; made by Crosswind itself"
            session.add(row)
        row.host = f"{base.rstrip('/')}/crosswind"
        row.set_password(key(row.password or ""))
