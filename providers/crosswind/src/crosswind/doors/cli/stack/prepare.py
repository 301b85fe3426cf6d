"""What is done once before the parts start, in one process because importing Airflow costs seconds."""

from __future__ import annotations

import sys
from typing import Any

from crosswind.doors.cli.stack.keys import Keys
from crosswind.doors.cli.stack.layout import Layout

ADMIN = "admin"


def migrate() -> None:
    """Bring Airflow's metadata and, through the provider's manager, our store up to date."""
    from airflow.utils import db

    db.upgradedb()


def seed_identity(password: str) -> None:
    """Make the administrator, once: whoever changed the password keeps it."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as appbuilder:
        manager: Any = appbuilder.sm
        manager.sync_roles()
        role = manager.find_role("Admin")
        if manager.find_user(username=ADMIN) is None:
            manager.add_user(ADMIN, "Ada", "Admin", "admin@crosswind.invalid", role, password)


def main() -> int:
    """Prepare the installation that the environment names."""
    layout = Layout.from_environment()
    keys = Keys.of(layout)
    migrate()
    seed_identity(keys.admin_password)
    return 0


if __name__ == "__main__":
    sys.exit(main())
