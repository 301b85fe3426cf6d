"""What Airflow asks of a provider. Generated from provider.yaml by scripts/provider-info: edit that."""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Return this distribution's description as Airflow's provider schema has it."""
    return {
        "package-name": "airflow-provider-crosswind-object-stores",
        "name": "Crosswind object stores",
        "description": "Crosswind's connectors for object stores.\n",
        "integrations": [
            {
                "integration-name": "S3 through Crosswind",
                "external-doc-url": "https://docs.aws.amazon.com/s3/",
                "tags": ["software"],
            }
        ],
        "hooks": [{"integration-name": "S3 through Crosswind", "python-modules": ["crosswind_object_stores.hooks.s3"]}],
    }
