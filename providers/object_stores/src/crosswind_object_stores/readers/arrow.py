"""Arrow's arrays as plain values: cut before they are taken out, and never refused for one odd value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MOST_ITEMS = 100
"""Items of a list that are taken out."""


def plain(array: Any, longest: int) -> list[Any]:
    """Return an array's values: texts and bytes as text of at most `longest` characters, moments as text."""
    import pyarrow as pa

    if isinstance(array, pa.ExtensionArray) and not isinstance(array, pa.UuidArray):
        return plain(array.storage, longest)
    for holds, read in _readers(pa.types):
        if holds(array.type):
            return read(array, longest)
    return list(array.to_pylist())


def _readers(types: Any) -> tuple[tuple[Callable[[Any], bool], Callable[[Any, int], list[Any]]], ...]:
    return (
        (types.is_dictionary, _of_dictionary), (_texts(types), _of_texts), (types.is_struct, _of_struct),
        (types.is_map, _of_map), (_lists(types), _of_lists), (types.is_temporal, _of_moments),
    )  # fmt: skip


def _texts(types: Any) -> Callable[[Any], bool]:
    return lambda kind: any(
        holds(kind)
        for holds in (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary,
                      types.is_fixed_size_binary)
    )  # fmt: skip


def _lists(types: Any) -> Callable[[Any], bool]:
    return lambda kind: types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)


def _of_dictionary(array: Any, longest: int) -> list[Any]:
    """Take out each word that is used once, however often it comes."""
    import pyarrow.compute as pc

    used = pc.unique(array.indices.drop_null())
    words = dict(zip(used.to_pylist(), plain(array.dictionary.take(used), longest), strict=True))
    return [None if at is None else words[at] for at in array.indices.to_pylist()]


def _of_texts(array: Any, longest: int) -> list[Any]:
    """Cut bytes, since what is declared as UTF-8 need not be any."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(array.type):
        array = array.view(pa.binary())
    elif pa.types.is_large_string(array.type):
        array = array.view(pa.large_binary())
    cut = pc.binary_slice(array, 0, 4 * longest)
    return [None if each is None else each.decode(errors="replace")[:longest] for each in cut.to_pylist()]


def _of_struct(array: Any, longest: int) -> list[Any]:
    names = [array.type.field(at).name for at in range(array.type.num_fields)]
    members = [plain(each, longest) for each in array.flatten()]
    return [dict(zip(names, values, strict=True)) for values in zip(*members, strict=True)]


def _of_map(array: Any, longest: int) -> list[Any]:
    lists = _of_lists(array, longest)
    return [None if each is None else [tuple(pair.values()) for pair in each] for each in lists]


def _of_lists(array: Any, longest: int) -> list[Any]:
    held = (each.values for each in array)
    return [None if each is None else plain(each.slice(0, MOST_ITEMS), longest) for each in held]


def _of_moments(array: Any, _: int) -> list[Any]:
    """Let Arrow write moments, in UTC whatever their zone is called; one beyond the calendar is none."""
    import pyarrow as pa

    mark = ""
    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        array, mark = array.view(pa.int64()).view(pa.timestamp(array.type.unit)), "Z"
    elif pa.types.is_interval(array.type):
        return [None if each is None else str(each) for each in array.to_pylist()]
    said = array.cast(pa.string()).to_pylist()
    return [None if each is None or each[:1] == "<" else each.replace(" ", "T") + mark for each in said]
