"""Pages of lists that are counted only so far."""

from __future__ import annotations

import pytest

from crosswind.kit.paging import MOST_COUNTED, Window, bounded

MANY = MOST_COUNTED + 1


@pytest.mark.parametrize(
    ("there", "limit", "offset", "told"),
    [
        (0, 5, 0, (0, 0, False, False)),
        (5, 5, 0, (5, 5, False, False)),
        (6, 5, 0, (5, 6, True, False)),
        (6, 5, 5, (1, 6, False, False)),
        (6, 5, 10, (0, 6, False, False)),
        (3 * MANY, 5, 0, (5, MOST_COUNTED, True, True)),
        (3 * MANY, 5, 2 * MANY, (5, 2 * MANY + 6, True, True)),
        (3 * MANY, 5, 3 * MANY - 2, (2, 3 * MANY, False, False)),
    ],
)
def test_a_page_tells_no_more_than_is_known(there: int, limit: int, offset: int, told: tuple[object, ...]) -> None:
    rows = range(there)[offset : offset + limit + 1]
    page = bounded(rows, min(there, MANY), Window(limit, offset))
    assert (len(page.items), page.total, page.has_more, page.capped) == told
