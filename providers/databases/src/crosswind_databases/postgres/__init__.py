"""PostgreSQL: the model to copy for a connector. Importing this package imports no driver."""

from __future__ import annotations

from crosswind.connectors.connector_type import ConnectorType
from crosswind_databases.postgres.airflow_fields import from_airflow, to_airflow
from crosswind_databases.postgres.settings import PostgresSettings


def namespace(settings: PostgresSettings) -> str:
    """Return OpenLineage's namespace of the server."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"postgres://{host}:{settings.port}"


CONNECTOR_TYPE = ConnectorType(
    name="postgres",
    title="PostgreSQL",
    kind="database",
    conn_type="postgres",
    aliases=frozenset(
        {
            "postgresql",
            "pg",
            "rds-postgres",
            "rds-postgresql",
            "aurora-postgres",
            "aurora-postgresql",
            "azure-postgres",
            "azure-postgresql",
            "cloudsql-postgres",
            "cloud-sql-postgres",
            "alloydb",
        }
    ),
    settings=PostgresSettings,
    class_path="crosswind_databases.postgres.connector:PostgresConnector",
    to_airflow=to_airflow,
    from_airflow=from_airflow,
    namespace=namespace,
    dialect="postgres",
)
