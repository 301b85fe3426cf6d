"""What a PostgreSQL connection can say in `configuration`; it serves the REST body, the form and the JSON Schema."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from crosswind.kit.errors import Invalid
from crosswind.kit.outbound import normal_host

SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]


def _host(value: str) -> str:
    try:
        return normal_host(value)
    except Invalid as error:
        raise ValueError(error.message) from None


def _plain(value: str) -> str:
    if any(ord(each) < 32 or 0xD800 <= ord(each) < 0xE000 for each in value):
        raise ValueError("Control characters and lone surrogates are not allowed.")
    return value


Host = Annotated[str, AfterValidator(_host)]
Name = Annotated[str, Field(min_length=1, max_length=63), AfterValidator(_plain)]


class PostgresSettings(BaseModel):
    """Where the server is and how to speak to it; unknown words are ignored here and kept by the caller."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True, frozen=True)

    host: Host = Field(description="DNS name or IP address; never a socket path or a list")
    port: int = Field(5432, ge=1, le=65535)
    database: Name
    search_schema: Name = Field("public", alias="schema", description="Schema that unqualified names mean")
    ssl: bool | None = Field(None, description="true without sslMode means verify-full, absent means prefer")
    ssl_mode: SslMode | None = Field(None, alias="sslMode")
    connection_timeout: int = Field(30, ge=1, le=300, alias="connectionTimeout", description="Seconds")
    statement_timeout: int = Field(0, ge=0, le=86_400, alias="statementTimeout", description="Seconds, 0 for none")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.ssl is True and self.ssl_mode in {"disable", "allow", "prefer"}:
            raise ValueError("ssl is true, so sslMode must be require, verify-ca or verify-full.")
        if self.ssl is False and self.ssl_mode not in {None, "disable"}:
            raise ValueError("ssl is false, so sslMode must be disable or absent.")
        return self

    @property
    def tls(self) -> SslMode:
        """The mode in force."""
        if self.ssl_mode is not None:
            return self.ssl_mode
        return {True: "verify-full", False: "disable", None: "prefer"}[self.ssl]  # type: ignore[return-value]
