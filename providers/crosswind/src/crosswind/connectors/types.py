"""What a connector reports about a source; these structs are also the wire format of manifests (JSON, camelCase).

Statistics (`row_estimate`, `size_bytes`, `statistics`) stand outside `hash`, so that a busy but unchanged source stays
unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

Kind = Literal["TABLE", "VIEW", "DATASET"]
TypeDetail = str
"""As the system calls it: 'table', 'partitioned table', 'view', 'materialized view', 'foreign table', 'bucket' and the
like."""
Json = str | int | float | bool | list[Any] | dict[str, Any] | None
Depth = Literal["names", "full"]


class Fact(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel", gc=False):
    """Base of all structs of this module; they cannot form cycles, so the garbage collector need not walk them."""


class SourceColumn(Fact, frozen=True):
    """A column in the order the source shows it; `position` starts at 1 and has no holes."""

    name: str
    position: int
    data_type: str
    nullable: bool = True
    default: str | None = None
    identity: Literal["ALWAYS", "BY DEFAULT"] | None = None
    generated: str | None = None
    comment: str | None = None


class Key(Fact, frozen=True):
    """A primary or unique key; `columns` in the key's own order."""

    name: str
    columns: tuple[str, ...]


class ForeignKey(Fact, frozen=True):
    """A foreign key; `columns[i]` points to `target_columns[i]`."""

    name: str
    columns: tuple[str, ...]
    target_schema: str
    target_name: str
    target_columns: tuple[str, ...]
    on_update: str = "NO ACTION"
    on_delete: str = "NO ACTION"


class Index(Fact, frozen=True):
    """An index; `columns` are names or expressions, `included` are carried but not searched."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    primary: bool = False
    method: str | None = None
    predicate: str | None = None
    included: tuple[str, ...] = ()


class Partition(Fact, frozen=True):
    """A partition of a partitioned table, at any level below it; `bound` as the source spells it."""

    schema: str
    name: str
    bound: str | None = None


class Dependency(Fact, frozen=True):
    """An object that a view reads, with those of its columns that the view uses."""

    schema: str
    name: str
    columns: tuple[str, ...] = ()


class SourceObject(Fact, frozen=True):
    """A table, view or dataset with everything the source says about it.

    `facts` are those of datasets that are no table facts (format, compression, encryption …), with camelCase names;
    `statistics` are like them but move without the object changing (number of files, last change …).
    """

    schema: str
    name: str
    kind: Kind
    type_detail: TypeDetail
    comment: str | None = None
    columns: tuple[SourceColumn, ...] = ()
    primary_key: Key | None = None
    unique_keys: tuple[Key, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    definition: str | None = None
    partition_key: str | None = None
    partitions: tuple[Partition, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    facts: dict[str, Json] = {}
    statistics: dict[str, Json] = {}
    row_estimate: int | None = None
    size_bytes: int | None = None
    hash: str = ""


class ColumnSource(Fact, frozen=True):
    """A column that a view's column is made of."""

    schema: str
    name: str
    column: str


ColumnLineage = dict[str, tuple[ColumnSource, ...]]
"""The sources of each column of a view, by the column's name."""


class CrawledObject(SourceObject, frozen=True):
    """A source object as a crawl sends it: with the origin of its columns, None where it could not be told."""

    lineage: ColumnLineage | None = None


def content_hash(found: SourceObject) -> str:
    """Return the hash of everything but statistics, for connectors that have no cheaper canonical text."""
    facts = msgspec.structs.replace(found, row_estimate=None, size_bytes=None, statistics={}, hash="")
    return hashlib.blake2b(msgspec.json.encode(facts), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Discovery:
    """What a source holds: `objects` is ordered by (schema, name) in code point order and can be read once.

    `identity` names the server itself, not its address: it differs when a host was pointed at another server.
    """

    identity: str
    database: str
    objects: Iterator[SourceObject]


class CheckStep(msgspec.Struct, frozen=True, rename="camel"):
    """One step of a check: a gate must pass, a capability tells what will not work; `remedy` says what to do."""

    name: str
    status: Literal["passed", "warning", "failed", "skipped"]
    gate: bool
    message: str
    remedy: str | None = None
    code: str | None = None
    milliseconds: float = 0.0


class QueryResult(msgspec.Struct, frozen=True, rename="camel"):
    """Rows of a bounded query; `truncated` when the source had more than the limit."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]
    truncated: bool


class SecurityFacts(Fact, frozen=True):
    """What a source says of its own protection; None wherever it does not say, which nobody takes for good.

    `encrypted_in_transit` is about the link that asked; `public_access` means without any login, `open_to_all_logins`
    that every login of the source may read data that is not its own.
    """

    encrypted_in_transit: bool | None = None
    tls_version: str | None = None
    certificate_verified: bool | None = None
    certificate_expires_at: datetime | None = None
    encrypted_at_rest: bool | None = None
    public_access: bool | None = None
    open_to_all_logins: bool | None = None
    login_can_write: bool | None = None
    superuser: bool | None = None
    password_hashing: str | None = None
    logs_access: bool | None = None
