"""What REST answered a task, as errors a task can act on.

ApiError               an answer that is no success; `transient` says whether a retry can help
├── Unreachable        no answer within the time allowed
├── DoesNotFit         what this try sent does not fit together; the next try begins anew
└── LeaseOver          a newer try, or somebody who cancelled, has taken the work away
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An error envelope of REST; never holds a key or a token."""

    def __init__(
        self, status: int, code: str, message: str, *, transient: bool = False, details: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{message} ({code})" if code else message)
        self.status = status
        self.code = code
        self.message = message
        self.transient = transient
        self.details = details or {}

    @property
    def passing(self) -> bool:
        """Whether another try of the task can help, even where repeating the call cannot."""
        return self.transient or self.status >= 500


class Unreachable(ApiError):
    """Nobody answered."""

    def __init__(self, message: str) -> None:
        super().__init__(0, "", message, transient=True)


class DoesNotFit(ApiError):
    """The source changed under this try, or a part of what it sent is missing."""

    passing = True


class LeaseOver(ApiError):
    """The work is no longer this try's to do."""
