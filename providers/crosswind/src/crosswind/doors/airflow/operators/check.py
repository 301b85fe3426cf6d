"""Check a connection step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context

PASSING = frozenset({"CONN_002", "CONN_004"})
"""Codes of faults that pass by themselves: no answer in time, no connection left."""


class CrosswindCheckOperator(BaseOperator):
    """Fails unless every gate of the connection's check passes; returns the steps.

    :param conn_id: an Airflow connection of a type that an installed connector knows (templated).
    :param fail_on_warning: also fail when a step passed with a warning.
    """

    template_fields: Sequence[str] = ("conn_id",)
    ui_color = "#d9f2e6"

    def __init__(self, *, conn_id: str, fail_on_warning: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.fail_on_warning = fail_on_warning

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Check, log each step, and fail with the first bad one and its remedy."""
        del context
        import msgspec

        from crosswind.doors.airflow.hooks.connector import ConnectorHook

        with ConnectorHook(self.conn_id).get_conn() as connector:
            steps = connector.check()
        bad = {"failed", "warning"} if self.fail_on_warning else {"failed"}
        for step in steps:
            self.log.info("%-10s %-8s %s %s", step.name, step.status, step.message, step.remedy or "")
        for step in steps:
            if step.status in bad and (step.gate or self.fail_on_warning):
                kind = AirflowException if step.code in PASSING else AirflowFailException
                raise kind(f"Check of '{self.conn_id}': step {step.name} {step.status}. {step.message} {step.remedy}")
        return [msgspec.to_builtins(step) for step in steps]
