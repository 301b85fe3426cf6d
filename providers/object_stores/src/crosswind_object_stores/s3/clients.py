"""boto3 without a machine's own ways in: no environment, no files, no metadata service, unless allowed by name.

A connection has its own keys, or a profile of the server's that an administrator allowed, or it is anonymous.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, ConfigValueStore, ConstantProvider
from botocore.credentials import CredentialProvider, CredentialResolver, Credentials, RefreshableCredentials
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader
from botocore.parsers import ResponseParserFactory
from botocore.utils import parse_timestamp

from crosswind.connectors.errors import InvalidCredentials
from crosswind_object_stores.s3.settings import S3Settings
from crosswind_object_stores.s3.wire import POOL, Wire

ALLOWED = ("crosswind", "aws_profiles")
"""Airflow's setting that lists the profiles a connection may name."""
ROLE_SESSION = "crosswind"


class _Given(CredentialProvider):  # type: ignore[misc]
    """Hands out what the connection holds, and nothing else."""

    METHOD = "connection"

    def __init__(self, credentials: Any) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> Any:
        return self._credentials


@cache
def _loader() -> Loader:
    """Return the reader of service descriptions; it keeps what it read."""
    return Loader(include_default_search_paths=True)


def _session(credentials: Any) -> botocore.session.Session:
    """Return a session that knows these credentials and no environment variable or file of this machine."""
    session = botocore.session.Session()
    defaults = {name: ConstantProvider(each[2]) for name, each in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()}
    files = {name: ConstantProvider(os.devnull) for name in ("config_file", "credentials_file")}
    session.register_component("config_store", ConfigValueStore(mapping={**defaults, **files}))
    session.register_component("data_loader", _loader())
    parsers = ResponseParserFactory()
    parsers.set_parser_defaults(timestamp_parser=_moment)
    session.register_component("response_parser_factory", parsers)
    session.register_component("credential_provider", CredentialResolver([_Given(credentials)]))
    return session


def _moment(text: Any) -> datetime:
    """Read a listing's timestamps; botocore's own way takes three quarters of the time that a listing takes."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        found = parse_timestamp(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Clients:
    """Makes the clients of one connection; all of them send over its wire."""

    def __init__(self, settings: S3Settings, credentials: Mapping[str, str], wire: Wire) -> None:
        self._settings = settings
        self._credentials = credentials
        self._wire = wire
        self._s3: Any = None

    @property
    def anonymous(self) -> bool:
        """Whether requests go out without a signature."""
        return not (
            self._settings.profile or (self._credentials.get("accessKey") and self._credentials.get("secretKey"))
        )

    def s3(self) -> Any:
        """Return the client for the bucket; with a role, the role is assumed by its first request."""
        if self._s3 is None:
            credentials = self._base()
            if role := self._credentials.get("assumeRole"):
                credentials = self._assumed(credentials, role)
            style = {"addressing_style": self._settings.addressing}
            self._s3 = self._client("s3", credentials, self._settings.endpoint, s3=style)
        return self._s3

    def _client(self, service: str, credentials: Any, endpoint: str | None, **config: Any) -> Any:
        unsigned = {"signature_version": UNSIGNED} if credentials is None else {}
        made = _session(credentials).create_client(
            service,
            region_name=self._settings.region_name,
            endpoint_url=endpoint,
            config=Config(
                proxies={},
                retries={"mode": "standard", "total_max_attempts": 3},
                connect_timeout=self._settings.connection_timeout,
                read_timeout=self._settings.connection_timeout,
                max_pool_connections=POOL,
                ignore_configured_endpoint_urls=True,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                user_agent_extra="crosswind",
                **unsigned,
                **config,
            ),
        )
        made.meta.events.register("before-send", self._wire.send)
        return made

    def _base(self) -> Any:
        if self._settings.profile:
            return _profile(self._settings.profile)
        if self.anonymous:
            if self._credentials.get("assumeRole"):
                raise InvalidCredentials(
                    "A role is to be assumed, but no keys are stored to do it with",
                    step="login",
                    remedy="Give accessKey and secretKey, or a profile that an administrator allowed.",
                )
            return None
        given = self._credentials
        return Credentials(given["accessKey"], given["secretKey"], given.get("sessionToken"), method="connection")

    def _assumed(self, base: Any, role: str) -> Any:
        client = self._client("sts", base, self._settings.sts_endpoint)
        wanted = {"RoleArn": role, "RoleSessionName": ROLE_SESSION}
        if external := self._credentials.get("externalId"):
            wanted["ExternalId"] = external

        def assume() -> dict[str, Any]:
            found = client.assume_role(**wanted)["Credentials"]
            names = {"access_key": "AccessKeyId", "secret_key": "SecretAccessKey", "token": "SessionToken"}
            return {ours: found[theirs] for ours, theirs in names.items()} | {
                "expiry_time": found["Expiration"].isoformat()
            }

        return RefreshableCredentials.create_from_metadata(assume(), assume, "sts-assume-role")


def _profile(name: str) -> Any:
    """Return the credentials of a profile of this machine's, if an administrator allowed it by name."""
    if name not in allowed_profiles():
        raise InvalidCredentials(
            f"The profile {name} may not be used",
            step="login",
            remedy="An administrator can allow it in the setting aws_profiles of [crosswind].",
        )
    try:
        found = botocore.session.Session(profile=name).get_credentials()
    except BotoCoreError:
        found = None
    if found is None:
        raise InvalidCredentials(
            f"This machine has no credentials for the profile {name}",
            step="login",
            remedy="Check the AWS configuration of Airflow's components.",
        )
    return found


def allowed_profiles() -> frozenset[str]:
    """Return the profiles that connections may name: none unless an administrator lists them."""
    from airflow.configuration import conf

    listed = str(conf.get(*ALLOWED, fallback="") or "")
    return frozenset(each.strip() for each in listed.split(",") if each.strip())
