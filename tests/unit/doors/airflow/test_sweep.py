"""What a scan's task sends: every column that was seen, in batches that the server takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from crosswind.doors.airflow.looking import Counts, Table
from crosswind.doors.airflow.progress import Progress
from crosswind.doors.airflow.scan import COLUMNS_A_BATCH, sweep


class Lease:
    """Shows two pages of tables and takes what is sent."""

    def __init__(self, *pages: list[Table]) -> None:
        self.pages = pages
        self.sent: list[dict[str, Any]] = []

    def send(self, method: str, path: str, body: Any = None) -> Any:
        if method == "POST":
            self.sent.append(body)
            return {}
        at = int(path.partition("after=")[2].partition("&")[0])
        tables = [
            {"assetId": each.id, "schema": each.schema, "name": each.name,
             "columns": [{"name": name, "id": name, "dataType": "text"} for name in each.columns]}
            for each in self.pages[at]
        ]  # fmt: skip
        return {"tables": tables, "total": 3, "next": at + 1 if at + 1 < len(self.pages) else None}


class Looker:
    """Sees nothing personal in any column."""

    def look(self, tables: Sequence[Table], counts: Counts) -> Iterator[dict[str, Any]]:
        for table in tables:
            counts.tables += 1
            for name in table.columns:
                yield {"columnId": name, "findings": []}


def test_wide_tables_are_sent_in_bounded_batches() -> None:
    wide = [Table(f"t{at}", "s", f"t{at}", {f"t{at}.c{n}": ("", "text") for n in range(4_000)}) for at in range(3)]
    empty = [Table("none", "s", "none", {})]
    lease: Any = Lease(wide[:2], empty, wide[2:])
    looker: Any = Looker()
    counts = sweep(lease, "/platform/v1/scans/x", looker, Progress({}))
    assert (counts.batches, counts.tables) == (len(lease.sent), 4)
    assert [each["sequence"] for each in lease.sent] == [0, 1, 2]
    assert [len(each["columns"]) for each in lease.sent] == [COLUMNS_A_BATCH, 3_000, 4_000]
    seen = [column["columnId"] for each in lease.sent for column in each["columns"]]
    assert seen == [name for table in wide for name in table.columns]
