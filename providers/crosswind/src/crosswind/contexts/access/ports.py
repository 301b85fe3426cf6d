"""What the access context needs of whoever knows the people: Airflow's auth manager, or a test."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from crosswind.contexts.access.permissions import of_roles


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the auth manager knows it; `permissions` is None where our own role map decides."""

    subject: str
    name: str
    email: str = ""
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] | None = None

    def rights(self, member_roles: tuple[str, ...] = ()) -> frozenset[str]:
        """What the person may do: the auth manager's rows, or our map of its roles and those of its membership."""
        if self.permissions is not None:
            return self.permissions
        return of_roles((*self.roles, *member_roles))


@dataclass(frozen=True, slots=True)
class Token:
    """An access token of the auth manager and the seconds it lives."""

    text: str
    seconds: int


class IdentityProvider(Protocol):
    """Knows people; called in our threads, and never while the app is being built."""

    def from_token(self, token: str) -> Identity:
        """Whose bearer token or page cookie this is; raises `Unauthenticated`."""

    def find(self, subject: str) -> Identity | None:
        """A person by user name with its current rights, None when it is gone or inactive."""

    def names(self, subjects: Collection[str]) -> Mapping[str, str]:
        """What people are called, by user name, also when they are inactive; those that nobody knows are left out."""

    def check_password(self, login: str, password: str) -> Identity | None:
        """The person of a user name or email and a password; `PasswordsElsewhere` where there are none to check."""

    def token(self, subject: str) -> Token:
        """A fresh access token for a person; raises `Unauthenticated` when it is gone."""

    def cookie(self, token: Token) -> Mapping[str, str | bool | int | None]:
        """The arguments of `Response.set_cookie` that sign a browser in, as Airflow does it."""

    def seed(self, role: str, permissions: frozenset[str]) -> None:
        """Give a role of ours its permissions, where roles are rows that administrators edit."""

    def unseen(self) -> Sequence[str]:
        """The roles that should see our pages and to whom the navigation does not show them."""

    def has_roles(self) -> bool | None:
        """Whether any role of ours exists as rows; None where the auth manager keeps none."""
