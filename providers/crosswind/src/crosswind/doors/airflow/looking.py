"""Tables sampled and judged, several at once over connections of their own; a table that fails is counted and told."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from crosswind.connectors.errors import ConnectionFailed, ConnectionTimeout, ConnectorError, ReadRefused
from crosswind.connectors.port import Connector, SamplesColumns
from crosswind.detection import Sample, detect

AT_ONCE = 4
ROWS = 100
SECONDS = 20.0
MOST_TOLD = 100
MOST_LOST_IN_A_ROW = 5
COLUMNS_A_READ = 400
log = logging.getLogger(__name__)
Values = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the ids and types of its columns by name."""

    id: str
    schema: str
    name: str
    columns: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Table:
        """Read one of a page."""
        columns = {each["name"]: (each["id"], each["dataType"]) for each in told["columns"]}
        return cls(told["assetId"], told["schema"], told["name"], columns)


@dataclass(slots=True)
class Counts:
    """What was looked at so far."""

    batches: int = 0
    tables: int = 0
    columns: int = 0
    sampled: int = 0
    empty: int = 0
    unread: int = 0
    failed: int = 0
    failures: list[dict[str, str]] = field(default_factory=list)
    lost_in_a_row: int = 0

    def told(self) -> dict[str, Any]:
        """Return what the end of a scan says."""
        names = ("batches", "tables", "columns", "sampled", "empty", "unread", "failed", "failures")
        return {name: getattr(self, name) for name in names}

    def fail(self, table: Table, error: Exception) -> None:
        """Count a table that could not be read; raise the error when it is the source itself that is away.

        Of an error that is not a connector's only the class is told: its text and its trace may quote values.
        """
        self.failed += 1
        code, reason = ConnectorError.code, f"It could not be read ({type(error).__name__})"
        if isinstance(error, ConnectorError):
            code, reason = error.code, error.reason
        lost = isinstance(error, ConnectionFailed | ConnectionTimeout) and error.step != "sample"
        self.lost_in_a_row = self.lost_in_a_row + 1 if lost else 0
        if self.lost_in_a_row >= MOST_LOST_IN_A_ROW:
            raise error
        if len(self.failures) < MOST_TOLD:
            self.failures.append({"assetId": table.id, "code": code, "message": reason[:500]})


class Looker:
    """A few connectors and the threads that use them; a connector is used by one thread at a time."""

    def __init__(self, opened: Callable[[], Connector], at_once: int = AT_ONCE) -> None:
        self._made = [opened() for _ in range(at_once)]  # here, because Airflow's connections are the main thread's
        self._free: queue.SimpleQueue[Connector] = queue.SimpleQueue()
        for connector in self._made:
            self._free.put(connector)
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="scan")

    def reach(self) -> None:
        """Raise what is wrong with the connection as a whole; ValueError when its system shows no samples."""
        with self._connector() as connector:
            if not isinstance(connector, SamplesColumns):
                raise ValueError("This kind of source does not show samples of its columns, so it cannot be scanned")
            connector.ping()

    def look(self, tables: Sequence[Table], counts: Counts) -> Iterator[dict[str, Any]]:
        """Yield what each column shows that could be read, in order; None stands for one without values."""
        for table, seen in zip(tables, self._pool.map(self._look, tables), strict=True):
            counts.tables += 1
            counts.columns += len(table.columns)
            if isinstance(seen, Exception):
                counts.fail(table, seen)
                continue
            counts.lost_in_a_row = 0
            counts.unread += len(table.columns) - len(seen)
            for name, findings in seen.items():
                counts.sampled += findings is not None
                counts.empty += findings is None
                yield {"columnId": table.columns[name][0], "findings": findings}

    def _look(self, table: Table) -> dict[str, list[dict[str, Any]] | None] | Exception:
        """Return the findings of each column that could be read, None for one without values, or what went wrong.

        A part of the columns that is refused leaves those of the other parts.
        """
        seen: dict[str, list[dict[str, Any]] | None] = {}
        refused: ReadRefused | None = None
        names = list(table.columns)
        try:
            for start in range(0, len(names), COLUMNS_A_READ):
                try:
                    seen |= judged(table, self._sample(table, names[start : start + COLUMNS_A_READ]))
                except ReadRefused as error:
                    refused = error
        except Exception as error:
            return error
        return refused if refused is not None and not seen else seen

    def _sample(self, table: Table, names: Sequence[str]) -> Values:
        with self._connector() as connector:
            values: Values = connector.sample(table.schema, table.name, names, ROWS, SECONDS)  # type: ignore[attr-defined]
        return values

    @contextmanager
    def _connector(self) -> Iterator[Connector]:
        connector = self._free.get()
        try:
            yield connector
        finally:
            self._free.put(connector)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        for connector in self._made:
            connector.close()


def judged(table: Table, values: Values) -> dict[str, list[dict[str, Any]] | None]:
    """Return what each column shows, None for one without values."""
    seen: dict[str, list[dict[str, Any]] | None] = {}
    for name, held in values.items():
        sample = Sample(name, tuple(each for each in held if each), table.columns[name][1], table.name)
        seen[name] = [found.told() for found in detect(sample)] if sample.values else None
    return seen
