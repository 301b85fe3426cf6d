"""Tables that cannot be read: counted and told, while the others are looked at."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from crosswind.connectors.errors import ConnectionFailed, ReadRefused
from crosswind.doors.airflow.looking import COLUMNS_A_READ, Counts, Looker, Table


class Source:
    """Raises for a table what is held under its name."""

    def __init__(self, **raised: Exception) -> None:
        self.raised = raised

    def ping(self) -> float:
        return 0.0

    def sample(self, schema: str, name: str, columns: Sequence[str], rows: int, seconds: float) -> dict[str, list[str]]:
        if name in self.raised:
            raise self.raised[name]
        return {each: ["x"] for each in columns}

    def close(self) -> None:
        return None


def looked(source: Any, *names: str) -> tuple[list[str], Counts]:
    counts = Counts()
    tables = [Table(name, "s", name, {"c": (f"{name}.c", "text")}) for name in names]
    with Looker(lambda: source) as looker:
        return [each["columnId"] for each in looker.look(tables, counts)], counts


def test_whatever_a_table_s_reading_raises_fails_that_table_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    refused = ReadRefused("No such thing", step="sample", remedy="Crawl again.")
    seen, counts = looked(Source(odd=OverflowError("canary 8112189876"), away=refused), "a", "odd", "away", "b")
    assert seen == ["a.c", "b.c"]
    assert (counts.tables, counts.failed) == (4, 2)
    assert counts.failures == [
        {"assetId": "odd", "code": "CONN_001", "message": "It could not be read (OverflowError)"},
        {"assetId": "away", "code": "CONN_001", "message": "No such thing"},
    ]
    assert "canary" not in caplog.text


def test_a_source_that_is_away_ends_the_scan() -> None:
    lost = ConnectionFailed("The link broke", step="dial", remedy="Try again.")
    with pytest.raises(ConnectionFailed):
        looked(Source(**{f"t{at}": lost for at in range(6)}), *(f"t{at}" for at in range(6)))


def test_a_part_of_the_columns_that_is_refused_leaves_the_others() -> None:
    class Partly(Source):
        def sample(self, *asked: Any) -> dict[str, list[str]]:
            if "c0" in asked[2]:
                raise ReadRefused("These cannot be read", step="sample", remedy="Crawl again.")
            return super().sample(*asked)

    names = [f"c{number}" for number in range(COLUMNS_A_READ + 2)]
    table = Table("wide", "s", "wide", {name: (name, "text") for name in names})
    counts = Counts()
    with Looker(Partly) as looker:  # type: ignore[arg-type]
        assert [each["columnId"] for each in looker.look([table], counts)] == names[COLUMNS_A_READ:]
    assert (counts.failed, counts.unread) == (0, COLUMNS_A_READ)
