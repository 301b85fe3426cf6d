"""S3's connector behind a `conn_id`; to move objects of your own use Airflow's S3Hook with the same id."""

from __future__ import annotations

from typing import Any

from crosswind.doors.airflow.hooks.connector import ConnectorHook


class S3ConnectorHook(ConnectorHook):
    """Checks and discovers a bucket.

    :param conn_id: an Airflow connection of type `aws` that names a bucket.
    """

    def __init__(self, conn_id: str = "aws_default", **kwargs: Any) -> None:
        super().__init__(conn_id, **kwargs)
