"""A FastAPI route with nothing of ours: it runs given statements and returns the rows as dicts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio.from_thread
import httpx
import psycopg
from fastapi import FastAPI
from psycopg.rows import dict_row
from tests.support.app import _Transport

from crosswind.kit.store import make_engine


@contextmanager
def bare_client(url: str, statements: list[tuple[str, dict[str, Any]]]) -> Iterator[httpx.Client]:
    """A client of an app whose one route runs the statements over a pool like ours."""
    engine = make_engine(url)
    app = FastAPI()

    @app.get("/")
    def read() -> list[dict[str, Any]]:
        link = engine.raw_connection()
        try:
            driver: psycopg.Connection[Any] = link.driver_connection  # type: ignore[assignment]
            rows: list[dict[str, Any]] = []
            with driver.cursor(row_factory=dict_row) as cursor:
                for statement, parameters in statements:
                    rows += cursor.execute(statement, parameters).fetchall()
            return rows
        finally:
            link.close()

    with (
        anyio.from_thread.start_blocking_portal() as portal,
        httpx.Client(transport=_Transport(app, portal, "127.0.0.1"), base_url="http://bare.test") as client,
    ):
        yield client
    engine.dispose()
