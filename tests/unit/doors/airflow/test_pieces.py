"""Lines out of files, whatever the pieces are that they come in."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Iterator

import pytest

from crosswind.doors.airflow import pieces
from crosswind.doors.airflow.importing import blocks
from crosswind.doors.airflow.pieces import Line, lines, unzipped

TEXT = b'{"a": 1}\n\n{"b": "\xc3\xa9"}\r\n{"c": 3}'
ARRAY = b' \n[ {"a": [1, {"x": "]"}]},\n{"b": "\xc3\xa9,\\n"} , 7,"text" ]  '


def cut(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_are_the_same_in_pieces_of_any_size(size: int) -> None:
    assert list(lines(cut(TEXT, size))) == [b'{"a": 1}', b"", b'{"b": "\xc3\xa9"}\r', b'{"c": 3}']
    assert list(lines(cut(b"\xef\xbb\xbf" + TEXT, size))) == list(lines([TEXT]))
    assert list(lines(unzipped(cut(gzip.compress(TEXT), size)))) == list(lines([TEXT]))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_an_arrays_elements_are_lines(size: int) -> None:
    found = [json.loads(line or b"") for line in lines(cut(ARRAY, size))]
    assert found == [{"a": [1, {"x": "]"}]}, {"b": "é,\n"}, 7, "text"]
    assert all(b"\n" not in (line or b"") for line in lines(cut(ARRAY, size)))


@pytest.mark.parametrize("content", [b"", b"   \n \n", b"\xef\xbb\xbf", b"[]", b" [ ] "])
def test_nothing_is_no_lines(content: bytes) -> None:
    assert [line for line in lines([content]) if line and line.strip()] == []


@pytest.mark.parametrize(
    "content", [b"[", b"[1", b"[1,", b'[{"a": 1}', b'["open', b"[nope]", b"[" * 100_000, b'["\xff"]']
)
def test_a_broken_array_is_told(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"no JSON array|not UTF-8"):
        list(lines(cut(content, 4096)))


@pytest.mark.parametrize("rest", [b'[{"b": 2}]', b'\n{"b": 2}\n', b"]", b"," + b" " * 9_000 + b"x"])
def test_what_comes_after_an_array_is_told_and_not_passed_over(rest: bytes) -> None:
    with pytest.raises(ValueError, match="goes on after its JSON array"):
        list(lines(cut(b'[{"a": 1}]' + rest, 4096)))


def test_an_array_in_a_gzip_file_that_is_cut_short_is_told() -> None:
    with pytest.raises(ValueError, match="cut short"):
        list(lines(unzipped([gzip.compress(ARRAY + b" " * 5_000_000)[:-20]])))


def test_a_long_line_is_none_and_is_never_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LONGEST", 100_000)
    piece = b"x" * 65_536

    def content() -> Iterator[bytes]:
        yield b"first\n"
        for _ in range(1_000):
            yield piece
        yield b"\nlast"

    tracemalloc.start()
    found = list(lines(content()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [b"first", None, b"last"]
    assert peak < 2_000_000


def test_a_bomb_ends_while_it_is_small() -> None:
    bomb = gzip.compress(bytes(200_000_000), 9)
    seen: list[int] = []
    with pytest.raises(ValueError, match="times its size"):
        seen.extend(len(part) for part in unzipped([bomb]))
    assert sum(seen) <= pieces.FREE + pieces.STEP


def test_nothing_but_space_is_not_held() -> None:
    tracemalloc.start()
    count = sum(1 for _ in lines(b" " * 65_536 for _ in range(1_000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1
    assert peak < 10_000_000


def test_blocks_go_on_after_what_is_stored_and_count_lines_in_the_file() -> None:
    found: list[Line] = [b"%d" % number for number in range(1, 10)]
    found[7] = None
    made = list(blocks(iter(found), 3, 5))
    assert [(block.sequence, block.first, block.lines, block.refused) for block in made] == [
        (4, 6, [b"6", b"7", b"", b"9"], [(8, "is longer than 4 MB")])
    ]
