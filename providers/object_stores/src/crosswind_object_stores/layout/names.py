"""What a key says by itself: its folder without partitions, the partitions, the kind of file, and its name's shape."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

LONGEST = 500
"""Bytes of a dataset's name; longer ones end in a digest."""
BUCKET = "/"
"""The name of the bucket among its datasets; a dataset that would have it gets another slash."""
NULL = "__HIVE_DEFAULT_PARTITION__"
"""What Hive writes for a partition without a value."""
FORMATS = {
    "parquet": "parquet", "parq": "parquet", "csv": "csv", "tsv": "csv", "psv": "csv", "json": "json", "jsonl": "json",
    "ndjson": "json", "avro": "avro", "orc": "orc",
}  # fmt: skip
KNOWN = frozenset(FORMATS.values())
COMPRESSIONS = {"gz": "gzip", "gzip": "gzip", "bz2": "bzip2", "zst": "zstd", "zstd": "zstd", "xz": "xz"}
_INNER = {"snappy", "lz4", "brotli", *COMPRESSIONS}
GENERIC = frozenset(
    {"", "part", "data", "file", "chunk", "segment", "run", "batch", "export", "output", "shard", "block"}
)
_HIVE = re.compile(r"([A-Za-z_][\w.-]{0,127})=(.*)", re.DOTALL)
_DATE = re.compile(r"(?:19|20)\d\d-?(?:0[1-9]|1[0-2])(?:-?(?:0[1-9]|[12]\d|3[01]))?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PARTS = (("month", re.compile(r"0[1-9]|1[0-2]")), ("day", re.compile(r"0[1-9]|[12]\d|3[01]")),
          ("hour", re.compile(r"[01]\d|2[0-3]")))  # fmt: skip
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{5,}|(?=[a-f]*\d)[0-9a-f]{16,64}")
_VARYING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{12,64}|\d+", re.IGNORECASE
)
_RUNS = re.compile(r"[\W_]*#[#\W_]*")
_STAMP = re.compile(r"[#TZtz\W_]*#[#TZtz\W_]*")
_HIDDEN = re.compile(
    r"_SUCCESS|_delta_log|_delta_index|_change_data|_temporary|_spark_metadata|_symlink_format_manifest|_metadata"
    r"|_common_metadata|_impala_insert_staging|_(?:committed|started|copying)_.*|\.DS_Store|\._.*|\.hoodie.*"
    r"|\.(?:spark|hive)-staging.*|\.ipynb_checkpoints|\.Trash.*|\.git|\.gitkeep|\.keep|\.minio\.sys|\.snapshot",
    re.DOTALL,
)
"""Folders and files that tools keep for themselves; any other name with an underscore or a dot before it is data."""
_HIDDEN_ENDS = (".crc", "_$folder$")
_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Folder:
    """A key's folder: `path` without partitions, which are (key, value) from the outermost in."""

    path: str
    partitions: tuple[tuple[str, str], ...]
    hive: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class File:
    """A file's name: `shape` is the name with what varies as `#`."""

    format: str
    compression: str | None
    extension: str
    shape: str
    hidden: bool


@lru_cache(maxsize=4096)
def folder(path: str) -> Folder:
    """Read a folder's path, given without the last slash."""
    kept: list[str] = []
    partitions: list[tuple[str, str]] = []
    hive = hidden = False
    expected = -1
    for segment in path.split("/") if path else ():
        hidden = hidden or is_hidden(segment)
        if found := _HIVE.fullmatch(segment):
            partitions.append((found[1], unquote(found[2])[:200]))
            hive, expected = True, -1
        elif 0 <= expected < len(_PARTS) and _PARTS[expected][1].fullmatch(segment):
            partitions.append((_PARTS[expected][0], segment))
            expected += 1
        elif _YEAR.fullmatch(segment):
            partitions.append(("year", segment))
            expected = 0
        elif _DATE.fullmatch(segment):
            partitions.append(("date", segment))
            expected = 2
        elif _ID.fullmatch(segment):
            partitions.append(("id", segment))
            expected = -1
        else:
            kept.append(segment)
            expected = -1
    return Folder("/".join(kept), tuple(partitions), hive, hidden)


def file(name: str) -> File:
    """Read a file's name, given without its folder."""
    rest = name
    words: list[str] = []
    while "." in rest.lstrip(".") and len(words) < 3:
        rest, _, word = rest.rpartition(".")
        words.append(word.lower())
        if word.lower() in FORMATS or word.lower() not in _INNER:
            break
    last = words[-1] if words else ""
    compression = next((COMPRESSIONS[each] for each in words[:-1] if each in COMPRESSIONS), None)
    if last in COMPRESSIONS and last not in FORMATS:
        compression, last = COMPRESSIONS[last], ""
    inner = rest.rpartition(".")
    while inner[1] and inner[2].lower() in _INNER:
        rest = inner[0]
        inner = rest.rpartition(".")
    shape = _RUNS.sub("#", _VARYING.sub("#", rest)) if any(map(str.isdigit, rest)) else rest
    return File(FORMATS.get(last, last[:20] or "none"), compression, ".".join(reversed(words)), shape,
                is_hidden(name) or name.endswith(_HIDDEN_ENDS))  # fmt: skip


def is_hidden(name: str) -> bool:
    """Say whether a folder or file of this name belongs to a tool's own bookkeeping."""
    return name.startswith(("_", ".")) and _HIDDEN.fullmatch(name) is not None


def is_generic(shape: str, within: str) -> bool:
    """Say whether files of this shape are named after nothing but their folder."""
    word = shape.partition("#")[0].strip("-_. ").lower()
    if shape.startswith("#") and len(shape) <= 3:
        return True
    if _STAMP.fullmatch(shape):
        return True
    if shape.startswith("#"):
        return False
    return "#" in shape and (word in GENERIC or word == within.rpartition("/")[2].lower())


def fit(name: str) -> str:
    """Return a name that the catalog can hold: no control characters, no lone surrogates, not too long."""
    name = _UNFIT.sub("\ufffd", name) or "\ufffd"
    if name == BUCKET:
        return BUCKET * 2
    encoded = name.encode()
    if len(encoded) <= LONGEST:
        return name
    digest = hashlib.blake2b(encoded, digest_size=8).hexdigest()
    return encoded[: LONGEST - 20].decode(errors="ignore") + "…" + digest
