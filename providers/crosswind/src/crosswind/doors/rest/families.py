"""The families served: how each speaks, and where it is mounted."""

from __future__ import annotations

from crosswind.doors.rest.manners import (
    Manners,
    NumberedPage,
    OffsetPage,
    OffsetWindow,
    PageWindow,
    by_offset,
    numbered,
)
from crosswind.gate.codes import CONNECTION_ERRORS, CONNECTION_NOUNS, METASTORE_ERRORS

CONNECTIONS_PLATFORM = Manners(
    "connections_platform", "Crosswind connections platform", "/connections-platform", "/v1",
    CONNECTION_ERRORS, numbered, NumberedPage, PageWindow, camel=True, nouns=CONNECTION_NOUNS,
)  # fmt: skip
METASTORE = Manners(
    "metastore", "Crosswind metastore", "/metastore", "/v1",
    METASTORE_ERRORS, by_offset, OffsetPage, OffsetWindow, camel=False, noun_codes=True,
)  # fmt: skip
PLATFORM = Manners(
    "platform", "Crosswind platform", "/platform", "/v1",
    CONNECTION_ERRORS, numbered, NumberedPage, PageWindow, camel=True, nouns=CONNECTION_NOUNS,
)  # fmt: skip
FAMILIES = (CONNECTIONS_PLATFORM, METASTORE, PLATFORM)
