from __future__ import annotations

import gzip
import logging
from contextlib import closing
from typing import Any

import pytest
from tests.unit.object_stores.readers.support import source

from crosswind_object_stores.layout.grouping import Grouping
from crosswind_object_stores.readers import schema
from crosswind_object_stores.readers.schema import Described, describe


def described(**files: bytes) -> Described:
    """Describe the one dataset that files of those names make up in a folder."""
    bodies = {f"d/{name.replace('_', '.')}": body for name, body in files.items()}
    with closing(Grouping()) as grouping:
        grouping.add([(key, len(body), "2024-01-01T00:00:00Z", "STANDARD") for key, body in sorted(bodies.items())])
        (dataset,) = grouping.datasets()
    return describe(dataset, lambda key, size: source(key, bodies[key]))


def types(found: Described) -> dict[str, str]:
    return {each.name: each.data_type for each in found.found.fields}


def test_the_log_tells_where_a_reader_failed_and_nothing_of_the_file(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: Any) -> Any:
        raise LookupError("ann@a.example")

    monkeypatch.setattr(schema, "read", failing)
    with caplog.at_level(logging.WARNING):
        found = described(a_csv=b"mail\nann@a.example\n")
    assert found.found.problem == "It could not be read (LookupError)"
    assert "LookupError at schema.py:" in caplog.text
    assert "ann@" not in caplog.text
    assert "Traceback" not in caplog.text


def test_every_member_of_a_packed_file_is_read() -> None:
    found = described(a_csv_gz=gzip.compress(b"id,mail\n") + gzip.compress(b"1,a@b.example\n2,c@d.example\n"))
    assert (types(found), found.rows) == ({"id": "integer", "mail": "string"}, 2)


def test_a_file_without_a_value_of_a_column_does_not_turn_its_type() -> None:
    empty = described(part1_csv=b"id,discount\n1,5\n2,6\n", part2_csv=b"id,discount\n3,\n4,\\N\n")
    assert types(empty) == {"id": "integer", "discount": "integer"}
    nulls = described(part1_json=b'{"id": 1, "d": 5, "l": [1]}\n', part2_json=b'{"id": 1, "d": null, "l": []}\n')
    assert types(nulls) == {"id": "integer", "d": "integer", "l": "array<integer>"}
    assert "schemaVaries" not in {**empty.found.facts, **nulls.found.facts}


def test_a_column_without_a_value_in_any_file_is_text_and_another_type_widens() -> None:
    assert types(described(part1_csv=b"id,none\n1,\n", part2_csv=b"id,none\n1,NULL\n")) == {
        "id": "integer",
        "none": "string",
    }
    varied = described(part1_csv=b"id,n\n1,1.5\n", part2_csv=b"id,n\n1,2\n")
    assert (types(varied), varied.found.facts["schemaVaries"]) == ({"id": "integer", "n": "number"}, True)
