"""The rate limit of a request: counted once, and told in the answer's headers."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy.orm import Session

from crosswind.contexts.access.errors import RateLimited
from crosswind.contexts.access.limits import Quota, RateLimits
from crosswind.gate.http import rate_headers
from crosswind.kit.actor import Actor


def count(limits: RateLimits, session: Session, actor: Actor, request: Request) -> None:
    """Count a request that is identified, whether or not it may do what it asks; raises `RateLimited`."""
    if hasattr(request.state, "crosswind_quota"):
        return
    try:
        request.state.crosswind_quota = limits.spend(session, actor)
    except RateLimited as error:
        details = error.details
        request.state.crosswind_quota = Quota(details["limit"], details["remaining"], details["reset"])
        raise


def tell(request: Request, response: Response) -> None:
    """Say in the answer where the caller stands."""
    quota: Quota | None = getattr(request.state, "crosswind_quota", None)
    if quota is not None:
        response.headers.update(rate_headers(quota))
