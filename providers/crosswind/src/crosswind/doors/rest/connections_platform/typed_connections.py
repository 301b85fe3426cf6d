"""One path a system, made from the connectors that are installed: the next one adds its own by being installed."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema, create_model

from crosswind.connectors.connector_type import ConnectorType
from crosswind.connectors.registry import installed
from crosswind.contexts.connections.schemas import Connection, ConnectionBody
from crosswind.doors.rest.connections_platform.connections import created
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.services import Connections

router = Family(CONNECTIONS_PLATFORM, tags=["Connections"])


def _body(connector: ConnectorType) -> type[ConnectionBody]:
    """The open body with the system's own settings in its documentation; the service checks them."""
    schema = {**connector.settings.model_json_schema(), "additionalProperties": True}
    configuration: Any = Annotated[dict[str, Any], WithJsonSchema(schema)]
    name = f"{connector.name.title().replace('-', '')}ConnectionBody"
    body = create_model(name, __base__=ConnectionBody, configuration=(configuration, Field(default_factory=dict)))
    if connector.example is not None:
        body.model_config = {**body.model_config, "json_schema_extra": {"examples": [dict(connector.example)]}}
    return body


def _register(connector: ConnectorType) -> None:
    model: Any = _body(connector)

    def create(connections: Connections, body: ConnectionBody) -> Reply[Connection]:
        return created(connections.create(body, connector))

    create.__annotations__["body"] = model
    create.__name__ = f"create_{connector.name.replace('-', '_')}_connection"
    create.__doc__ = f"Create {connector.title} connection."
    router.post(f"/connections/{connector.kind}/{connector.name}", permission="connection:create", status=201)(create)


for each in installed():
    _register(each)
