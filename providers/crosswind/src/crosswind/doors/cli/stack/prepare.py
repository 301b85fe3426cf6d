"""What is done before the parts start, in one process because importing Airflow costs seconds."""

from __future__ import annotations

import sys

from crosswind.doors.cli.stack import openlineage, seeding
from crosswind.doors.cli.stack.keys import Keys
from crosswind.doors.cli.stack.layout import Layout

ADMIN = "admin"


def migrate() -> None:
    """Bring Airflow's metadata and, through the provider's manager, our store up to date."""
    from airflow.utils import db

    db.upgradedb()


def main() -> int:
    """Prepare the installation that the environment names, unless the very same has prepared it before."""
    from crosswind.doors.cli.stack import stamp
    from crosswind.doors.cli.stack.access import DATABASE, platform_keys
    from crosswind.kit.embedded import EmbeddedPostgres

    layout = Layout.from_environment()
    url = EmbeddedPostgres(layout.postgres).url(DATABASE)
    if stamp.stands(layout, url) and openlineage.stands(layout, platform_keys(layout).lineage):
        return 0
    stamp.remove(layout)
    migrate()
    seeding.seed_identity(ADMIN, Keys.of(layout).admin_password)
    seeding.seed_connection(layout.base, lambda _: platform_keys(layout).ingest)
    openlineage.write_transport(layout, platform_keys(layout).lineage)
    stamp.write(layout, url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
