from __future__ import annotations

import gzip
import io
import itertools
import json
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.connectors.s3 import Bucket

from crosswind.connectors.errors import Cancelled, ReadRefused
from crosswind.connectors.patterns import Patterns
from crosswind_object_stores.s3 import store

MANY = b'{"id": 1, "who": {"mail": "a@b.example"}, "items": [{"sku": "x"}, {"sku": "y"}]}\n'


def parquet(rows: int = 3, **others: list[object]) -> bytes:
    held = io.BytesIO()
    table = {"id": list(range(rows)), "who": [{"mail": "a@b.example", "age": 3}] * rows, **others}
    pq.write_table(pa.table(table), held)
    return held.getvalue()


def columns(bucket: Bucket, name: str) -> list[tuple[str, str]]:
    return [(each.name, each.data_type) for each in bucket.discover()[name].columns]


def test_parquet_is_read_from_its_footer_with_nested_fields_and_partitions(bucket: Bucket) -> None:
    bucket.write({f"sales/year=2024/month={month:02}/part-0.parquet": parquet() for month in (1, 2)})
    sales = bucket.discover()["sales"]
    assert {each.name: (each.data_type, each.nullable) for each in sales.columns} == {
        "id": ("int64", True), "who.mail": ("string", True), "who.age": ("int64", True),
        "year": ("integer", False), "month": ("integer", False),
    }  # fmt: skip
    assert (sales.kind, sales.type_detail, sales.partition_key) == ("DATASET", "partitioned dataset", "year, month")
    assert (sales.row_estimate, sales.statistics["files"]) == (6, 2)
    assert sales.facts["partitionKeys"] == [{"name": "year", "type": "integer"}, {"name": "month", "type": "integer"}]


def test_csv_tells_delimiter_header_encoding_and_types(bucket: Bucket) -> None:
    text = "id;name;since\n1;Zoë;2024-01-31\n2;;2024-02-01\n"
    bucket.write({"a/people.csv": text.encode("cp1252"), "a/codes.tsv": b"01\tx y\n02\tz\n"})
    found = bucket.discover()
    assert columns(bucket, "a/people.csv") == [("id", "integer"), ("name", "string"), ("since", "date")]
    facts = found["a/people.csv"].facts
    assert (facts["delimiter"], facts["header"], facts["encoding"]) == (";", True, "windows-1252")
    assert found["a/people.csv"].row_estimate == 2
    assert columns(bucket, "a/codes.tsv") == [("column_1", "string"), ("column_2", "string")]


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("lines.jsonl", MANY * 3),
        ("packed.jsonl.gz", gzip.compress(MANY * 3)),
        ("secretly_packed.json", gzip.compress(MANY * 3)),
        ("array.json", b"[" + b",".join([MANY] * 3) + b"]"),
        ("pretty.json", json.dumps([json.loads(MANY)], indent=2).encode()),
    ],
)
def test_json_in_every_form_has_the_same_columns(bucket: Bucket, key: str, body: bytes) -> None:
    bucket.write({key: body})
    found = bucket.discover()[key]
    assert [(each.name, each.data_type) for each in found.columns] == [
        ("id", "integer"), ("who.mail", "string"), ("items.sku", "array<string>"),
    ]  # fmt: skip
    assert "problem" not in found.facts


