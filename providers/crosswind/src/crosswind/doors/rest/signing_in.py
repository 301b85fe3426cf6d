"""What both designs' logins share: who asks, and who was let in."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from crosswind.contexts.access.ports import Identity

Word = Annotated[str, Field(min_length=1, max_length=512)]


class Credentials(BaseModel):
    """A user name or an email, and the password."""

    username: Word | None = None
    email: Word | None = None
    password: Annotated[str, Field(min_length=1, max_length=1024)]

    @model_validator(mode="after")
    def _named(self) -> Credentials:
        if not (self.username or self.email):
            raise ValueError("username or email is needed")
        return self

    @property
    def account(self) -> str:
        """The name to log in with."""
        return self.username or self.email or ""


class LoginUser(BaseModel):
    """Who signed in."""

    id: str
    email: str
    name: str
    roles: list[str]

    @classmethod
    def of(cls, who: Identity) -> LoginUser:
        """The user as the designs show it."""
        return cls(id=who.subject, email=who.email, name=who.name, roles=list(who.roles))
