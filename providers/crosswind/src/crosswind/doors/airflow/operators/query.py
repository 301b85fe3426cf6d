"""Ask a source a bounded question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context


class CrosswindQueryOperator(BaseOperator):
    """Runs one reading statement and returns its rows as dicts; for moving data use the system's own operators.

    :param conn_id: an Airflow connection whose connector runs queries (templated).
    :param sql: one statement that only reads (templated).
    :param parameters: its parameters, bound by the driver (templated).
    :param limit: the most rows to return.
    :param seconds: the time limit of the statement.
    """

    template_fields: Sequence[str] = ("conn_id", "sql", "parameters")
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers = {"sql": "sql"}
    ui_color = "#dbe9fb"

    def __init__(
        self,
        *,
        conn_id: str,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        limit: int = 1000,
        seconds: float = 60,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.sql = sql
        self.parameters = parameters
        self.limit = limit
        self.seconds = seconds

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Return the rows, values as JSON has them."""
        del context
        import msgspec

        from crosswind.connectors.errors import ConnectorError
        from crosswind.connectors.port import RunsQueries
        from crosswind.doors.airflow.hooks.connector import ConnectorHook

        with ConnectorHook(self.conn_id).get_conn() as connector:
            if not isinstance(connector, RunsQueries):
                raise AirflowFailException(f"The connector of '{self.conn_id}' runs no queries")
            try:
                found = connector.query(self.sql, self.parameters, self.limit, self.seconds)
            except ConnectorError as error:
                raise (AirflowException if error.transient else AirflowFailException)(str(error)) from error
        if found.truncated:
            self.log.warning("The statement has more than %s rows; the rest is left out", self.limit)
        rows: list[list[Any]] = msgspec.to_builtins(found.rows, str_keys=True, enc_hook=str)
        return [dict(zip(found.columns, row, strict=True)) for row in rows]
