"""Airflow's connections as tasks get them."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException


def found(conn_id: str, remedy: str) -> Any:
    """Return an Airflow connection, or raise ValueError with what to do when there is none."""
    try:
        return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        raise ValueError(f"Airflow has no connection '{conn_id}'. {remedy}") from None
