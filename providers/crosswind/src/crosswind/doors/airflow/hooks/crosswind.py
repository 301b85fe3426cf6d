"""The hook of the connection type `crosswind`: REST at its base address, with its API key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from crosswind.doors.airflow.hooks.rows import found

if TYPE_CHECKING:
    from crosswind.doors.airflow.client import CrosswindClient

MOUNT = "/crosswind"
PATIENCE = 60.0
"""Seconds for which a call is repeated while the API server is away."""


class CrosswindHook(BaseHook):
    """Calls Crosswind's REST API.

    :param crosswind_conn_id: the Airflow connection that holds base address and API key.
    """

    conn_name_attr = "crosswind_conn_id"
    default_conn_name = "crosswind_default"
    conn_type = "crosswind"
    hook_name = "Crosswind"

    def __init__(self, crosswind_conn_id: str = default_conn_name, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.crosswind_conn_id = crosswind_conn_id
        self._client: CrosswindClient | None = None

    def get_conn(self) -> CrosswindClient:
        """Return a client, the same for the life of the hook."""
        if self._client is None:
            self._client = self._make(PATIENCE)
        return self._client

    def test_connection(self) -> tuple[bool, str]:
        """Say whether the base address answers and knows the key; Airflow's test button calls this."""
        from crosswind.doors.airflow.errors import ApiError

        try:
            with self._make(patience=0.0) as client:
                me = client.get("/platform/v1/me")
        except ApiError as error:
            if error.status == 403:
                return True, "Crosswind answers and knows the key; the key is for running tasks only"
            return False, str(error)
        except ValueError as error:
            return False, str(error)
        return True, f"Crosswind answers; the key acts as {me.get('name')} in tenant {me.get('tenant')}"

    def _make(self, patience: float) -> CrosswindClient:
        from crosswind.doors.airflow.client import CrosswindClient

        connection: Any = found(self.crosswind_conn_id, "`make up` makes it, with a key for running tasks")
        extra = connection.extra_dejson
        timeout = min(float(extra.get("timeout") or 60), 10.0 if patience == 0 else 600.0)
        return CrosswindClient(
            base_url(connection.host, connection.port, connection.schema),
            connection.password or "",
            timeout=timeout,
            patience=patience,
            verify=extra.get("verify") or None,
        )


def base_url(host: str | None, port: int | None, scheme: str | None) -> str:
    """Return the base address from an Airflow connection's parts: a whole address as host, or host, port and scheme."""
    if not host:
        raise ValueError("The connection has no base address, such as http://127.0.0.1:8080/crosswind")
    if "://" in host:
        return host.rstrip("/")
    return f"{scheme or 'http'}://{host}{f':{port}' if port else ''}{MOUNT}"
