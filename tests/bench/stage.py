"""What every benchmark may use: a server of its own and the report."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.report import Report

from crosswind.kit.embedded import EmbeddedPostgres


@dataclass(frozen=True)
class Stage:
    """A running PostgreSQL (its power-cut safety off) and where figures go."""

    server: EmbeddedPostgres
    report: Report
    sizes: tuple[int, ...]
    assets: int = 1_000_000
