"""A DAG as somebody writes it who never heard of lineage."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import dag


@dag(schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), catchup=False)
def shop_totals() -> None:
    """Sums up what was bought."""
    SQLExecuteQueryOperator(
        task_id="fill",
        conn_id="shop",
        sql="INSERT INTO bought (customer_id, product_id) SELECT customer_id, product_id FROM purchase",
    )


totals = shop_totals()
