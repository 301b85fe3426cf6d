"""JSON that PostgreSQL can store, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crosswind.kit.errors import Invalid
from crosswind.kit.strict_json import INT64, MAX_DEPTH, loads


def test_what_is_json_comes_through() -> None:
    assert loads(b'{"a": [1, -2.5, null, true, "\\ud83d\\ude00"]}') == {"a": [1, -2.5, None, True, "😀"]}
    assert loads(str(INT64 - 1).encode()) == INT64 - 1
    assert loads(str(-INT64).encode()) == -INT64
    assert loads(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


@pytest.mark.parametrize("number", ["1e20", "-1.5e25", "1e308", "9.223372036854776e18"])
def test_a_double_comes_through_as_the_store_writes_it(number: str) -> None:
    assert repr(loads(f"{Decimal(number):f}".encode())) == repr(float(number))


@pytest.mark.parametrize(
    "body",
    [
        b"NaN", b"-Infinity", b"1e999", str(INT64).encode(), b"9" * 10_000, b"1" + b"0" * 309,
        b"12345678901234567890", b'"\\u0000"', b'{"\\u0000": 1}',
        b'"\\ud800"', b'["\\udfff"]', b"\xff", b"", b"{", b"[1,]", b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2),
        b"[" * 500_000,
    ],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_the_rest_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        loads(body)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b'{"name": "a", "name": "b"}', "name"),
        (b'{"name": 1, "other": 2, "n\\u0061me": 1}', "name"),
        (b'[{"deep": [{"x": 1, "y": 2, "y": 2}]}]', "y"),
        (b'{"' + b"k" * 100 + b'": 1, "' + b"k" * 100 + b'": 2}', "k" * 64),
    ],
)
def test_a_key_that_stands_twice_is_named(body: bytes, key: str) -> None:
    with pytest.raises(Invalid, match=f"'{key}' stands twice") as raised:
        loads(body)
    assert raised.value.details["field"] == key
    assert loads(body, unique=False)


def test_keys_of_different_objects_may_be_the_same() -> None:
    assert loads(b'{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}') == {"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}


def test_a_key_twice_that_cannot_be_told_is_refused() -> None:
    with pytest.raises(Invalid, match="surrogate"):
        loads(b'{"\\ud800": 1, "\\ud800": 1}')
