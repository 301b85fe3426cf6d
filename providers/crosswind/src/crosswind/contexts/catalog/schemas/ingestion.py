"""What ingestion answers."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from typing_extensions import TypedDict


class Accepted(TypedDict):
    """An event that was taken in: the asset it is of."""

    id: UUID
    status: Literal["accepted"]


class ItemError(TypedDict):
    """Why one item of a batch cannot be stored."""

    index: int
    field: str
    message: str


class IngestionResult(TypedDict):
    """What a batch did; `errors` lists the first hundred."""

    processed: int
    created: int
    updated: int
    unchanged: int
    errors: list[ItemError]
