"""Airflow connections that were there before Crosswind, and those it does not govern yet."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query

from crosswind.contexts.connections.schemas import AdoptionBody, AirflowConnection, AirflowConnectionQuery, Connection
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.services import Adoptions
from crosswind.kit.paging import Page, Window

router = Family(PLATFORM, tags=["Adoption"])
ConnId = Annotated[str, Path(alias="connId", max_length=250, description="Airflow's id; it may hold slashes")]


@router.get("/airflow-connections", permission="adoption:create")
def list_airflow_connections(
    adoptions: Adoptions, query: Annotated[AirflowConnectionQuery, Query()], window: Window
) -> Page[AirflowConnection]:
    """List Airflow connections that can be adopted."""
    return adoptions.list(query, window)


@router.post("/airflow-connections/{connId:path}/adopt", permission="adoption:create", status=201)
def adopt_airflow_connection(
    adoptions: Adoptions, conn_id: ConnId, body: Annotated[AdoptionBody | None, Body()] = None
) -> Reply[Connection]:
    """Adopt an Airflow connection; it stays as it is, also when Crosswind's record is deleted."""
    connection = adoptions.adopt(conn_id, body or AdoptionBody())
    return Reply(connection, headers={"Location": f"/connections-platform/v1/connections/{connection['id']}"})
