"""Faults that are nobody's meaning (the store away, a constraint) as errors of meaning, the same at every door."""

from __future__ import annotations

import logging

import psycopg
from psycopg import errors as pg
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InvalidRequestError,
    OperationalError,
    PendingRollbackError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from crosswind.kit.errors import AlreadyExists, Conflict, CrosswindError, Invalid, Unavailable

log = logging.getLogger(__name__)
_RETRY = (pg.SerializationFailure, pg.DeadlockDetected, pg.LockNotAvailable, pg.QueryCanceled)


def meaning(error: Exception, request_id: str) -> CrosswindError:
    """The error a person may read; what is unknown is logged with the request id and told as an internal error."""
    if isinstance(error, CrosswindError):
        return error
    if isinstance(error, SQLAlchemyError):
        return _store(error, request_id)
    if isinstance(error, psycopg.OperationalError):
        return _away(error, request_id)
    log.error("Request %s failed", request_id, exc_info=error)
    return CrosswindError(f"Something went wrong here; the log has it under {request_id}")


def _store(error: SQLAlchemyError, request_id: str) -> CrosswindError:
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(error, IntegrityError):
        taken = isinstance(cause, pg.UniqueViolation)
        return (
            AlreadyExists("Something of that name exists already")
            if taken
            else Conflict("The change does not fit what is stored")
        )
    if _deleted_meanwhile(error):
        return Conflict("What the request is about was deleted meanwhile")
    if isinstance(cause, _RETRY) or "cached plan must not change" in str(cause):
        return Unavailable("The store was busy with a change of the same thing; try again", retry_after=1)
    if _lost(error):
        return _away(cause or error, request_id)
    if isinstance(cause, pg.DataError):
        return Invalid("A value cannot be stored as it stands")
    log.error("Request %s failed in the store", request_id, exc_info=error)
    return CrosswindError(f"Something went wrong here; the log has it under {request_id}")


def _lost(error: SQLAlchemyError) -> bool:
    """Whether the link is gone; a savepoint that was left on one has only words of its own for it."""
    if isinstance(error, (OperationalError, PoolTimeout)):
        return True
    if isinstance(error, PendingRollbackError):
        return "reconnect" in str(error)
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _away(cause: BaseException, request_id: str) -> Unavailable:
    log.warning("Request %s met a store that is away: %s", request_id, type(cause).__name__)
    return Unavailable("The store is not reachable at the moment; try again shortly")


def _deleted_meanwhile(error: SQLAlchemyError) -> bool:
    """SQLAlchemy has no class of its own for a row that is gone when an object is read anew, only the words."""
    if isinstance(error, (ObjectDeletedError, StaleDataError)):
        return True
    return type(error) is InvalidRequestError and str(error).startswith("Could not refresh instance")
