"""What a crawl answers to the task that runs it, and shows to people."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NotRequired

from typing_extensions import TypedDict


class DiffEntry(TypedDict):
    """An asset that a crawl added, changed, removed or holds; `breaking` where its schema changed in such a way."""

    id: str
    name: NotRequired[str]
    schema: NotRequired[str]
    qualifiedName: str
    type: str
    changes: NotRequired[list[str]]
    breaking: NotRequired[bool]
    revived: NotRequired[bool]


class CrawlSummary(TypedDict):
    """What the catalog holds after a crawl, and what the crawl changed: counts, and the first 200 of each kind."""

    schemas: int
    tables: int
    views: int
    datasets: int
    columns: int
    relationships: int
    seen: int
    counts: dict[str, int]
    added: list[DiffEntry]
    changed: list[DiffEntry]
    removed: list[DiffEntry]
    held: list[DiffEntry]


class CrawlShown(TypedDict):
    """A crawl; the summary's fields are there once it is complete."""

    taskId: str
    connectionId: str
    status: Literal["RUNNING", "COMPLETED"]
    depth: str
    database: str | None
    startedAt: datetime
    completedAt: datetime | None
    releasedAt: datetime | None
    releasedBy: str | None
    schemas: NotRequired[int]
    tables: NotRequired[int]
    views: NotRequired[int]
    datasets: NotRequired[int]
    columns: NotRequired[int]
    relationships: NotRequired[int]
    seen: NotRequired[int]
    counts: NotRequired[dict[str, int]]
    added: NotRequired[list[DiffEntry]]
    changed: NotRequired[list[DiffEntry]]
    removed: NotRequired[list[DiffEntry]]
    held: NotRequired[list[DiffEntry]]


class ManifestAnswer(TypedDict):
    """Which items of a manifest are wanted, by index, and how many vanished or stayed."""

    wanted: list[int]
    vanished: int
    unchanged: int


class ObjectsAnswer(TypedDict):
    """What a batch of objects did."""

    created: int
    updated: int
    unchanged: int
