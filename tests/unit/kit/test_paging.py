"""Windows and pages."""

from __future__ import annotations

import pytest

from crosswind.kit.paging import Page, Window


@pytest.mark.parametrize(("total", "offset", "count", "more"), [(5, 0, 2, True), (5, 4, 1, False), (5, 9, 0, False)])
def test_a_page_knows_whether_rows_follow(total: int, offset: int, count: int, more: bool) -> None:
    assert Page(list(range(count)), total, Window(2, offset)).has_more is more


def test_a_page_maps_its_items() -> None:
    assert Page([1, 2], 9, Window(2, 4)).map(str) == Page(["1", "2"], 9, Window(2, 4))