LIES = {
    "lies/parquet.csv": (parquet(), "named csv, but holds Parquet"),
    "lies/text.parquet": (b"id,name\n1,x\n", "no Parquet footer"),
    "lies/truncated.parquet": (parquet()[:-20], "no Parquet footer"),
    "lies/footer.parquet": (b"PAR1" + b"x" * 20 + (10**9).to_bytes(4, "little") + b"PAR1", "longer than the file"),
    "lies/garbled.parquet": (b"PAR1" + b"\xff" * 40 + (36).to_bytes(4, "little") + b"PAR1", "damaged"),
    "lies/bomb.csv.gz": (gzip.compress(b"0" * 50_000_000), "unpacks to more than 200 times"),
    "lies/damaged.csv.gz": (gzip.compress(b"")[:10] + b"\xff" * 100, "damaged"),
    "lies/unpacked.csv.gz": (b"id,name\n1,x\n", "named as gzip, but is not packed"),
    "lies/line.csv": (b"x" * 2_000_000, "longer than 131,072 characters"),
    "lies/wide.csv": (b",".join([b"x"] * 10_001) + b"\n", "more than 10,000 columns"),
    "lies/page.json": (b"<html></html>", "no JSON"),
    "lies/record.json": (b'{"a": "' + b"x" * 2_000_000 + b'"}', "longer than"),
    "lies/deep.json": (b'[{"a":' * 50_000, "nested too deeply"),
    "lies/broken.jsonl": (b'{"a": 1}\n{"a": \n{"a": 2}\n', "no JSON from there on"),
    "lies/binary.csv": (bytes(range(256)) * 20, "not text"),
    "lies/json.csv": (b'{"a": 1}\n', "named csv, but holds JSON"),
    "lies/empty.csv": (b"", "empty"),
    "lies/blank.csv": (b" \n \n", "white space"),
}


def test_files_that_lie_are_told_of_and_stop_nothing(bucket: Bucket) -> None:
    bucket.write({key: body for key, (body, _) in LIES.items()})
    bucket.write({"true/people.csv": b"id,name\n1,x\n"})
    since = time.monotonic()
    found = bucket.discover()
    assert time.monotonic() - since < 60
    said = {key: str(found[key].facts.get("problem", "")) for key in LIES}
    assert {key: said[key] for key, (_, expected) in LIES.items() if expected not in said[key]} == {}
    assert len(found["true/people.csv"].columns) == 2


def test_ten_thousand_columns_are_read(bucket: Bucket) -> None:
    wide = ",".join(f"column {at}" for at in range(10_000)) + "\n" + ",".join("1" * 10_000) + "\n"
    bucket.write({"wide.csv": wide.encode()})
    found = bucket.discover()["wide.csv"]
    assert len(found.columns) == 10_000
    assert {each.data_type for each in found.columns} == {"integer"}
    assert "problem" not in found.facts


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("we ird/ü %+&?.csv", "we ird/ü %+&?.csv"),
        ("//x.csv", "//x.csv"),
        ("tab\tstop/a\x01b.csv", "tab\ufffdstop/a\ufffdb.csv"),
        ("日本/データ.csv", "日本/データ.csv"),
        ("a" * 1000 + ".csv", None),
    ],
)
def test_odd_keys_are_found_read_and_sampled(bucket: Bucket, key: str, name: str | None) -> None:
    bucket.write({key: b"id,name\n1,x\n"})
    (found,) = (each for each in bucket.discover().values() if each.name != "/")
    assert found.name == (name or found.name)
    assert len(found.columns) == 2
    with bucket.connector() as connector:
        assert connector.sample(bucket.name, found.name, ["name"], 5, 10) == {"name": ["x"]}


