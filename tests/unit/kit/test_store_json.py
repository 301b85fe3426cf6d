"""JSON as it comes back from the store."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from crosswind.kit.store import make_engine, read_json


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ('{"a": [1, 1.5, null, true, "é\\ud83d\\ude00"]}', {"a": [1, 1.5, None, True, "é😀"]}),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        (b"1" + b"0" * 400, 10**400),
        ("1e400", float("inf")),
    ],
)
def test_what_any_json_says_is_read(stored: bytes | str, read: Any) -> None:
    assert read_json(stored) == read


def test_what_is_stored_comes_back_as_it_was(store: str) -> None:
    engine = make_engine(store)
    with engine.connect() as link:
        huge, nested = link.execute(text("SELECT '1e400'::jsonb, '{\"a\": [1, 2.50, {}]}'::json")).one()
    engine.dispose()
    assert (huge, nested) == (10**400, {"a": [1, 2.5, {}]})
