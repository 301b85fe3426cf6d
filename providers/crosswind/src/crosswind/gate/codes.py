"""The designs' error codes: which class of error answers with which code and status.

Every code of a design stands here. Where a design has none for a case, the general ones do (`GEN_…`).
"""

from __future__ import annotations

from collections.abc import Mapping

from crosswind.connectors import errors as source
from crosswind.contexts.access import errors as access
from crosswind.contexts.catalog import errors as catalog
from crosswind.contexts.events import errors as events
from crosswind.contexts.federation import errors as federation
from crosswind.contexts.governance import errors as governance
from crosswind.contexts.tasks import errors as tasks
from crosswind.contexts.topology import errors as topology
from crosswind.kit import errors

ErrorTable = Mapping[type[errors.CrosswindError], tuple[str, int]]

CONNECTION_ERRORS: ErrorTable = {
    errors.CrosswindError: ("GEN_500", 500),
    errors.Invalid: ("GEN_400", 400),
    errors.TooLarge: ("GEN_413", 413),
    access.KeyReused: ("GEN_422", 422),
    errors.Unauthenticated: ("SEC_001", 401),
    errors.Forbidden: ("SEC_002", 403),
    errors.NotFound: ("GEN_404", 404),
    errors.Conflict: ("GEN_409", 409),
    errors.TooManyRequests: ("GEN_429", 429),
    errors.Unavailable: ("GEN_503", 503),
    errors.SourceFailed: ("CONN_001", 502),
    source.ConnectionTimeout: ("CONN_002", 504),
    source.InvalidCredentials: ("CONN_003", 502),
    source.ConnectionPoolExhausted: ("CONN_004", 503),
    source.TlsFailed: ("CONN_005", 502),
    topology.ClusterNotFound: ("CLUS_001", 404),
    topology.NodeUnreachable: ("CLUS_002", 502),
    topology.TopologyInvalid: ("CLUS_003", 400),
    topology.RebalanceFailed: ("CLUS_004", 409),
    topology.InsufficientResources: ("CLUS_005", 503),
    federation.QueryFailed: ("FED_001", 400),
    federation.CatalogNotFound: ("FED_002", 404),
    federation.SchemaMismatch: ("FED_003", 409),
    federation.QueryTimeout: ("FED_004", 504),
    federation.MemoryLimitExceeded: ("FED_005", 503),
    governance.CertificateInvalid: ("SEC_003", 400),
    governance.EncryptionRequired: ("SEC_004", 400),
    governance.ComplianceViolation: ("SEC_005", 403),
    governance.PolicyViolation: ("GOV_001", 403),
    governance.ClassificationRequired: ("GOV_002", 400),
    governance.RetentionExpired: ("GOV_003", 409),
    governance.AuditFailed: ("GOV_004", 503),
}
CONNECTION_NOUNS = {"Tag": "GOV_005"}
"""Things whose absence has a code of its own."""

METASTORE_ERRORS: ErrorTable = {
    errors.CrosswindError: ("INTERNAL_ERROR", 500),
    errors.Invalid: ("INVALID_REQUEST", 400),
    errors.TooLarge: ("PAYLOAD_TOO_LARGE", 413),
    access.KeyReused: ("IDEMPOTENCY_KEY_REUSED", 422),
    errors.Unauthenticated: ("UNAUTHORIZED", 401),
    errors.Forbidden: ("FORBIDDEN", 403),
    errors.NotFound: ("NOT_FOUND", 404),
    errors.Conflict: ("VERSION_CONFLICT", 409),
    errors.AlreadyExists: ("ALREADY_EXISTS", 409),
    catalog.SourceOwned: ("SOURCE_OWNED", 409),
    tasks.AlreadyOver: ("TASK_ENDED", 409),
    access.RequestUnderWay: ("REQUEST_UNDER_WAY", 409),
    access.AnswerNotKept: ("ANSWER_NOT_KEPT", 409),
    events.EventsForgotten: ("EVENTS_FORGOTTEN", 410),
    events.TooSlow: ("TOO_SLOW", 409),
    errors.TooManyRequests: ("RATE_LIMITED", 429),
    errors.Unavailable: ("SERVICE_UNAVAILABLE", 503),
    errors.SourceFailed: ("SOURCE_FAILED", 502),
    source.ConnectionTimeout: ("SOURCE_TIMEOUT", 504),
}


def lookup(table: ErrorTable, error: errors.CrosswindError) -> tuple[str, int]:
    """The code and the HTTP status of the error's class, or of the nearest base that the table has."""
    return next(table[base] for base in type(error).__mro__ if base in table)


def metastore_code(error: errors.CrosswindError) -> tuple[str, int]:
    """The metastore's code and HTTP status: `ASSET_NOT_FOUND` and its like where a thing of a name is missing."""
    code, status = lookup(METASTORE_ERRORS, error)
    if isinstance(error, errors.NotFound):
        return f"{error.noun.upper().replace(' ', '_')}_NOT_FOUND", status
    return code, status
