"""Blocks that change more columns than are held at a time: told a stretch of assets after the other."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from tests.support.app import Rest
from tests.support.catalog import ok
from tests.support.imports import Import, asset

from crosswind.contexts.catalog.transfer.repository import reshaped


@pytest.fixture
def stretches(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was done of each stretch: the columns of each asset that was read, and None where a stretch was kept."""
    read, keep = reshaped._reshaped, reshaped.keep
    done: list[Any] = []

    def reading(*args: Any) -> Any:
        found = read(*args)
        done.append(len(found.before))
        return found

    def keeping(*args: Any) -> None:
        keep(*args)
        done.append(None)

    monkeypatch.setattr(reshaped, "_FETCHED", 2)
    monkeypatch.setattr(reshaped, "_reshaped", reading)
    monkeypatch.setattr(reshaped, "keep", keeping)
    return done


def lines(*tables: tuple[str, int], type_: str = "text") -> list[dict[str, Any]]:
    return [
        asset(name, columns=[{"name": f"c{number}", "type": type_} for number in range(columns)])
        for name, columns in tables
    ]


def changed(rest: Rest) -> list[tuple[str, int]]:
    """The assets whose schemas are told to have changed, and by how many changes."""
    with rest.platform.session() as session:
        told = "SELECT data FROM crosswind.outbox WHERE type = 'asset.schema_changed' ORDER BY id"
        return [(data["name"], len(data["changes"])) for data in session.execute(text(told)).scalars()]


@pytest.mark.parametrize(
    ("assets", "columns", "expected"),
    [(2, 99, [3, 4, None, 2, 1, None]), (99, 5, [3, 4, None, 2, 1, None]), (99, 6, [3, 4, None, 2, 1, None]),
     (1, 99, [3, None, 4, None, 2, None, 1, None]), (99, 99, [3, 4, 2, 1, None])],
)  # fmt: skip
def test_what_a_block_changes_is_told_a_stretch_after_the_other(
    rest: Rest, work: Import, stretches: list[Any], monkeypatch: pytest.MonkeyPatch,
    assets: int, columns: int, expected: list[Any],
) -> None:  # fmt: skip
    monkeypatch.setattr(reshaped, "ASSETS", assets)
    monkeypatch.setattr(reshaped, "COLUMNS", columns)
    tables = [("a", 3), ("b", 4), ("c", 2), ("d", 1)]
    ok(work.block(lines(*tables)))
    ok(work.block(lines(*tables, type_="date"), 2, 5))
    assert stretches == expected
    assert changed(rest) == tables
    ok(work.block([asset(name, columns=[]) for name, _ in tables], 3, 9))
    assert stretches == expected * 2
    assert changed(rest) == tables * 2


def test_columns_that_stay_or_come_with_their_asset_are_no_part_of_a_stretch(
    work: Import, stretches: list[Any]
) -> None:
    ok(work.block(lines(("a", 3), ("b", 4))))
    ok(work.block(lines(("a", 3), ("b", 5), ("new", 7)), 2, 3))
    assert stretches == [1, None]
