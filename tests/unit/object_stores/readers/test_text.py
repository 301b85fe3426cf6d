from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.object_stores.readers.support import source

from crosswind_object_stores.readers import text
from crosswind_object_stores.readers.source import Unreadable

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda body: pa.compress(body, codec="zstd", asbytes=True),
}


@pytest.mark.parametrize("packed", PACKERS)
def test_what_is_packed_is_unpacked_by_its_first_bytes(packed: str) -> None:
    (head,) = list(text.heads(source("a.csv", PACKERS[packed](b"id,name\n1,x\n"))))
    assert (head.text, head.packed) == ("id,name\n1,x\n", packed)


@pytest.mark.parametrize("packed", PACKERS)
def test_streams_one_behind_another_are_one(packed: str) -> None:
    parts = [f"{number},{number * 7919 % 10_007}\n".encode() for number in range(200)]
    (head,) = list(text.heads(source("a.csv", b"".join(map(PACKERS[packed], parts)))))
    assert (head.text.encode(), head.complete, head.share) == (b"".join(parts), packed != "zstd" or head.complete, 1.0)


@pytest.mark.parametrize("packed", ["gzip", "bzip2", "xz"])
def test_streams_beyond_a_short_beginning_are_told_of_and_padding_is_none(packed: str) -> None:
    one = PACKERS[packed](b"id,name\n")
    many = one * (text.FIRST // len(one)) + b"\x00" * (text.FIRST % len(one))
    (head,) = list(text.heads(source("a.csv", many)))
    assert (len(head.text), head.complete) == (8 * (text.FIRST // len(one)), True)
    short, long = text.heads(source("a.csv", one * (2 * text.FIRST // len(one))))
    assert (short.complete, long.complete, len(long.text)) == (False, True, 8 * (2 * text.FIRST // len(one)))


def test_members_together_unpack_no_more_than_one() -> None:
    with pytest.raises(Unreadable, match="200 times"):
        list(text.heads(source("a.csv", gzip.compress(b"0" * 400_000) * 50)))


@pytest.mark.parametrize("packed", PACKERS)
def test_a_bomb_is_stopped_whatever_it_is_packed_with(packed: str) -> None:
    bomb = source("a.csv", PACKERS[packed](b"0" * 300_000_000))
    with pytest.raises(Unreadable, match="200 times"):
        list(text.heads(bomb))
    assert bomb.spent <= text.MOST


@pytest.mark.parametrize("packed", PACKERS)
def test_what_is_packed_and_broken_off_gives_its_beginning_or_says_so(packed: str) -> None:
    body = "".join(f"{number},{number * 7919 % 10_007}\n" for number in range(20_000)).encode()
    cut = PACKERS[packed](body)[:-30]
    try:
        (head,) = list(text.heads(source("a.csv", cut)))
    except Unreadable:
        assert packed in {"bzip2", "xz"}
    else:
        assert body.decode().startswith(head.text)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        ("größe".encode(), "utf-8"), (codecs.BOM_UTF8 + "größe".encode(), "utf-8"),
        ("größe".encode("utf-16"), "utf-16-le"), ("größe,x".encode("utf-16-be"), "utf-16-be"),
        ("größe,x".encode("utf-16-le"), "utf-16-le"), ("größe".encode("cp1252"), "windows-1252"),
        (codecs.BOM_UTF32_LE + "größe".encode("utf-32-le"), "utf-32-le"),
    ],
)  # fmt: skip
def test_encodings_are_told_by_the_bytes(body: bytes, encoding: str) -> None:
    found, told = text.decoded(body, True)
    assert (found.removesuffix(",x"), told) == ("größe", encoding)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), min_size=1), st.integers(0, 3))
def test_a_character_cut_at_the_end_is_left_out(value: str, cut: int) -> None:
    body = value.encode()
    shown = body[: max(0, len(body) - cut)]
    found, encoding = text.decoded(shown, False)
    if encoding == "utf-8":
        assert value.startswith(found)
        assert len(value) - len(found) <= cut + 1


@given(st.binary(max_size=3000), st.sampled_from(["", *PACKERS]))
@settings(deadline=None)
def test_no_bytes_at_all_end_it_in_another_way(body: bytes, packed: str) -> None:
    held = PACKERS[packed](body) if packed else body
    try:
        found = list(text.heads(source("a.csv", held)))
    except Unreadable:
        return
    assert all(len(each.text) <= text.MOST for each in found)


def test_no_more_is_read_than_needed() -> None:
    long = source("a.csv", b"id,name\n" * 1_000_000)
    heads = text.heads(long)
    next(heads)
    assert long.spent == text.FIRST
    next(heads)
    assert long.spent == text.MOST
    assert list(heads) == []
