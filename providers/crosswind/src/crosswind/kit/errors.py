"""Errors of meaning, raised by services and given a code and a status by each door.

CrosswindError
├── Invalid            the input cannot be accepted; `field` says which part
│   └── TooLarge       more than the route takes
├── Unauthenticated    nobody we know
├── Forbidden          known, but not allowed
├── NotFound           no such thing, or not visible to this actor
├── Conflict
│   ├── AlreadyExists  the name or id is taken
│   └── StaleVersion   somebody changed it meanwhile
├── TooManyRequests    slow down; `retry_after` says for how long
├── Unavailable        a part we need is away; a retry helps
└── SourceFailed       the external system failed (see crosswind.connectors.errors)
"""

from __future__ import annotations

from typing import Any, ClassVar


class CrosswindError(Exception):
    """Base of all errors that a user may read; the message says what happened, to what, and what to do next."""

    transient: ClassVar[bool] = False

    def __init__(
        self, message: str, *, field: str | None = None, retry_after: int | None = None, **details: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = {**({"field": field} if field else {}), **details}
        self.retry_after = retry_after if retry_after is not None else (5 if self.transient else None)


class Invalid(CrosswindError):
    """The input cannot be accepted as it stands."""


class TooLarge(Invalid):
    """The body is larger than the route takes."""


class Unauthenticated(CrosswindError):
    """No valid credentials came with the request."""


class Forbidden(CrosswindError):
    """The actor is known but may not do this."""


class NotFound(CrosswindError):
    """The thing does not exist for this actor; the details give its id, or its `parameter` where that is no id."""

    def __init__(self, noun: str, identifier: object, *, parameter: str | None = None, **details: Any) -> None:
        named = parameter or f"{noun.lower().replace(' ', '_')}_id"
        super().__init__(f"{noun} '{identifier}' not found", **{named: str(identifier)} | details)
        self.noun = noun


class Conflict(CrosswindError):
    """The request does not fit the present state."""


class AlreadyExists(Conflict):
    """The id or name is already in use."""


class StaleVersion(Conflict):
    """The thing changed since the caller read it."""


class TooManyRequests(CrosswindError):
    """The caller is over a limit."""

    transient = True


class Unavailable(CrosswindError):
    """A part that the request needs is away for now."""

    transient = True


class SourceFailed(CrosswindError):
    """An external system failed the call; connectors raise its subclasses."""
