from __future__ import annotations

import random

import pytest

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
