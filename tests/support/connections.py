"""Connections over HTTP for tests: bodies, sources, and what stands in Airflow's own tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from tests.support.app import CONNECTIONS

DESIGN: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "contract" / "design_connection.json").read_text(encoding="utf-8")
)
"""The Connection entity word for word as the connections-platform design has it."""
CANARY = "c4nary-S3cret-of-the-source"


def configuration_of(source: str) -> dict[str, Any]:
    """The `configuration` that means the database of a URL."""
    parts = urlsplit(source)
    return {"host": parts.hostname, "port": parts.port, "database": parts.path[1:]}


def credentials_of(source: str) -> dict[str, str]:
    """The `credentials` in a URL."""
    parts = urlsplit(source)
    return {"username": unquote(parts.username or ""), "password": unquote(parts.password or "")}


def allowed(source: str) -> frozenset[str]:
    """The setting that lets Crosswind dial the server of a URL on this machine."""
    parts = urlsplit(source)
    return frozenset({f"{parts.hostname}:{parts.port}"})


def body_of(source: str | None = None, **more: Any) -> dict[str, Any]:
    """A body that registers a PostgreSQL connection."""
    body: dict[str, Any] = {
        "type": "postgres",
        "configuration": {"host": "db.example.com", "port": 5432, "database": "shop"},
        "credentials": {"username": "reader", "password": CANARY},
    }
    if source is not None:
        body |= {"configuration": configuration_of(source), "credentials": credentials_of(source)}
    return body | more


def register(client: httpx.Client, identifier: str = "shop", **more: Any) -> dict[str, Any]:
    """A connection that was just registered."""
    answer = client.post(f"{CONNECTIONS}/connections", json=body_of(id=identifier, **more))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def url(identifier: str = "shop", verb: str = "") -> str:
    """The path of a connection, or of a verb on it."""
    return f"{CONNECTIONS}/connections/{identifier}" + (f"/{verb}" if verb else "")


def error_of(answer: httpx.Response) -> dict[str, Any]:
    """The error in an answer."""
    return dict(answer.json()["error"])


def airflow_row(conn_id: str) -> dict[str, Any] | None:
    """An Airflow connection as Airflow's own model reads it."""
    from airflow.models import Connection
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        found = session.scalar(select(Connection).where(Connection.conn_id == conn_id))
        if found is None:
            return None
        names = ("conn_type", "host", "port", "schema", "login", "password", "description")
        return {name: getattr(found, name) for name in names} | {"extra": found.extra_dejson}


def edit_in_airflow(conn_id: str, **fields: Any) -> None:
    """Change an Airflow connection as somebody does in Airflow's own pages; None for `gone` deletes it."""
    from airflow.models import Connection
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        found = session.scalars(select(Connection).where(Connection.conn_id == conn_id)).one()
        for name, value in fields.items():
            setattr(found, name, json.dumps(value) if isinstance(value, Mapping) else value)


def delete_in_airflow(conn_id: str) -> None:
    """Delete an Airflow connection as somebody does in Airflow's own pages."""
    from airflow.models import Connection
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    with create_session() as session:
        session.execute(delete(Connection).where(Connection.conn_id == conn_id))


def airflow_log() -> list[tuple[str, str, dict[str, Any]]]:
    """What Airflow's own log holds: event, owner, facts."""
    from airflow.models import Log
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        rows = session.scalars(select(Log).order_by(Log.id)).all()
        return [(row.event, str(row.owner), json.loads(row.extra or "{}")) for row in rows]
