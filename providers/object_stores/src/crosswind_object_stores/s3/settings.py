"""What an S3 connection can say in `configuration`; it serves the REST body, the form and the JSON Schema."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from crosswind.kit.errors import Invalid
from crosswind.kit.outbound import normal_host

CREDENTIALS = ("accessKey", "secretKey", "sessionToken", "assumeRole", "externalId")
SECRETS = frozenset({"secretKey", "sessionToken"})
DEFAULT_REGION = "us-east-1"


def _endpoint(value: str) -> str:
    """Return `http(s)://host[:port]` in its plain form; no login, path or query."""
    parts = urlsplit(value.strip())
    try:
        port = parts.port
    except ValueError:
        raise ValueError("The port is a number from 1 to 65535.") from None
    if parts.scheme not in {"http", "https"} or parts.username is not None or parts.path not in {"", "/"}:
        raise ValueError("An endpoint is http:// or https:// with a host, and a port if need be; nothing else.")
    if parts.query or parts.fragment or port == 0:
        raise ValueError("An endpoint has no query, no fragment and no port 0.")
    try:
        host = normal_host(parts.hostname)
    except Invalid as error:
        raise ValueError(error.message) from None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def _plain(value: str) -> str:
    if any(ord(each) < 32 or 0xD800 <= ord(each) < 0xE000 for each in value):
        raise ValueError("Control characters and lone surrogates are not allowed.")
    return value


Endpoint = Annotated[str, Field(max_length=300), AfterValidator(_endpoint)]
Text = Annotated[str, Field(max_length=1024), AfterValidator(_plain)]
Profile = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_.@+-]+$")]


class S3Settings(BaseModel):
    """Which bucket is meant and how to reach it; unknown words are ignored here and kept by the caller."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True, frozen=True)

    bucket: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$", description="One bucket")
    prefix: Text = Field("", description="Only keys that begin so; usually ends with a slash")
    region: str | None = Field(None, pattern=r"^[a-z0-9-]{2,40}$", description=f"Without one: {DEFAULT_REGION}")
    endpoint: Endpoint | None = Field(None, description="Of MinIO and the like; without one: Amazon's own")
    path_style: bool | None = Field(
        None, alias="pathStyleAccess", description="Bucket in the path; so by default where an endpoint is given"
    )
    verify_certificate: bool = Field(True, alias="verifyCertificate")
    profile: Profile | None = Field(None, description="Of the server's own; an administrator must allow it by name")
    sts_endpoint: Endpoint | None = Field(None, alias="stsEndpoint", description="Where a role is assumed")
    connection_timeout: int = Field(30, ge=1, le=300, alias="connectionTimeout", description="Seconds")

    @property
    def tls(self) -> str:
        """The protection of the link, in PostgreSQL's words."""
        if (self.endpoint or "").startswith("http:"):
            return "disable"
        return "verify-full" if self.verify_certificate else "require"

    @property
    def region_name(self) -> str:
        """The region in force."""
        return self.region or DEFAULT_REGION

    @property
    def addressing(self) -> str:
        """Where the bucket's name stands, as botocore calls it."""
        path = self.endpoint is not None if self.path_style is None else self.path_style
        return "path" if path else "virtual"

    @property
    def host(self) -> str:
        """The host of the service, without a bucket before it."""
        if self.endpoint is None:
            return f"s3.{self.region_name}.amazonaws.com"
        return str(urlsplit(self.endpoint).hostname)

    @property
    def port(self) -> int:
        """The port of the service."""
        parts = urlsplit(self.endpoint or "https://aws")
        return parts.port or (80 if parts.scheme == "http" else 443)
