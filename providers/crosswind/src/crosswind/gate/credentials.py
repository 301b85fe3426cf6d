"""What a caller shows at a door, whatever protocol carried it, and the actor it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crosswind.kit.actor import Actor
from crosswind.kit.errors import Unauthenticated

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

KEY_PREFIX = "cwk_"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key, a bearer token (Airflow's, a lease's, or a key again), or a page's cookie: the first that is there.

    `tenant` is the one asked for among those that the caller holds, None for its own default.
    """

    key: str | None = None
    bearer: str | None = None
    cookie: str | None = None
    tenant: str | None = None

    @classmethod
    def of(cls, key: str | None, authorization: str, cookie: str | None, tenant: str | None) -> Credentials:
        """From headers; an `authorization` that is no bearer token counts as none."""
        scheme, _, token = authorization.partition(" ")
        bearer = token.strip() if scheme.lower() == "bearer" else ""
        return cls(key or None, bearer or None, cookie or None, tenant)


def identify(platform: Platform, session: Session, shown: Credentials, request_id: str) -> Actor:
    """The actor; once more when the store's connection had died since its last use, for this is its first statement.

    Raises `Unauthenticated` for nobody we know, `Forbidden` for a tenant that is not the caller's.
    """
    try:
        return _identify(platform, session, shown, request_id)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        session.rollback()
        return _identify(platform, session, shown, request_id)


def _identify(platform: Platform, session: Session, shown: Credentials, request_id: str) -> Actor:
    entry, bearer = platform.entry, shown.bearer
    if shown.key:
        return entry.by_key(session, shown.key, shown.tenant, request_id)
    if bearer and bearer.startswith(KEY_PREFIX):
        return entry.by_key(session, bearer, shown.tenant, request_id)
    if bearer and bearer.count(".") != 2:
        return _leased(platform, session, bearer, request_id)
    if token := bearer or shown.cookie:
        return entry.by_token(session, token, shown.tenant, request_id)
    raise Unauthenticated("Send a bearer token, an X-API-Key or the page's cookie")


def _leased(platform: Platform, session: Session, token: str, request_id: str) -> Actor:
    actor = platform.lease_actor(session, token, request_id)
    if actor is None:
        raise Unauthenticated("The bearer token is neither Airflow's nor a lease that is still good")
    return actor
