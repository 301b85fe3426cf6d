"""Login and refresh, as the metastore design has them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Logins

router = Family(METASTORE, tags=["Authentication"])
Word = Annotated[str, Field(min_length=1, max_length=512)]


class LoginBody(BaseModel):
    """An email or a user name, and the password."""

    model_config = ConfigDict(json_schema_extra={"example": {"email": "user@example.com", "password": "password"}})
    email: Word | None = None
    username: Word | None = None
    password: Annotated[str, Field(min_length=1, max_length=1024)]

    @model_validator(mode="after")
    def _named(self) -> LoginBody:
        if not (self.email or self.username):
            raise ValueError("email or username is needed")
        return self


class LoginUser(BaseModel):
    """Who signed in."""

    id: str
    email: str
    name: str
    roles: list[str]


class LoginAnswer(BaseModel):
    """The tokens of a login."""

    access_token: str
    refresh_token: str
    expires_in: int
    user: LoginUser


class RefreshBody(BaseModel):
    """The refresh token that came last; it works once."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=128)]


class RefreshAnswer(BaseModel):
    """A new access token, and the refresh token that replaces the one sent."""

    access_token: str
    refresh_token: str
    expires_in: int


@router.post("/auth/login", public=True, limited=True)
def login(logins: Logins, request: Request, body: LoginBody) -> LoginAnswer:
    """Log in with an email or a user name and a password."""
    address = request.client.host if request.client else ""
    signed = logins.by_password(body.email or body.username or "", body.password, address)
    who = signed.identity
    user = LoginUser(id=who.subject, email=who.email, name=who.name, roles=list(who.roles))
    return LoginAnswer(
        access_token=signed.access.text, refresh_token=signed.refresh, expires_in=signed.access.seconds, user=user
    )


@router.post("/auth/refresh", public=True)
def refresh(logins: Logins, body: RefreshBody) -> RefreshAnswer:
    """Exchange a refresh token for a new access token and the next refresh token."""
    signed = logins.by_refresh(body.refresh_token)
    return RefreshAnswer(
        access_token=signed.access.text, refresh_token=signed.refresh, expires_in=signed.access.seconds
    )
