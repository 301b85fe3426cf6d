"""Errors of meaning as gRPC tells them: a status, and google.rpc details that a program can read.

All of it travels in the trailing metadata, of which clients take no more than eight kilobytes: texts are cut.
"""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from crosswind.contexts.access.errors import RequestUnderWay
from crosswind.gate.codes import metastore_code
from crosswind.kit import errors
from crosswind.kit.lanes import LaneFull

DOMAIN = "metastore.v1"
DETAILS = "grpc-status-details-bin"
LONGEST = 500
MOST = 10
_CODES: dict[type[errors.CrosswindError], grpc.StatusCode] = {
    errors.CrosswindError: grpc.StatusCode.INTERNAL,
    errors.Invalid: grpc.StatusCode.INVALID_ARGUMENT,
    errors.Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    errors.Forbidden: grpc.StatusCode.PERMISSION_DENIED,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.Conflict: grpc.StatusCode.FAILED_PRECONDITION,
    errors.AlreadyExists: grpc.StatusCode.ALREADY_EXISTS,
    errors.StaleVersion: grpc.StatusCode.ABORTED,
    RequestUnderWay: grpc.StatusCode.ABORTED,
    errors.TooManyRequests: grpc.StatusCode.RESOURCE_EXHAUSTED,
    LaneFull: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.Unavailable: grpc.StatusCode.UNAVAILABLE,
    errors.SourceFailed: grpc.StatusCode.UNAVAILABLE,
}


def code(error: errors.CrosswindError) -> grpc.StatusCode:
    """The status of the error's class, or of the nearest base that has one."""
    return next(_CODES[base] for base in type(error).__mro__ if base in _CODES)


def message(error: errors.CrosswindError) -> str:
    """What a person reads."""
    return error.message[:LONGEST]


def details(error: errors.CrosswindError, request_id: str) -> bytes:
    """The `google.rpc.Status` that goes with the status."""
    number = int(code(error).value[0])
    told = status_pb2.Status(code=number, message=message(error))
    for detail in [_info(error), *_violations(error), *_retry(error), _request(request_id)]:
        told.details.add().Pack(detail)
    return bytes(told.SerializeToString())


def _info(error: errors.CrosswindError) -> Any:
    reason, _ = metastore_code(error)
    facts = [(name, value) for name, value in error.details.items() if isinstance(value, (str, int, float, bool))]
    return error_details_pb2.ErrorInfo(
        reason=reason, domain=DOMAIN, metadata={name: str(value)[:LONGEST] for name, value in facts[:MOST]}
    )


def _violations(error: errors.CrosswindError) -> list[Message]:
    if code(error).value[0] != code_pb2.INVALID_ARGUMENT:
        return []
    problems = error.details.get("problems") or [{"field": error.field or "", "problem": error.message}]
    found = [
        error_details_pb2.BadRequest.FieldViolation(
            field=str(problem.get("field", ""))[:200], description=str(problem.get("problem", ""))[:200]
        )
        for problem in problems[:MOST]
    ]
    return [error_details_pb2.BadRequest(field_violations=found)]


def _retry(error: errors.CrosswindError) -> list[Message]:
    if error.retry_after is None:
        return []
    told = error_details_pb2.RetryInfo()
    told.retry_delay.seconds = error.retry_after
    return [told]


def _request(request_id: str) -> Any:
    return error_details_pb2.RequestInfo(request_id=request_id)
