"""The ids of a connection: ours, and the one that Airflow knows it by."""

from __future__ import annotations

import re
from uuid import uuid4

from crosswind.kit.actor import DEFAULT_TENANT
from crosswind.kit.errors import Invalid

RESERVED = frozenset(
    {"templates", "from-template", "database", "storage", "warehouse", "catalog", "export", "search", "connections"}
)
"""Words that stand in the place of an id in some path of the design."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
AIRFLOW_LIMIT = 240
"""Airflow takes 250 characters; the rest is for the row beside it that holds further secrets."""


def new_id() -> str:
    """An id for a connection whose client gave none."""
    return f"conn-{uuid4().hex[:12]}"


def check_id(identifier: str) -> str:
    """`identifier` itself, or `Invalid` when it is no id or a reserved word."""
    if _ID.fullmatch(identifier) is None:
        raise Invalid("An id has 1 to 128 letters, digits, dashes and underscores", field="id")
    if identifier.lower() in RESERVED:
        raise Invalid(f"'{identifier}' is a reserved word; choose another id", field="id")
    return identifier


def id_from(conn_id: str) -> str:
    """An id of ours that resembles an Airflow connection's id."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", conn_id)[:128].strip("-") or new_id()


def airflow_conn_id(tenant: str, identifier: str) -> str:
    """The id under which Airflow knows a connection: its own in the default tenant, `tenant:id` elsewhere."""
    conn_id = identifier if tenant == DEFAULT_TENANT else f"{tenant}:{identifier}"
    if len(conn_id) > AIRFLOW_LIMIT:
        raise Invalid(f"The id is too long: with its tenant it passes {AIRFLOW_LIMIT} characters", field="id")
    return conn_id
