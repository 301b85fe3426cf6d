"""Lines that cannot be taken: told with their numbers, and hindering no other."""

from __future__ import annotations

import httpx
import pytest
from tests.support.app import PLATFORM, Rest
from tests.support.catalog import assets, ok
from tests.support.imports import Import, asset, counts
from tests.support.runs import MadeUpRuns

BAD = [
    (b"nope", ""),
    (b'{"kind":"asset","type":"NOTHING","name":"x","qualified_name":"x"}', "type"),
    (b'{"kind":"asset","type":"TABLE","name":"x"}', "qualified_name"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","wrong":1}', "wrong"),
    (b'{"kind":"nothing","name":"x"}', "kind"),
    (b'{"kind":"asset","type":"TABLE","name":"a\\u0000b","qualified_name":"x"}', "body.name"),
    (b'{"kind":"asset","type":"TABLE","name":"a\\u202eb","qualified_name":"x"}', "name"),
    (b'{"kind":"asset","type":"TABLE","name":"a\\nb","qualified_name":"x"}', "name"),
    ('{"kind":"asset","type":"TABLE","name":"a\u202eb","qualified_name":"x"}'.encode(), "name"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","metadata":{"a":"\\ud800"}}', ""),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","metadata":{"a":NaN}}', ""),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","metadata":{"a":1e400}}', "metadata[...]"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","metadata":{"a":99999999999999999999}}',
     "metadata"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","metadata":' + b'{"a":' * 500 + b"1" + b"}" * 501,
     "body"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","classification":"unheard"}', "classification"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","columns":[{"name":"a"},{"name":"a"}]}',
     "columns[1].name"),
    (b'{"kind":"relationship","type":"USES","source":"a","target":"a"}', "target"),
    (b'{"kind":"relationship","type":"USES","source":"prod.public.good","target":"away"}', "target"),
    (b"\xff\xfe", ""),
    (b"[1, 2]", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "field"), BAD)
def test_a_bad_line_is_told_with_its_number_and_hinders_no_other(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client, line: bytes, field: str
) -> None:
    work = Import(rest, runs, engineer)
    ok(work.begin())
    answer = counts(work.block([asset("good"), b"", line, asset("better")]))
    assert answer == {"created": 2, "errors": 1}
    (problem,) = ok(engineer.get(f"{PLATFORM}/imports/{work.id}/errors"))["data"]
    assert problem["line"] == 3
    assert problem["message"]
    if field:
        assert problem["field"] == field
    assert set(assets(engineer)) == {"good", "better"}


@pytest.mark.parametrize(("encoding", "byte"), [("latin-1", 39), ("utf-16", 0)])
def test_a_line_in_another_encoding_is_told_as_that(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client, encoding: str, byte: int
) -> None:
    line = '{"kind":"asset","type":"TABLE","name":"\u00fcber","qualified_name":"x"}'.encode(encoding)
    work = Import(rest, runs, engineer)
    ok(work.begin())
    assert counts(work.block([line.replace(b"\n", b" ")])) == {"errors": 1}
    (problem,) = ok(engineer.get(f"{PLATFORM}/imports/{work.id}/errors"))["data"]
    assert problem["message"] == f"is not UTF-8 (byte {byte}); save the file as UTF-8"


def test_with_validate_the_first_bad_block_ends_it_and_stores_nothing_of_itself(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    work = Import(rest, runs, engineer, validate=True)
    ok(work.begin())
    ok(work.block([asset("first")]))
    refused = work.block([asset("good"), b"nope"], 2, 2)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert "line 3" in error["message"]
    assert error["details"]["errors"][0]["line"] == 3
    assert set(assets(engineer)) == {"first"}
