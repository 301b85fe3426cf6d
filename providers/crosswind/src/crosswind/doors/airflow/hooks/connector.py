"""From any Airflow connection that a connector knows to that connector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from crosswind.doors.airflow.hooks.rows import found

if TYPE_CHECKING:
    from pydantic import BaseModel

    from crosswind.connectors.connector_type import ConnectorType
    from crosswind.connectors.port import Connector


class ConnectorHook(BaseHook):
    """Turns a `conn_id` into a connector; it registers no connection type, those are upstream's.

    :param conn_id: an Airflow connection, governed by Crosswind or not.
    """

    def __init__(self, conn_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id

    def get_conn(self) -> Connector:
        """Return a new connector; it dials when its first verb is called, and is the caller's to close."""
        return self.opened()[2]

    def opened(self) -> tuple[ConnectorType, BaseModel, Connector]:
        """Return the connection's type and settings with a new connector; ValueError says what cannot be read."""
        from crosswind.connectors.connector_type import AirflowFields
        from crosswind.connectors.registry import installed

        row: Any = found(self.conn_id, "Register it again, or adopt it, in Crosswind")
        kind = installed().for_airflow(row.conn_type)
        if kind is None:
            raise ValueError(
                f"No installed connector knows the type '{row.conn_type}' of connection '{self.conn_id}'. "
                "Install the Crosswind distribution that does"
            )
        fields = AirflowFields(row.conn_type, row.host, row.port, row.schema, row.login, row.password, row.extra_dejson)
        settings, credentials = kind.from_airflow(fields)
        return kind, settings, kind.open(settings, credentials, _guard())

    def test_connection(self) -> tuple[bool, str]:
        """Run the connector's check and tell its first failed step."""
        with self.get_conn() as connector:
            steps = connector.check()
        failed = next((step for step in steps if step.status == "failed" and step.gate), None)
        if failed is not None:
            return False, f"{failed.name}: {failed.message} {failed.remedy or ''}".strip()
        return True, "; ".join(f"{step.name} {step.status}" for step in steps)


def _guard() -> Any:
    from crosswind.kit.outbound import OutboundGuard
    from crosswind.settings import Settings

    settings = Settings.from_airflow()
    return OutboundGuard(settings.allowed_addresses, store_address(settings.store_url))


def store_address(url: str) -> list[str]:
    """Return the `host:port` of a store that is reached over the network, none for one behind a socket."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return [f"{parts.hostname}:{parts.port or 5432}"] if parts.hostname else []
