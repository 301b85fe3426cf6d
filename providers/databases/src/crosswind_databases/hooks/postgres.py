"""PostgreSQL's connector behind a `conn_id`; for SQL of your own use Airflow's PostgresHook with the same id."""

from __future__ import annotations

from typing import Any

from crosswind.doors.airflow.hooks.connector import ConnectorHook


class PostgresConnectorHook(ConnectorHook):
    """Checks and discovers a PostgreSQL database.

    :param conn_id: an Airflow connection of type `postgres`.
    """

    def __init__(self, conn_id: str = "postgres_default", **kwargs: Any) -> None:
        super().__init__(conn_id, **kwargs)
