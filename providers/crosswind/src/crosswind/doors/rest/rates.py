"""The rate limit of a request: counted once, and told in the answer's headers.

`RateLimit` and `RateLimit-Policy` follow draft-ietf-httpapi-ratelimit-headers-10; the `X-RateLimit-…` ones are those
of the hybrid-cloud design, with the reset as seconds since 1970.
"""

from __future__ import annotations

from time import time

from fastapi import Request, Response
from sqlalchemy.orm import Session

from crosswind.contexts.access.errors import RateLimited
from crosswind.contexts.access.limits import WINDOW, Quota, RateLimits
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
    if quota is None:
        return
    response.headers["RateLimit-Policy"] = f'"default";q={quota.limit};w={WINDOW}'
    response.headers["RateLimit"] = f'"default";r={quota.remaining};t={quota.reset}'
    response.headers["X-RateLimit-Limit"] = str(quota.limit)
    response.headers["X-RateLimit-Remaining"] = str(quota.remaining)
    response.headers["X-RateLimit-Reset"] = str(int(time()) + quota.reset)