def test_an_object_is_never_read_whole(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = 300_000
    bucket.write(
        {
            "big/a.parquet": parquet(rows, text=[f"text {at}" for at in range(rows)]),
            "big/b.csv": b"id,name\n" + b"1,somebody\n" * rows,
            "big/c.jsonl": MANY * 50_000,
        }
    )
    sizes = {each["Key"]: each["Size"] for each in bucket.client.list_objects_v2(Bucket=bucket.name)["Contents"]}
    assert min(sizes.values()) > 2_000_000
    with bucket.connector() as connector:
        read: dict[str, int] = {}
        part = connector._store._part

        def counted(key: str, start: int, length: int) -> bytes:
            found = part(key, start, length)
            read[key] = read.get(key, 0) + len(found)
            return found

        monkeypatch.setattr(connector._store, "_part", counted)
        found = {each.name: each for each in connector.discover("full", Patterns()).objects}
    assert {key: read[key] <= 256 * 1024 for key in sizes} == dict.fromkeys(sizes, True)
    assert found["big/a.parquet"].row_estimate == rows
    assert abs((found["big/b.csv"].row_estimate or 0) - rows) < rows * 0.05


def test_files_that_differ_widen_the_columns_and_say_so(bucket: Bucket) -> None:
    bucket.write({"d/part-1.csv": b"id,old\n1,x\n", "d/part-2.csv": b"id,new\n1.5,2024-01-01\n"})
    found = bucket.discover()["d"]
    assert [(each.name, each.data_type) for each in found.columns] == [
        ("id", "number"), ("new", "date"), ("old", "string"),
    ]  # fmt: skip
    assert found.facts["schemaVaries"] is True


def test_last_change_and_counts_move_no_hash(bucket: Bucket) -> None:
    bucket.write({"d/part-1.csv": b"id,name\n1,x\n"})
    before = bucket.discover()
    bucket.write({"d/part-2.csv": b"id,name\n2,y\n"})
    after = bucket.discover()
    assert {name: each.hash for name, each in before.items()} == {name: each.hash for name, each in after.items()}
    assert (before["d"].statistics["files"], after["d"].statistics["files"]) == (1, 2)
    assert after["d"].size_bytes == 24


def test_a_prefix_and_patterns_narrow_what_is_found(bucket: Bucket) -> None:
    bucket.write({"logs/a.csv": b"id,x\n", "logs/b.csv": b"id,x\n", "other/c.csv": b"id,x\n"})
    assert set(bucket.discover("names", prefix="logs/")) == {"/", "logs/a.csv", "logs/b.csv"}
    assert set(bucket.discover("names", include=['*."logs/a.csv"', "*.other/*"])) == {"logs/a.csv", "other/c.csv"}
    assert set(bucket.discover("names", exclude=["*.logs/*"])) == {"/", "other/c.csv"}


def test_names_alone_read_no_object(bucket: Bucket) -> None:
    bucket.write({"a.csv": b"id,x\n"})
    found = bucket.discover("names")
    assert (found["a.csv"].columns, found["/"].facts) == ((), {})


def test_objects_that_may_not_be_read_are_told_of(bucket: Bucket) -> None:
    bucket.write({"a.csv": b"id,x\n1,2\n"})
    with bucket.server.free():
        lister = bucket.server.user(f"lister-of-{bucket.name}", "s3:ListBucket", buckets=(bucket.name,))
    with bucket.connector(credentials=lister) as connector:
        found = {each.name: each for each in connector.discover("full", Patterns()).objects}
    assert found["a.csv"].facts["problem"] == "The login may not read it"
    unknown = {name: found["/"].facts[name] for name in ("publicAccess", "versioned", "lifecycle")}
    assert set(unknown.values()) == {"unknown"}, unknown


def test_pages_are_followed_and_it_stops_between_them(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PAGE", 10)
    bucket.write({f"logs/{number:05}.txt": b"x" for number in range(25)})
    assert bucket.discover()["/"].statistics["files"] == 25
    asked = itertools.count()
    with bucket.connector() as connector, pytest.raises(Cancelled):
        connector.discover("names", Patterns(), lambda: next(asked) > 2)
    with bucket.connector() as connector:
        connector.cancel()
        with pytest.raises(Cancelled):
            connector.discover("names", Patterns())


def test_the_size_of_files_and_formats_without_a_schema_are_known(bucket: Bucket) -> None:
    bucket.write({"img/cat.png": b"\x89PNG", "x/avro.avro": b"Obj\x01"})
    found = bucket.discover()
    assert (found["img/cat.png"].facts["format"], found["img/cat.png"].size_bytes) == ("png", 4)
    assert found["x/avro.avro"].columns == ()


def test_a_bucket_that_is_gone_is_said_to_be(bucket: Bucket) -> None:
    connector = bucket.connector(bucket="no-such-bucket-here", credentials=bucket.owner)
    with connector, pytest.raises(ReadRefused) as caught:
        connector.discover("names", Patterns())
    assert caught.value.step == "bucket"


def test_the_bucket_tells_how_many_keys_are_hidden_and_hides_no_data(bucket: Bucket) -> None:
    bucket.write(
        {"t/_SUCCESS": b"", "t/.a.csv.crc": b"x", "t/_delta_log/0.json": b"{}", "_backup/people.csv": b"id\n1\n"}
    )
    found = bucket.discover()
    assert list(found) == ["/", "_backup/people.csv"]
    assert found["/"].statistics == {"files": 4, "hidden": 3}
    bucket.write({"t/_temporary/0": b""})
    assert bucket.discover()["/"].hash == found["/"].hash
