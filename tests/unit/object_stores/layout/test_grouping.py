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
    found = grouped(["logs/2024/01/02/part-1.json", "logs/2024/01/03/2024-01-03T00-00Z.json"])
    assert list(found) == ["logs"]
    assert found["logs"].layout == "date"
    assert found["logs"].partitions is not None
    assert found["logs"].partitions.keys == ["year", "month", "day"]


@pytest.mark.parametrize("folder", ["2024/01/{:02}", "2024-01-{:02}", "1000{:02}"])
def test_tables_below_one_date_or_id_are_datasets_of_their_own(folder: str) -> None:
    tables = ["aaa.csv", "customers.csv", "orders_202401.csv", "zzz.json.gz", "part-1.csv", "x.log"]
    keys = [f"raw/{folder.format(day)}/{table}" for day in range(10, 13) for table in tables]
    found = grouped([*keys, f"raw/{folder.format(20)}/customers.csv"])
    layout = "id" if folder.startswith("1") else "date"
    assert {name: (each.files.count, each.layout) for name, each in found.items()} == {
        "raw": (6, layout), "raw/aaa.csv": (3, layout), "raw/customers.csv": (4, layout),
        "raw/orders*.csv": (3, layout), "raw/zzz.json.gz": (3, layout),
    }  # fmt: skip
    counts = [each.partitions.statistics()["count"] for each in found.values() if each.partitions]
    assert counts == [3, 3, 4, 3, 3]


def test_a_table_of_a_single_day_has_the_name_that_it_keeps() -> None:
    keys = [f"raw/2024/01/0{day}/customers-2024010{day}.csv" for day in (1, 2)]
    assert list(grouped(keys[:1])) == list(grouped(keys)) == ["raw/customers*.csv"]


def test_many_names_below_dates_are_one_dataset() -> None:
    word = [f"{chr(97 + one)}{chr(97 + two)}" for one in range(10) for two in range(10)]
    found = grouped([f"raw/2024/01/0{1 + at % 9}/{each}.json" for at, each in enumerate(word)])
    assert [(name, each.files.count, each.layout) for name, each in found.items()] == [("raw", 100, "date")]


def test_the_first_and_the_last_partition_are_told_by_number_and_never_one_without_a_value() -> None:
    months = [*range(1, 13), names.NULL]
    keys = [f"e/year=2024/month={month}/p.parquet" for month in months]
    random.Random(2).shuffle(keys)
    for found in (grouped(keys)["e"], grouped(keys, most_folders=0, page=3)["e"]):
        assert found.files.first == ("e/year=2024/month=1/p.parquet", 5)
        assert found.files.last == ("e/year=2024/month=12/p.parquet", 5)
        assert found.partitions is not None
        assert found.partitions.kinds == ["integer", "integer"]
        told = {"count": 13, "first": "year=2024/month=1", "last": "year=2024/month=12"}
        assert found.partitions.statistics() == told


def test_a_key_has_a_type_that_holds_all_of_its_values() -> None:
    values = {"a": ["1", "x"], "b": ["2024-01-01", "7"], "c": [names.NULL], "d": [names.NULL, "2024-01-01"]}
    found = grouped([f"{table}/k={value}/p.csv" for table, held in values.items() for value in held])
    kinds = {name: each.partitions.kinds for name, each in found.items() if each.partitions}
    assert kinds == {"a": ["string"], "b": ["string"], "c": ["string"], "d": ["date"]}


def test_only_what_tools_keep_for_themselves_is_hidden() -> None:
    seen = ["_backup/customers.csv", ".old/x.csv", "a/_b/c.csv", "_customers.csv", ".env", "_SUCCESSES.csv"]
    kept = ["t/_SUCCESS", "t/_delta_log/0.json", "t/_temporary/0/part-0.csv", "t/.part-0.csv.crc", ".DS_Store",
            "t/_committed_12", "t/_started_12", "t/_spark_metadata/0", "t/.hoodie/x.parquet", "x_$folder$"]  # fmt: skip
    grouping = Grouping()
    grouping.add((key, 5, "2024-01-01T00:00:00Z", "STANDARD") for key in [*seen, *kept, "folder/"])
    assert sorted(each.name for each in grouping.datasets()) == sorted(seen)
    assert (grouping.hidden, grouping.count) == (len(kept), len(seen) + len(kept) + 1)
    grouping.close()


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


SEGMENT = st.sampled_from(
    [
        "a",
        "b",
        "year=2024",
        "2024",
        "01",
        "02",
        "x=1",
        "é",
        "",
        "_tmp",
        "_temporary",
        "x=7",
        f"x={names.NULL}",
        "data",
        "12345",
        "a b",
    ]
)
FILE = st.sampled_from(
    [
        "a.csv",
        "part-1.parquet",
        "part-2.parquet",
        "x.json.gz",
        "1.csv",
        "2.csv",
        ".hidden",
        "_SUCCESS",
        "b7.csv",
        "",
        "\x01",
        "no",
    ]
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
    assert {name: told(each) for name, each in whole.items()} == {name: told(each) for name, each in spilled.items()}
    assert "/" not in whole


def told(each: Dataset) -> tuple[object, ...]:
    partitions = each.partitions
    files = (each.files.count, each.files.first, each.files.last, each.files.format, each.layout)
    return (
        *files,
        partitions and (sorted(zip(partitions.keys, partitions.kinds, strict=True)), partitions.statistics()),
    )


def _hidden(key: str) -> bool:
    folder, _, name = key.rpartition("/")
    return not name or names.folder(folder).hidden or names.file(name).hidden
