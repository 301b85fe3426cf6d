"""What Airflow asks of a provider. Generated from provider.yaml by scripts/provider-info: edit that."""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Return this distribution's description as Airflow's provider schema has it."""
    return {
        "package-name": "airflow-provider-crosswind",
        "name": "Crosswind",
        "description": "Governed connections, a metadata catalog and the runs that fill it.\n",
        "integrations": [
            {"integration-name": "Crosswind", "external-doc-url": "https://airflow.apache.org/", "tags": ["service"]}
        ],
        "hooks": [
            {
                "integration-name": "Crosswind",
                "python-modules": [
                    "crosswind.doors.airflow.hooks.crosswind",
                    "crosswind.doors.airflow.hooks.connector",
                ],
            }
        ],
        "operators": [
            {
                "integration-name": "Crosswind",
                "python-modules": [
                    "crosswind.doors.airflow.operators.check",
                    "crosswind.doors.airflow.operators.crawl",
                    "crosswind.doors.airflow.operators.query",
                ],
            }
        ],
        "bundles": [{"integration-name": "Crosswind", "python-modules": ["crosswind.doors.airflow.bundle"]}],
        "connection-types": [
            {
                "connection-type": "crosswind",
                "hook-class-name": "crosswind.doors.airflow.hooks.crosswind.CrosswindHook",
                "hook-name": "Crosswind",
                "ui-field-behaviour": {
                    "hidden-fields": ["schema", "login", "port", "extra"],
                    "relabeling": {"host": "Base address", "password": "API key"},
                    "placeholders": {"host": "http://127.0.0.1:8080/crosswind"},
                },
                "conn-fields": {
                    "timeout": {
                        "label": "Time limit of a call (seconds)",
                        "description": "A call that takes longer is given up, and tried again where a retry can help.",
                        "schema": {"type": ["integer", "null"], "default": 60, "minimum": 1, "maximum": 600},
                    },
                    "verify": {
                        "label": "CA bundle",
                        "description": "A file of certificates to trust for an https base address; empty for the system's own.",
                        "schema": {"type": ["string", "null"]},
                    },
                },
            }
        ],
        "db-managers": ["crosswind.db_manager.CrosswindDBManager"],
        "config": {
            "crosswind": {
                "description": "Where Crosswind keeps its store, and the limits it works within.",
                "options": {
                    "store_url": {
                        "description": "The PostgreSQL database of the store, as a SQLAlchemy URL. Empty means Airflow's own metadata database.\n",
                        "version_added": "0.1.0",
                        "type": "string",
                        "sensitive": True,
                        "example": "postgresql://crosswind:password@db.example.com/crosswind",
                        "default": "",
                    },
                    "pool_size": {
                        "description": "Connections to the store that one process may hold.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "20",
                    },
                    "allowed_addresses": {
                        "description": "Addresses, as host:port and separated by commas, that connections may dial although they are on this\nmachine, link-local or the store's own.\n",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "127.0.0.1:5433",
                        "default": "",
                    },
                    "aws_profiles": {
                        "description": "Profiles of this machine's AWS configuration, separated by commas, that S3 connections may name.\n",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "lake, archive",
                        "default": "",
                    },
                    "request_threads": {
                        "description": "REST requests that one process answers at a time.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "10",
                    },
                    "dial_threads": {
                        "description": "REST requests, of those that reach other systems, that one process works on at a time.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "8",
                    },
                    "dial_queue": {
                        "description": "REST requests that may wait to reach another system; one more is answered 503 at once.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "16",
                    },
                    "rate_limit": {
                        "description": "Requests a minute of an API key, and of all sessions of a person together; 0 for no limit.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "1000",
                    },
                    "idempotency_hours": {
                        "description": "Hours for which the answer to a POST with an Idempotency-Key is kept.",
                        "version_added": "0.1.0",
                        "type": "float",
                        "example": None,
                        "default": "24",
                    },
                    "audit_retention_days": {
                        "description": "Days after which the audit loses its oldest rows; 0 keeps them for ever.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "3650",
                    },
                    "event_retention_hours": {
                        "description": "Hours for which events, and the log of what webhooks were sent, are kept for readers that resume; 0 keeps them for ever.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "72",
                    },
                    "webhook_failing_hours": {
                        "description": "Hours for which a webhook may fail without a break before it is switched off.",
                        "version_added": "0.1.0",
                        "type": "float",
                        "example": None,
                        "default": "24",
                    },
                    "history_retention_days": {
                        "description": "Days after which crawls, scans, evaluations and finished tasks are forgotten; 0 keeps them for ever.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "90",
                    },
                    "deleted_retention_days": {
                        "description": "Days after which assets that people deleted are purged and cannot be restored; 0 keeps them for ever.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "30",
                    },
                    "version_retention_days": {
                        "description": "Days after which older versions of assets are forgotten; 0 keeps the last 500 of each asset for ever.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "365",
                    },
                    "rules_folder": {
                        "description": "A folder with compliance rules of one's own, a YAML file each, which every API server reads; a change counts\nat once.\n",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "/etc/crosswind/rules",
                        "default": "",
                    },
                    "grpc_host": {
                        "description": "Address that `crosswind grpc` listens at; one beyond this machine wants TLS.",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "10.1.2.3",
                        "default": "127.0.0.1",
                    },
                    "grpc_port": {
                        "description": "Port that `crosswind grpc` listens at.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "50051",
                    },
                    "grpc_threads": {
                        "description": "Calls over gRPC that are worked on at a time, each with a connection to the store.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "10",
                    },
                    "grpc_queue": {
                        "description": "Calls over gRPC that may wait for a thread; one more is answered RESOURCE_EXHAUSTED at once.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "100",
                    },
                    "grpc_certificate": {
                        "description": "File with the certificate (and those between it and its authority) that gRPC clients see, as PEM.",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "/etc/crosswind/grpc.crt",
                        "default": "",
                    },
                    "grpc_key": {
                        "description": "File with the key of that certificate, as PEM.",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "/etc/crosswind/grpc.key",
                        "default": "",
                    },
                    "grpc_client_ca": {
                        "description": "File with the authorities whose certificates gRPC clients must show, as PEM; without it none are asked for.",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "/etc/crosswind/clients.crt",
                        "default": "",
                    },
                    "dial_deadline": {
                        "description": "Seconds after which a request gives up on another system.",
                        "version_added": "0.1.0",
                        "type": "float",
                        "example": None,
                        "default": "30",
                    },
                },
            }
        },
    }
