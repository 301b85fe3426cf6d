from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.connectors.s3 import Bucket

from crosswind.connectors.errors import ReadRefused
from crosswind.connectors.port import ReportsSecurity, SamplesColumns
from crosswind_object_stores.s3 import store


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


def test_a_dataset_below_partitions_is_found_by_one_walk(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.write({"tenant=1/sales/part-1.csv": b"id,x\n1,y\n", "tenant=1/costs/part-1.csv": b"id,x\n2,y\n"})
    pages: list[object] = []
    monkeypatch.setattr(store, "PAGE", 1)
    with bucket.connector() as connector:
        asked = connector._store.pages

        def counted(prefix: str | None = None) -> object:
            pages.append(prefix)
            return asked(prefix)

        monkeypatch.setattr(connector._store, "pages", counted)
        assert connector.sample(bucket.name, "sales", ["id", "tenant"], 5, 10) == {"id": ["1"], "tenant": ["1"]}
        walked = len(pages)
        assert connector.sample(bucket.name, "costs", ["id"], 5, 10) == {"id": ["2"]}
    assert (walked, len(pages), pages.count("")) == (3, 5, 1)


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
