"""Login and refresh, as the metastore design has them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Logins
from crosswind.doors.rest.signing_in import Credentials, LoginUser

router = Family(METASTORE, tags=["Authentication"])


class LoginBody(Credentials):
    """A user name or an email, and the password."""

    model_config = ConfigDict(json_schema_extra={"example": {"email": "user@example.com", "password": "password"}})


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
    signed = logins.by_password(body.account, body.password, address)
    user = LoginUser.of(signed.identity)
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
