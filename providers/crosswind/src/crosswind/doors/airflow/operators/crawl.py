"""Start Crosswind's discover, crawl or scan DAG for a connection, from any DAG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator


class _SourceOperator(TriggerDagRunOperator):
    """A run of one of our DAGs for one connection; needs no key, Airflow itself starts the run.

    :param conn_id: the Airflow id of a connection that Crosswind governs (templated).
    :param include: patterns of schemas or schema.table to read; None for those of the connection (templated).
    :param exclude: patterns to leave out (templated).
    :param wait_for_completion: wait for the run's end, and fail if it fails; on unless said otherwise.

    What upstream's TriggerDagRunOperator takes is taken too, such as `deferrable` and `poke_interval`.
    """

    source_dag_id: ClassVar[str]
    template_fields: Sequence[str] = ("conn_id", "include", "exclude", *TriggerDagRunOperator.template_fields)

    def __init__(
        self,
        *,
        conn_id: str,
        include: Sequence[str] | None = None,
        exclude: Sequence[str] | None = None,
        wait_for_completion: bool = True,
        poke_interval: int = 5,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            trigger_dag_id=self.source_dag_id,
            wait_for_completion=wait_for_completion,
            poke_interval=poke_interval,
            **kwargs,
        )
        self.conn_id = conn_id
        self.include = include
        self.exclude = exclude

    def execute(self, context: Any) -> None:
        """Trigger the run, and wait for it if asked to."""
        patterns = {"include": self.include, "exclude": self.exclude}
        given = {key: list(value) for key, value in patterns.items() if value}
        self.conf = {"conn_id": self.conn_id, **given}
        super().execute(context)


class CrosswindDiscoverOperator(_SourceOperator):
    """Read the names of what a source holds."""

    source_dag_id: ClassVar[str] = "crosswind_discover"
    ui_color = "#e8e4fb"


class CrosswindCrawlOperator(_SourceOperator):
    """Read everything a source says of its tables and views into the catalog."""

    source_dag_id: ClassVar[str] = "crosswind_crawl"
    ui_color = "#d6e0fb"


class CrosswindScanOperator(_SourceOperator):
    """Look for personal data in the columns of a source, and judge it by the compliance rules."""

    source_dag_id: ClassVar[str] = "crosswind_scan"
    ui_color = "#fbe3d6"
