from __future__ import annotations

import contextlib
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.object_stores.readers.support import source

from crosswind_object_stores.readers import parquet
from crosswind_object_stores.readers.parquet_values import first_values
from crosswind_object_stores.readers.source import Unreadable


def written(table: dict[str, Any], **options: Any) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table(table), held, **options)
    return held.getvalue()


GOOD = written({"id": [1, 2, 3], "who": [{"mail": "a@b.example", "tags": ["x"]}] * 3})


def test_leaves_have_their_path_and_arrow_s_type() -> None:
    table = {
        "id": pa.array([1], pa.int32()), "s": [{"a": {"b": 1.5}}], "l": [["x"]], "ls": [[{"k": True}]],
        "m": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), "c": pa.array(["x"]).dictionary_encode(),
        "t": pa.array([0], pa.timestamp("us", tz="UTC")), "d": pa.array([1], pa.decimal128(10, 2)),
    }  # fmt: skip
    found = parquet.described(source("a.parquet", written(table)))
    assert {each.name: each.data_type for each in found.fields} == {
        "id": "int32", "s.a.b": "double", "l": "array<string>", "ls.k": "array<bool>", "m": "map<string, int64>",
        "c": "string", "t": "timestamp[us, tz=UTC]", "d": "decimal128(10, 2)",
    }  # fmt: skip
    assert found.rows == 1


def test_only_the_end_is_read_for_columns_and_a_page_for_values() -> None:
    rows = 200_000
    body = written({"id": list(range(rows)), "text": [f"text {at}" for at in range(rows)]}, row_group_size=50_000)
    asked = source("a.parquet", body)
    assert parquet.described(asked).rows == rows
    assert asked.spent <= parquet.TAIL
    asked = source("a.parquet", body)
    assert first_values(asked, ["id"], 3, 100).values == {"id": [0, 1, 2]}
    assert asked.before + asked.spent < len(body) // 2


def test_ten_thousand_columns_are_read_and_a_footer_beyond_bounds_is_not() -> None:
    wide = written({f"column {at}": [1] for at in range(10_000)})
    assert len(parquet.described(source("a.parquet", wide)).fields) == 10_000
    long = bytearray(wide)
    long[-8:-4] = (parquet.MOST_FOOTER + 1).to_bytes(4, "little")
    with pytest.raises(Unreadable, match="longer than"):
        parquet.described(source("a.parquet", b"x" * (parquet.MOST_FOOTER + 20) + bytes(long[-8:])))


def test_an_encrypted_footer_says_so() -> None:
    with pytest.raises(Unreadable, match="encrypted"):
        parquet.described(source("a.parquet", GOOD[:-4] + b"PARE"))


@given(st.integers(0, len(GOOD) - 1))
@settings(deadline=None)
def test_a_file_cut_anywhere_is_unreadable(end: int) -> None:
    with pytest.raises(Unreadable):
        parquet.described(source("a.parquet", GOOD[:end]))


@given(st.integers(4, len(GOOD) - 9), st.binary(min_size=1, max_size=8))
@settings(deadline=None, max_examples=50)
def test_a_file_with_wrong_bytes_anywhere_is_read_or_unreadable(at: int, wrong: bytes) -> None:
    body = GOOD[:at] + wrong + GOOD[at + len(wrong) :]
    with contextlib.suppress(Unreadable):
        found = parquet.described(source("a.parquet", body[: len(GOOD)]))
        first_values(source("a.parquet", body[: len(GOOD)]), [each.name for each in found.fields], 2, 100)


@pytest.mark.parametrize(("at", "wrong"), [(301, 0x2C), (358, 0x7F), (473, 0x15), (356, 0x00)])
def test_a_footer_that_would_abort_the_process_is_unreadable(at: int, wrong: int) -> None:
    body = bytearray(GOOD)
    body[at] = wrong
    with pytest.raises(Unreadable, match="contradicts itself"):
        first_values(source("a.parquet", bytes(body)), ["id"], 2, 100)
