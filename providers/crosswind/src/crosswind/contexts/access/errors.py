"""What can go wrong at the door."""

from __future__ import annotations

from crosswind.kit.errors import Invalid, TooManyRequests, Unauthenticated


class LoginFailed(Unauthenticated):
    """The user name or the password is wrong; which one is not said."""


class LoginLimited(TooManyRequests):
    """Too many failed logins for this account or from this address."""


class PasswordsElsewhere(Invalid):
    """The auth manager checks no passwords; the message names the page that gives tokens."""


class TokenSpent(Unauthenticated):
    """A refresh token or login link was used already, ran out or was revoked."""
