"""What can go wrong with federated queries, as the connections-platform design counts it."""

from __future__ import annotations

from typing import Any

from crosswind.kit.errors import Conflict, Invalid, NotFound, SourceFailed, Unavailable


class QueryFailed(Invalid):
    """The query could not be run as it was written."""


class CatalogNotFound(NotFound):
    """There is no such catalog for this actor."""

    def __init__(self, identifier: object, **details: Any) -> None:
        super().__init__("Catalog", identifier, **details)


class SchemaMismatch(Conflict):
    """The sources' schemas do not fit each other."""


class QueryTimeout(SourceFailed):
    """The query did not end in time."""

    transient = True


class MemoryLimitExceeded(Unavailable):
    """The query needs more memory than it may have."""
