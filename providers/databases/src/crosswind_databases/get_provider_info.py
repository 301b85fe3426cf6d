"""What Airflow asks of a provider. Generated from provider.yaml by scripts/provider-info: edit that."""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Return this distribution's description as Airflow's provider schema has it."""
    return {
        "package-name": "airflow-provider-crosswind-databases",
        "name": "Crosswind databases",
        "description": "Crosswind's connectors for databases.\n",
        "integrations": [
            {
                "integration-name": "PostgreSQL through Crosswind",
                "external-doc-url": "https://www.postgresql.org/",
                "tags": ["software"],
            }
        ],
        "hooks": [
            {
                "integration-name": "PostgreSQL through Crosswind",
                "python-modules": ["crosswind_databases.hooks.postgres"],
            }
        ],
    }
