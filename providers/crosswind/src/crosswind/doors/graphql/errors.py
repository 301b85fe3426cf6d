"""Errors as GraphQL tells them: the metastore's code, details and the request id under `extensions`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

from crosswind.doors.graphql.documents import Refused
from crosswind.doors.graphql.types.inputs import camel
from crosswind.gate import faults
from crosswind.gate.codes import metastore_code
from crosswind.kit.errors import CrosswindError, Invalid

MOST_TOLD = 100


def fields(errors: Sequence[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """What went wrong while an operation was done, at most a hundred."""
    return [_located(error, request_id) for error in errors[:MOST_TOLD]]


def whole(error: CrosswindError, request_id: str) -> list[dict[str, Any]]:
    """Why a request was refused as a whole."""
    if isinstance(error, Refused):
        return fields(error.errors, request_id)
    return [{"message": error.message, "extensions": _extensions(error, request_id)}]


def _located(error: GraphQLError, request_id: str) -> dict[str, Any]:
    meaning = _meaning(error, request_id)
    told: dict[str, Any] = {"message": meaning.message}
    if error.locations:
        told["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
    if error.path is not None:
        told["path"] = error.path
    return {**told, "extensions": _extensions(meaning, request_id)}


def _meaning(error: GraphQLError, request_id: str) -> CrosswindError:
    """An error of meaning; what graphql-core says itself is about the request, so that the caller may read it."""
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        return Invalid(error.message)
    return faults.meaning(original, request_id)


def _extensions(error: CrosswindError, request_id: str) -> dict[str, Any]:
    code, _ = metastore_code(error)
    told: dict[str, Any] = {"code": code, "requestId": request_id}
    details = {camel(name): value for name, value in error.details.items()}
    if details:
        told["details"] = details
    if error.retry_after is not None:
        told["retryAfter"] = error.retry_after
    return told
