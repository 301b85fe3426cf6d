"""Login, as the connections-platform design names it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Request
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Logins
from crosswind.doors.rest.signing_in import Credentials, LoginUser

router = Family(CONNECTIONS_PLATFORM, tags=["Authentication"])


class LoginBody(Credentials):
    """A user name or an email, and the password."""

    model_config = ConfigDict(json_schema_extra={"example": {"username": "ana", "password": "correct horse"}})


class LoginAnswer(BaseModel):
    """The tokens of a login; `tenant` is the one that the access token acts in unless X-Tenant-Id chooses another."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    access_token: str
    refresh_token: str
    token_type: str = "Bearer"  # noqa: S105 - the scheme, not a secret
    expires_in: int
    tenant: str
    user: LoginUser


@router.post("/auth/login", public=True, limited=True)
def login(
    logins: Logins,
    request: Request,
    body: LoginBody,
    x_tenant_id: Annotated[str | None, Header(max_length=128)] = None,
) -> LoginAnswer:
    """Log in with a user name or email and a password."""
    address = request.client.host if request.client else ""
    signed = logins.by_password(body.account, body.password, address, x_tenant_id)
    user = LoginUser.of(signed.identity)
    return LoginAnswer(
        access_token=signed.access.text, refresh_token=signed.refresh, expires_in=signed.access.seconds,
        tenant=signed.tenant, user=user,
    )  # fmt: skip
