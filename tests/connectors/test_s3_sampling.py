from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.connectors.s3 import Bucket

from crosswind.connectors.errors import ReadRefused
from crosswind.connectors.port import ReportsSecurity, SamplesColumns
from crosswind_object_stores.layout.names import fit
from crosswind_object_stores.s3 import finding, store
from crosswind_object_stores.s3.connector import S3Connector


def parquet(rows: int) -> bytes:
    held = io.BytesIO()
    table = {
        "id": list(range(rows)),
        "who": [{"mail": f"a{at}@b.example"} for at in range(rows)],
        "none": [None] * rows,
    }
    pq.write_table(pa.table(table), held)
    return held.getvalue()


def sampled(bucket: Bucket, name: str, *columns: str, rows: int = 4) -> dict[str, list[str | None]]:
    with bucket.connector() as connector:
        return dict(connector.sample(bucket.name, name, columns, rows, 60))


def test_values_of_every_format_are_text(bucket: Bucket) -> None:
    bucket.write(
        {
            "t/year=2024/part-1.parquet": parquet(10),
            "a/people.csv": b"id,name\n1,Zo\xc3\xab\n2,\n",
            "j/events.jsonl": b'{"n": 1, "who": {"mails": ["a@b.example", "c@d.example"]}}\n{"n": null}\n',
        }
    )
    assert sampled(bucket, "t", "id", "who.mail", "none", "year") == {
        "id": ["0", "1", "2", "3"], "who.mail": [f"a{at}@b.example" for at in range(4)], "none": [None] * 4,
        "year": ["2024"],
    }  # fmt: skip
    assert sampled(bucket, "a/people.csv", "id", "name") == {"id": ["1", "2"], "name": ["Zoë", None]}
    assert sampled(bucket, "j/events.jsonl", "n", "who.mails") == {
        "n": ["1", None], "who.mails": ["a@b.example", "c@d.example"],
    }  # fmt: skip


def test_a_partition_without_a_value_is_null(bucket: Bucket) -> None:
    bucket.write({"t/k=__HIVE_DEFAULT_PARTITION__/part-1.csv": b"id,x\n1,y\n"})
    assert sampled(bucket, "t", "k") == {"k": [None]}
    bucket.write({"t/k=7/part-1.csv": b"id,x\n1,y\n"})
    columns = {each.name: (each.data_type, each.nullable) for each in bucket.discover()["t"].columns}
    assert columns["k"] == ("integer", True)


def test_both_ends_of_a_dataset_are_in_the_sample(bucket: Bucket) -> None:
    bucket.write({f"d/part-{number}.csv": b"id,x\n" + b"%d,y\n" % number * 10 for number in range(3)})
    assert sampled(bucket, "d", "id") == {"id": ["2", "2", "0", "0"]}


def test_values_are_cut_and_columns_that_are_not_there_left_out(bucket: Bucket) -> None:
    bucket.write({"a.csv": b"id,text\n1," + b"x" * 5000 + b"\n"})
    found = sampled(bucket, "a.csv", "text", "gone")
    assert {name: [len(each or "") for each in values] for name, values in found.items()} == {"text": [2000]}


def test_what_cannot_be_read_and_what_is_gone_say_so(bucket: Bucket) -> None:
    bucket.write({"cat.png": b"x", "broken.parquet": b"PAR1", "d/1.csv": b"id,x\n1,y\n", "d/2.csv": b"PAR1"})
    assert sampled(bucket, "cat.png", "id") == {}
    with pytest.raises(ReadRefused, match="no Parquet footer"):
        sampled(bucket, "broken.parquet", "id")
    assert sampled(bucket, "d", "id") == {"id": ["1"]}
    with pytest.raises(ReadRefused, match="is gone"):
        sampled(bucket, "nothing.csv", "id")
    with bucket.connector() as connector, pytest.raises(ReadRefused):
        connector.sample("another-bucket", "a.csv", ["id"], 1, 10)


