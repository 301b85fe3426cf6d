"""Values of a Parquet file's columns from their first pages, each column read and judged by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crosswind.connectors.errors import ConnectorError
from crosswind_object_stores.readers import footer
from crosswind_object_stores.readers.arrow import plain
from crosswind_object_stores.readers.pages import Chunk, judged
from crosswind_object_stores.readers.parquet import Tailed, failing, file_of, tailed
from crosswind_object_stores.readers.source import Source, Unreadable

MOST_GROUPS = 20
"""Row groups that are looked at for the first rows."""


@dataclass
class Read:
    """Values of top-level columns by name, and why another could not be read."""

    values: dict[str, list[Any]] = field(default_factory=dict)
    problem: Unreadable | None = None


def first_values(source: Source, columns: list[str], rows: int, longest: int) -> Read:
    """Return the first values of the top-level columns that those are in, each read by itself."""
    handle = tailed(source)
    footer.walk(handle.footer, MOST_GROUPS)
    with failing():
        with file_of(handle) as file:
            leaves = _leaves_of(file.metadata, {root for each in columns for root in _roots(each)})
            words = [each.path for parts in leaves.values() for each in parts if each.physical_type == "BYTE_ARRAY"]
            metadata = file.metadata
        read = Read()
        with file_of(handle, metadata=metadata, read_dictionary=words) as file:
            for root in leaves:
                source.renew()
                handle.forget()
                try:
                    read.values[root] = _values(file, handle, root, leaves[root], rows, longest)
                except Unreadable as problem:
                    read.problem = read.problem or problem
    return read


@dataclass(frozen=True)
class _Leaf:
    at: int
    path: str
    physical_type: str


def _leaves_of(metadata: Any, roots: set[str]) -> dict[str, list[_Leaf]]:
    found: dict[str, list[_Leaf]] = {}
    for at in range(metadata.num_columns):
        column = metadata.schema.column(at)
        for root in _roots(column.path):
            if root in roots:
                found.setdefault(root, []).append(_Leaf(at, column.path, column.physical_type))
    return found


def _values(file: Any, handle: Tailed, root: str, leaves: list[_Leaf], rows: int, longest: int) -> list[Any]:
    """Read one column; whatever is wrong with it is only its own."""
    try:
        with failing():
            groups, rows = _groups(file.metadata, handle, leaves, rows)
            found: list[Any] = []
            options = {"row_groups": groups, "columns": [root], "use_threads": False}
            for batch in file.iter_batches(batch_size=max(1, min(rows, 1000)), **options) if groups else ():
                if root in batch.schema.names:
                    held = batch.column(batch.schema.names.index(root))
                    found.extend(plain(held.slice(0, rows - len(found)), longest))
                if len(found) >= rows:
                    break
            return found
    except (Unreadable, ConnectorError):
        raise
    except Exception as error:
        raise Unreadable(f"It could not be read ({type(error).__name__})") from None


def _groups(metadata: Any, handle: Tailed, leaves: list[_Leaf], rows: int) -> tuple[list[int], int]:
    """Return the row groups that the first rows stand in, and how many of those may be read."""
    groups: list[int] = []
    seen = 0
    for number in range(min(metadata.num_row_groups, MOST_GROUPS)):
        group = metadata.row_group(number)
        wanted = min(rows - seen, group.num_rows)
        if wanted <= 0:
            continue
        allowed = wanted
        for leaf in leaves:
            chunk = Chunk.of(group.column(leaf.at), metadata.schema.column(leaf.at))
            allowed = min(allowed, judged(chunk, wanted, handle.ahead))
        groups.append(number)
        seen += allowed
        if allowed < wanted or seen >= rows:
            break
    return groups, seen


def _roots(path: str) -> Iterator[str]:
    """Return every top-level name that a path may begin with: a name may itself hold a dot."""
    parts = path.split(".")
    return (".".join(parts[: end + 1]) for end in range(len(parts)))
