"""The families served and the codes of their designs (shared error codes first, general ones where a design has none)."""

from __future__ import annotations

from crosswind.connectors import errors as source
from crosswind.doors.rest.manners import (
    ErrorTable,
    Manners,
    NumberedPage,
    OffsetPage,
    OffsetWindow,
    PageWindow,
    by_offset,
    numbered,
)
from crosswind.kit import errors

CONNECTION_ERRORS: ErrorTable = {
    errors.CrosswindError: ("GEN_500", 500),
    errors.Invalid: ("GEN_400", 400),
    errors.TooLarge: ("GEN_413", 413),
    errors.Unauthenticated: ("SEC_001", 401),
    errors.Forbidden: ("SEC_002", 403),
    errors.NotFound: ("GEN_404", 404),
    errors.Conflict: ("GEN_409", 409),
    errors.TooManyRequests: ("GEN_429", 429),
    errors.Unavailable: ("GEN_503", 503),
    errors.SourceFailed: ("CONN_001", 502),
    source.ConnectionTimeout: ("CONN_002", 504),
    source.InvalidCredentials: ("CONN_003", 502),
    source.PoolExhausted: ("CONN_004", 503),
    source.TlsFailed: ("CONN_005", 502),
}
METASTORE_ERRORS: ErrorTable = {
    errors.CrosswindError: ("INTERNAL_ERROR", 500),
    errors.Invalid: ("INVALID_REQUEST", 400),
    errors.TooLarge: ("PAYLOAD_TOO_LARGE", 413),
    errors.Unauthenticated: ("UNAUTHORIZED", 401),
    errors.Forbidden: ("FORBIDDEN", 403),
    errors.NotFound: ("NOT_FOUND", 404),
    errors.Conflict: ("VERSION_CONFLICT", 409),
    errors.AlreadyExists: ("ALREADY_EXISTS", 409),
    errors.TooManyRequests: ("RATE_LIMITED", 429),
    errors.Unavailable: ("SERVICE_UNAVAILABLE", 503),
    errors.SourceFailed: ("SOURCE_FAILED", 502),
}

CONNECTIONS_PLATFORM = Manners(
    "connections_platform", "Crosswind connections platform", "/connections-platform", "/v1",
    CONNECTION_ERRORS, numbered, NumberedPage, PageWindow, camel=True,
)  # fmt: skip
METASTORE = Manners(
    "metastore", "Crosswind metastore", "/metastore", "/v1",
    METASTORE_ERRORS, by_offset, OffsetPage, OffsetWindow, camel=False, noun_codes=True,
)  # fmt: skip
PLATFORM = Manners(
    "platform", "Crosswind platform", "/platform", "/v1",
    CONNECTION_ERRORS, numbered, NumberedPage, PageWindow, camel=True,
)  # fmt: skip
FAMILIES = (CONNECTIONS_PLATFORM, METASTORE, PLATFORM)
