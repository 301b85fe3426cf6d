from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosswind_object_stores.layout import names
from crosswind_object_stores.layout.grouping import Dataset, Grouping


def grouped(keys: list[str], most_folders: int = 20_000, page: int = 1000) -> dict[str, Dataset]:
    grouping = Grouping(most_folders)
    for start in range(0, len(keys), page):
        grouping.add((key, 5, "2024-01-01T00:00:00Z", "STANDARD") for key in keys[start : start + page])
    found = list(grouping.datasets())
    grouping.close()
    assert [each.name for each in found] == sorted({each.name for each in found})
    return {each.name: each for each in found}


def test_hive_partitions_fold_into_their_table() -> None:
    keys = [f"flights/year=2013/month={month}/part-0.parquet" for month in range(1, 13)]
    found = grouped([*keys, "flights/_SUCCESS"])
    assert list(found) == ["flights"]
    flights = found["flights"]
    assert (flights.layout, flights.files.count, flights.files.format) == ("hive", 12, "parquet")
    assert flights.partitions is not None
    assert (flights.partitions.keys, flights.partitions.kinds) == (["year", "month"], ["integer", "integer"])
    assert flights.partitions.statistics()["count"] == 12


def test_date_folders_fold_too() -> None:
    found = grouped(["logs/2024/01/02/a.json", "logs/2024/01/03/b.json"])
    assert found["logs"].layout == "date"
    assert found["logs"].partitions is not None
    assert found["logs"].partitions.keys == ["year", "month", "day"]


def test_files_that_only_count_up_are_one_dataset_and_named_files_their_own() -> None:
    found = grouped(["a/customers.csv", "a/orders.csv", "b/data_1.jsonl.gz", "b/data_2.jsonl.gz", "c/inv_1.csv",
                     "c/inv_2.csv"])  # fmt: skip
    assert list(found) == ["a/customers.csv", "a/orders.csv", "b", "c/inv*.csv"]
    assert found["b"].files.compression == "gzip"


def test_a_folder_of_very_many_names_is_one_dataset() -> None:
    word = [f"{chr(97 + one)}{chr(97 + two)}" for one in range(10) for two in range(10)]
    found = grouped([f"people/{each}.json" for each in word])
    assert [(name, each.files.count) for name, each in found.items()] == [("people", 100)]


@pytest.mark.parametrize("key", ["we ird/ü %.csv", "x//y.csv", "top.csv", 'quo"te; --.csv', "50%_\\.csv"])
def test_odd_keys_keep_their_names(key: str) -> None:
    assert list(grouped([key])) == [key]


def test_names_fit_the_catalog() -> None:
    assert list(grouped(["//part-1.csv"])) == ["//"]
    (name,) = grouped(["a" * 1000 + ".csv"])
    assert len(name.encode()) <= names.LONGEST
    assert list(grouped(["a\x00b.csv"])) == ["a\ufffdb.csv"]


def test_what_does_not_fit_in_memory_comes_out_the_same() -> None:
    keys = [f"d{folder}/{letter}{number}.csv" for folder in range(200) for letter in "abc" for number in range(3)]
    random.Random(1).shuffle(keys)
    whole, spilled = grouped(keys), grouped(keys, most_folders=10, page=50)
    assert {name: each.files.count for name, each in spilled.items()} == {
        name: each.files.count for name, each in whole.items()
    }


def test_many_partitions_of_many_tables_are_written_out_and_come_out_the_same() -> None:
    keys = [f"t{table}/day={day}/part-{part}.csv" for table in range(5) for day in range(40) for part in range(2)]
    whole = grouped(keys)
    grouping = Grouping(most_noted=20)
    for start in range(0, len(keys), 30):
        grouping.add((key, 5, "2024-01-01T00:00:00Z", "STANDARD") for key in keys[start : start + 30])
    assert len(grouping._runs) > 5
    spilled = {each.name: each for each in grouping.datasets()}
    grouping.close()
    assert {
        name: (each.files.count, each.partitions.statistics()) for name, each in spilled.items() if each.partitions
    } == {name: (each.files.count, each.partitions.statistics()) for name, each in whole.items() if each.partitions}


SEGMENT = st.sampled_from(["a", "b", "year=2024", "2024", "01", "02", "x=1", "é", "", "_tmp", "data", "12345", "a b"])
FILE = st.sampled_from(
    ["a.csv", "part-1.parquet", "part-2.parquet", "x.json.gz", "1.csv", "2.csv", ".hidden", "", "\x01", "no"]
)
KEYS = st.lists(
    st.builds(lambda path, name: "/".join([*path, name]), st.lists(SEGMENT, max_size=4), FILE), max_size=30, unique=True
)


@given(KEYS, st.integers(1, 7), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_every_file_is_in_one_dataset_however_the_keys_come(keys: list[str], page: int, chance: random.Random) -> None:
    shuffled = list(keys)
    chance.shuffle(shuffled)
    whole, spilled = grouped(sorted(keys)), grouped(shuffled, most_folders=2, page=page)
    seen = [key for key in keys if not _hidden(key)]
    assert sum(each.files.count for each in whole.values()) == len(seen)
    assert {name: each.files.count for name, each in whole.items()} == {
        name: each.files.count for name, each in spilled.items()
    }
    assert "/" not in whole


def _hidden(key: str) -> bool:
    folder, _, name = key.rpartition("/")
    return not name or names.folder(folder).hidden or names.file(name).hidden
