"""What FastAPI and Starlette raise as errors of meaning; everything else is told as at every door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from crosswind.gate import faults
from crosswind.kit import problems
from crosswind.kit.errors import CrosswindError, Invalid


def meaning(error: Exception, request_id: str) -> CrosswindError:
    """The error a person may read; what is unknown is logged with the request id and told as an internal error."""
    if isinstance(error, RequestValidationError):
        return problems.invalid(error.errors(), _field)
    if isinstance(error, HTTPException):
        cause = error.__cause__
        return cause if isinstance(cause, CrosswindError) else Invalid(str(error.detail), field="body")
    if isinstance(error, ClientDisconnect):
        return Invalid("The connection ended before the whole body was there", field="body")
    return faults.meaning(error, request_id)


def _field(location: Sequence[Any]) -> str:
    parts = [str(part)[:64] for part in location]
    inner = parts[1:] if parts and parts[0] in {"body", "query", "path", "header"} and len(parts) > 1 else parts
    return ".".join(inner)
