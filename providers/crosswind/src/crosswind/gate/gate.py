"""The gate of the doors that are not REST: one call, one session, one transaction, committed before it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.orm import Session

from crosswind.contexts.access.errors import RateLimited
from crosswind.contexts.access.limits import Quota
from crosswind.gate import denied, faults
from crosswind.gate.credentials import Credentials, identify
from crosswind.gate.denied import Attempt
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Forbidden, Unauthenticated

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform, Services

T = TypeVar("T")
Counted = Callable[[Quota], None]
"""Is told where the caller stands once its request is counted, also when that was one too many."""


def require(actor: Actor, permission: str) -> None:
    """Raise `Forbidden` unless the actor holds the permission."""
    if not actor.may(permission):
        raise Forbidden(f"'{actor.name}' lacks the permission {permission}", permission=permission)


class Gate:
    """Admits callers of any protocol; blocking, to be called in a thread of a bounded lane."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def admit(self, shown: Credentials, attempt: Attempt, request_id: str, counted: Counted | None = None) -> Actor:
        """The actor, counted against its rate limit and holding the attempt's permission where it names one.

        Raises `Unauthenticated`, `Forbidden` (both audited) or `RateLimited`.
        """

        def work(session: Session, known: list[Actor]) -> Actor:
            return self._admitted(session, known, shown, attempt, request_id, counted)

        return self._told(attempt, request_id, work)

    def perform(
        self,
        shown: Credentials,
        attempt: Attempt,
        request_id: str,
        call: Callable[[Services], T],
        counted: Counted | None = None,
    ) -> T:
        """Admit, then do `call` with the services of one unit of work and commit it; anything raised undoes it."""

        def work(session: Session, known: list[Actor]) -> T:
            actor = self._admitted(session, known, shown, attempt, request_id, counted)
            return self._done(session, actor, call)

        return self._told(attempt, request_id, work)

    def perform_as(self, actor: Actor, attempt: Attempt, call: Callable[[Services], T]) -> T:
        """The same for an actor that was admitted before, on a connection that stays open."""

        def work(session: Session, known: list[Actor]) -> T:
            known.append(actor)
            return self._done(session, actor, call)

        return self._told(attempt, actor.request_id, work)

    def _admitted(
        self,
        session: Session,
        known: list[Actor],
        shown: Credentials,
        attempt: Attempt,
        request_id: str,
        counted: Counted | None,
    ) -> Actor:
        actor = identify(self.platform, session, shown, request_id)
        known.append(actor)
        self._count(session, actor, counted or (lambda _: None))
        if attempt.permission is not None:
            require(actor, attempt.permission)
        return actor

    def _count(self, session: Session, actor: Actor, counted: Counted) -> None:
        try:
            quota = self.platform.limits.spend(session, actor)
        except RateLimited as error:
            counted(Quota(error.details["limit"], error.details["remaining"], error.details["reset"]))
            raise
        if quota is not None:
            counted(quota)

    def _done(self, session: Session, actor: Actor, call: Callable[[Services], T]) -> T:
        services = self.platform.services(session, actor)
        result = call(services)
        services.uow.commit()
        return result

    def _told(self, attempt: Attempt, request_id: str, work: Callable[[Session, list[Actor]], T]) -> T:
        """The work's result, or an error of meaning; a refusal is audited once the work's own session is gone."""
        known: list[Actor] = []
        try:
            with self.platform.session() as session:
                return work(session, known)
        except (Unauthenticated, Forbidden) as error:
            denied.tell(self.platform, known[0] if known else None, attempt, error, request_id)
            raise
        except Exception as error:
            told = faults.meaning(error, request_id)
            if told is error:
                raise
            raise told from error
