"""S3 and what speaks its protocol (MinIO, Ceph …). Importing this package imports no driver."""

from __future__ import annotations

from crosswind.connectors.connector_type import ConnectorType
from crosswind_object_stores.s3.airflow_fields import credentials_in, from_airflow, to_airflow
from crosswind_object_stores.s3.settings import CREDENTIALS, SECRETS, S3Settings


def namespace(settings: S3Settings) -> str:
    """Return OpenLineage's namespace of the bucket."""
    return f"s3://{settings.bucket}"


def dataset_name(_database: str, _bucket: str, name: str) -> str:
    """Return OpenLineage's name of a dataset in the bucket: its path."""
    return name


EXAMPLE = {
    "id": "lake",
    "name": "Data lake",
    "type": "storage",
    "subType": "s3",
    "environment": "production",
    "configuration": {
        "bucket": "analytics-lake",
        "region": "eu-west-1",
        "endpoint": "https://s3.eu-west-1.amazonaws.com",
        "pathStyleAccess": False,
    },
    "credentials": {"accessKey": "AKIAIOSFODNN7EXAMPLE", "secretKey": "the secret"},
}

CONNECTOR_TYPE = ConnectorType(
    name="s3",
    title="S3",
    kind="storage",
    conn_type="aws",
    aliases=frozenset({"aws-s3", "amazon-s3", "minio", "ceph", "s3-compatible"}),
    settings=S3Settings,
    class_path="crosswind_object_stores.s3.connector:S3Connector",
    to_airflow=to_airflow,
    from_airflow=from_airflow,
    namespace=namespace,
    credential_fields=CREDENTIALS,
    secret_fields=SECRETS,
    held=credentials_in,
    example=EXAMPLE,
    dataset_name=dataset_name,
)