def listings(connector: S3Connector, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return the prefix and delimiter of every listing that is asked for from now on."""
    asked: list[tuple[str, str]] = []
    client = connector._store.clients.s3()
    real = client.list_objects_v2

    def counted(**given: str) -> object:
        asked.append((given["Prefix"], given.get("Delimiter", "")))
        return real(**given)

    monkeypatch.setattr(client, "list_objects_v2", counted)
    monkeypatch.setattr(connector._store.clients, "s3", lambda: client)
    return asked


@pytest.mark.parametrize("prefix", ["", "tenant=1/", "ten"])
def test_a_dataset_below_partitions_is_found_without_a_walk(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    bucket.write({"tenant=1/sales/part-1.csv": b"id,x\n1,y\n", "tenant=1/costs/part-1.csv": b"id,x\n2,y\n"})
    with bucket.connector(prefix=prefix) as connector:
        asked = listings(connector, monkeypatch)
        assert connector.sample(bucket.name, "sales", ["id", "tenant"], 5, 10) == {"id": ["1"], "tenant": ["1"]}
        assert connector.sample(bucket.name, "costs", ["id"], 5, 10) == {"id": ["2"]}
    assert len([each for each in asked if each[0] == prefix and each[1]]) <= 1
    assert prefix or ("", "") not in asked


def test_a_table_below_dates_is_found_at_once_in_a_bucket_of_any_size(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {f"raw/2024/{month:02}/{day:02}" for month in (1, 2) for day in (1, 2)}
    bucket.write({f"{day}/aaa-{at}.csv": b"id,x\n0,y\n" for day in days for at in range(5)})
    bucket.write({f"{day}/customers.csv": b"id,x\n1,y\n" for day in days})
    bucket.write({"raw/2024/02/02/only*here.csv": b"id,x\n3,y\n"})
    monkeypatch.setattr(store, "PAGE", 1)
    monkeypatch.setattr(finding, "NEAR_PAGES", 2)
    with bucket.connector() as connector:
        asked = listings(connector, monkeypatch)
        assert connector.sample(bucket.name, "raw/customers.csv", ["id"], 5, 10) == {"id": ["1"]}
        assert connector.sample(bucket.name, "raw/aaa*.csv", ["id"], 2, 10) == {"id": ["0", "0"]}
        assert connector.sample(bucket.name, "raw/only*here.csv", ["id"], 2, 10) == {"id": ["3"]}
    assert len(asked) < 40
    assert ("", "") not in asked


def test_what_was_not_reached_is_not_said_to_be_gone(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.write({f"day=2024-01-{day:02}/{table}/part-1.csv": b"id\n1\n" for day in range(1, 9) for table in "ab"})
    monkeypatch.setattr(store, "PAGE", 1)
    monkeypatch.setattr(finding, "MOST_ASKED", 3)
    monkeypatch.setattr(finding, "FAR_PAGES", 2)
    with bucket.connector() as connector:
        asked = listings(connector, monkeypatch)
        for _ in range(2):
            with pytest.raises(ReadRefused, match=r"was not found within 2 keys listed"):
                connector.sample(bucket.name, "zzz", ["id"], 5, 10)
        assert len([each for each in asked if each == ("", "")]) <= 3
        monkeypatch.setattr(finding, "MOST_ASKED", 200)
        monkeypatch.setattr(connector._sampler._finder, "_partitions", {})
        monkeypatch.setattr(finding, "FOLDER_PAGES", 7)
        for _ in range(2):
            with pytest.raises(ReadRefused, match=r"was not found within"):
                connector.sample(bucket.name, "zzz", ["id"], 5, 10)
        monkeypatch.setattr(connector._sampler._finder, "_partitions", {})
        monkeypatch.setattr(finding, "FOLDER_PAGES", 8)
        with pytest.raises(ReadRefused, match="is gone"):
            connector.sample(bucket.name, "zzz", ["id"], 5, 10)


def test_a_name_cut_short_is_found_by_a_walk(bucket: Bucket) -> None:
    key = "a" * 600 + ".csv"
    bucket.write({key: b"id,x\n1,y\n", "b\x01c.csv": b"id,x\n2,y\n"})
    assert sampled(bucket, fit(key), "id") == {"id": ["1"]}
    assert sampled(bucket, "b\ufffdc.csv", "id") == {"id": ["2"]}


def test_a_parquet_file_of_many_long_columns_is_sampled(bucket: Bucket) -> None:
    held = io.BytesIO()
    text = pa.array([f"{at * 7_919 % 1_000_003:032x}" for at in range(32_000)])
    pq.write_table(pa.table({f"c{at}": text for at in range(20)}), held, compression="none")
    bucket.write({"wide.parquet": held.getvalue()})
    names = [f"c{at}" for at in range(20)]
    assert sampled(bucket, "wide.parquet", *names, rows=2) == dict.fromkeys(names, text[:2].to_pylist())


def test_it_has_the_capabilities(bucket: Bucket) -> None:
    with bucket.connector() as connector:
        assert isinstance(connector, SamplesColumns)
        assert isinstance(connector, ReportsSecurity)
