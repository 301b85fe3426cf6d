from __future__ import annotations

import msgspec
import pytest

from crosswind.connectors.types import Key, SourceColumn, SourceObject, content_hash

ORDERS = SourceObject(
    "sales", "orders", "TABLE", "table", columns=(SourceColumn("id", 1, "bigint", nullable=False),), row_estimate=3
)


def test_the_wire_format_is_camel_case_and_comes_back_equal() -> None:
    wire = msgspec.json.encode(ORDERS)
    assert b'"typeDetail"' in wire
    assert msgspec.json.decode(wire, type=SourceObject) == ORDERS


def test_statistics_stand_outside_the_hash() -> None:
    moved = msgspec.structs.replace(ORDERS, row_estimate=9, size_bytes=8192, hash="x")
    assert content_hash(moved) == content_hash(ORDERS)


@pytest.mark.parametrize(
    "change", [{"comment": "x"}, {"columns": ()}, {"primary_key": Key("pk", ("id",))}, {"name": "o"}]
)
def test_facts_stand_inside_the_hash(change: dict[str, object]) -> None:
    assert content_hash(msgspec.structs.replace(ORDERS, **change)) != content_hash(ORDERS)
