from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.unit.object_stores.readers.support import source
from tests.unit.object_stores.readers.test_parquet import written

from crosswind_object_stores.readers import pages
from crosswind_object_stores.readers import source as bounds
from crosswind_object_stores.readers.parquet_values import first_values
from crosswind_object_stores.readers.sample import sample
from crosswind_object_stores.readers.source import Source, Unreadable

MAIL = ["a@b.example", "c@d.example"]


def one(values: Any, **options: Any) -> list[Any]:
    read = first_values(source("a.parquet", written({"x": values}, **options)), ["x"], 100, 20)
    if read.problem:
        raise read.problem
    return read.values["x"]


def test_a_column_has_a_budget_of_its_own() -> None:
    text = [f"{at * 7_919 % 1_000_003:032x}" for at in range(20_000)]
    body = written({f"c{at}": text for at in range(20)}, compression="none")
    read = first_values(source("a.parquet", body, budget=1_500_000), [f"c{at}" for at in range(20)], 3, 100)
    assert len(body) > 10_000_000
    assert read.values == {f"c{at}": text[:3] for at in range(20)}


def test_a_column_that_cannot_be_read_leaves_the_others() -> None:
    table = {"long": [f"{at:064x}" for at in range(20_000)], "mail": MAIL * 10_000}
    body = source("a.parquet", written(table, compression="none"), budget=300_000)
    read = first_values(body, ["long", "mail"], 2, 100)
    assert (read.values, "takes more than" in str(read.problem)) == ({"mail": MAIL}, True)
    assert sample(body, "parquet", ["long", "mail"], 2, 100) == {"mail": MAIL}
    with pytest.raises(Unreadable, match="takes more than"):
        sample(body, "parquet", ["long"], 2, 100)


def test_what_a_file_and_its_time_allow_ends_the_columns_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    body = written({f"c{at}": [f"{row}{at}" for row in range(50_000)] for at in range(5)}, compression="none")
    late = Source("a.parquet", len(body), lambda start, length: body[start : start + length], until=0.0)
    with pytest.raises(Unreadable, match="more time"):
        sample(late, "parquet", ["c0"], 2, 100)
    monkeypatch.setattr(bounds, "MOST_READ", 2_000_000)
    read = first_values(source("a.parquet", body), [f"c{at}" for at in range(5)], 2, 100)
    assert 0 < len(read.values) < 5
    assert "all of it" in str(read.problem)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (pa.array([1], pa.timestamp("us", tz="Mars/Base")), ["1970-01-01T00:00:00.000001Z"]),
        (pa.array([2**62, 0], pa.timestamp("us")), [None, "1970-01-01T00:00:00.000000"]),
        (pa.array([2**30, 0], pa.int32()).cast(pa.date32()), [None, "1970-01-01"]),
        (pa.array([1], pa.time64("ns")), ["00:00:00.000000001"]),
        (pa.Array.from_buffers(pa.string(), 2, pa.array([b"a@b", b"\xff"]).buffers()), ["a@b", "\ufffd"]),
        (pa.array(["x" * 50, None]), ["x" * 20, None]), (pa.array([b"ab", b"cd"], pa.binary(2)), ["ab", "cd"]),
        ([{"a": ["x" * 50]}, None], [{"a": ["x" * 20]}, {"a": None}]), ([[1] * 500], [[1] * 100]),
        (pa.array([[("k", "v" * 50)]], pa.map_(pa.string(), pa.string())), [[("k", "v" * 20)]]),
    ],
)  # fmt: skip
def test_odd_values_are_text_and_long_ones_are_cut(values: Any, said: list[Any]) -> None:
    assert one(values) == said


def test_lists_with_very_many_items_are_not_unpacked() -> None:
    with pytest.raises(Unreadable, match="more than 10,000,000 items"):
        one(pa.ListArray.from_arrays(pa.array([0, 11_000_000], pa.int32()), pa.array(np.zeros(11_000_000, "int8"))))


def test_fewer_rows_are_read_where_they_are_very_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_UNPACKED", 1_000_000)
    long = [str(at) + "y" * 100_000 for at in range(100)]
    read = one(long, use_dictionary=False, data_page_size=1000, write_batch_size=1, compression="zstd")
    assert [each[:20] for each in long[: len(read)]] == read
    assert 5 <= len(read) <= 10
    with pytest.raises(Unreadable, match="unpack to more than"):
        one(["z" * 2_000_000], compression="zstd")


BOMB = """
import re, sys
from pathlib import Path
from crosswind_object_stores.readers.sample import sample
from crosswind_object_stores.readers.source import Source
import pyarrow.parquet
body = open(sys.argv[1], "rb").read()
def most():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = most()
found = sample(Source("a.parquet", len(body), lambda at, size: body[at : at + size]), "parquet", ["e"], 100, 500)
assert found["e"] == ["a" * 500] * 100
print((most() - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_word_that_comes_often_is_unpacked_once(tmp_path: Path) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 100, pa.int8()), pa.array(["a" * (16 << 20)]))
    (tmp_path / "bomb.parquet").write_bytes(written({"e": words}, compression="zstd", store_schema=False))
    done = subprocess.run(
        [sys.executable, "-c", BOMB, str(tmp_path / "bomb.parquet")], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 200
