"""What can go wrong at the door."""

from __future__ import annotations

from crosswind.kit.errors import Conflict, Invalid, TooManyRequests, Unauthenticated


class LoginFailed(Unauthenticated):
    """The user name or the password is wrong; which one is not said."""


class LoginLimited(TooManyRequests):
    """Too many failed logins for this account or from this address."""


class PasswordsElsewhere(Invalid):
    """The auth manager checks no passwords; the message names the page that gives tokens."""


class TokenSpent(Unauthenticated):
    """A refresh token or login link was used already, ran out or was revoked."""


class RateLimited(TooManyRequests):
    """The caller made more requests than its limit allows; `Retry-After` says when the next one is taken."""


class KeyReused(Invalid):
    """The Idempotency-Key came with another request before."""


class RequestUnderWay(Conflict):
    """A request with the same Idempotency-Key is being worked on."""


class AnswerNotKept(Conflict):
    """The request was done before under the same Idempotency-Key, and its answer was not to be kept."""
