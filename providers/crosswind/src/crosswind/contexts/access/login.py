"""Logins: by password, by refresh token, by a link that works once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from crosswind.contexts.access import attempts, secrets
from crosswind.contexts.access.attempts import Attempt
from crosswind.contexts.access.entry import choose
from crosswind.contexts.access.errors import LoginFailed, TokenSpent
from crosswind.contexts.access.models import LoginTicket, RefreshToken
from crosswind.contexts.access.ports import Identity, IdentityProvider, Token
from crosswind.contexts.access.repository import standing_of
from crosswind.contexts.governance import sink
from crosswind.kit.actor import Actor
from crosswind.kit.unit_of_work import Event, UnitOfWork

REFRESH_DAYS = 30
Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a login gives: who, an access token, and the refresh token for the next one."""

    identity: Identity
    access: Token
    refresh: str
    tenant: str


class LoginService:
    """Asks the auth manager; what must outlive a failed request is written in transactions of its own."""

    def __init__(self, uow: UnitOfWork, sessions: Sessions, identity: IdentityProvider) -> None:
        self._uow = uow
        self._sessions = sessions
        self._identity = identity

    def by_password(self, login: str, password: str, address: str, tenant: str | None = None) -> SignedIn:
        """Sign in with a user name or email; raises `LoginFailed` or `LoginLimited`."""
        attempt = Attempt(login, address)
        with self._sessions() as session:
            attempts.count(session, attempt)
        identity = self._identity.check_password(login, password)
        if identity is None:
            raise LoginFailed("The user name or the password is wrong", account=login[:128])
        with self._sessions() as session:
            attempts.forgive(session, attempt)
        chosen = choose(standing_of(self._uow.session, identity.subject), tenant)
        refresh = self._new_refresh(identity.subject, chosen, str(uuid4()))
        self._note(identity.subject, chosen, "LOGIN", {"address": address})
        return SignedIn(identity, self._identity.token(identity.subject), refresh, chosen)

    def by_refresh(self, token: str) -> SignedIn:
        """Exchange a refresh token for the next one; a used one that comes again ends its whole family."""
        session = self._uow.session
        row = session.scalar(select(RefreshToken).where(RefreshToken.hash == secrets.digest(token)).with_for_update())
        if row is None or row.revoked_at is not None or row.expires_at <= datetime.now(UTC):
            raise TokenSpent("The refresh token is unknown, revoked or expired; log in again")
        if row.used_at is not None:
            self._end_family(row)
            raise TokenSpent("The refresh token was used before, so all of its line are revoked; log in again")
        identity = self._identity.find(row.subject)
        if identity is None:
            raise TokenSpent("The user of the refresh token is gone or inactive")
        row.used_at = datetime.now(UTC)
        tenant = choose(standing_of(session, row.subject), row.tenant)
        refresh = self._new_refresh(row.subject, tenant, row.family)
        return SignedIn(identity, self._identity.token(row.subject), refresh, tenant)

    def by_ticket(self, ticket: str) -> tuple[Mapping[str, str | bool | int | None], str]:
        """The page cookie and the page to go on to, for a link that was not used yet."""
        found = self._uow.session.execute(
            delete(LoginTicket)
            .where(LoginTicket.hash == secrets.digest(ticket))
            .returning(LoginTicket.subject, LoginTicket.tenant, LoginTicket.next_path, LoginTicket.expires_at)
        ).one_or_none()
        if found is None or found.expires_at <= datetime.now(UTC):
            raise TokenSpent("The login link was used already or ran out; ask for a new one")
        token = self._identity.token(found.subject)
        self._note(found.subject, found.tenant, "LOGIN_BY_LINK", {"next": found.next_path})
        return self._identity.cookie(token), found.next_path

    def _new_refresh(self, subject: str, tenant: str, family: str) -> str:
        secret = secrets.mint(secrets.REFRESH)
        over = datetime.now(UTC) + timedelta(days=REFRESH_DAYS)
        session = self._uow.session
        session.execute(
            delete(RefreshToken).where(RefreshToken.subject == subject, RefreshToken.expires_at < func.now())
        )
        session.add(
            RefreshToken(hash=secrets.digest(secret), family=family, tenant=tenant, subject=subject, expires_at=over)
        )
        return secret

    def _end_family(self, row: RefreshToken) -> None:
        """In a transaction of its own: the request ends in an error."""
        self._uow.session.rollback()
        actor = Actor(row.subject, row.subject, row.tenant, request_id=self._uow.actor.request_id)
        with self._sessions() as session:
            session.execute(
                update(RefreshToken)
                .where(RefreshToken.family == row.family, RefreshToken.revoked_at.is_(None))
                .values(revoked_at=func.now())
            )
            event = Event("REFRESH_TOKEN", row.family, "REFRESH_TOKEN_REUSED", None, {"revoked": "family"})
            sink.write(session, actor, [event])
            session.commit()

    def _note(self, subject: str, tenant: str, action: str, facts: dict[str, str]) -> None:
        """The audit of a login names who came in, not the anonymous caller that asked."""
        actor = Actor(subject, subject, tenant, request_id=self._uow.actor.request_id)
        sink.write(self._uow.session, actor, [Event("USER", subject, action, None, dict(facts))])
