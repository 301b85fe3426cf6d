"""Between our settings and an Airflow connection of type `aws`, so that the Amazon provider's hooks work on it.

Reading takes an allow-list. A connection without keys and profile is anonymous for both sides: the Amazon provider
would otherwise take whatever credentials the machine has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crosswind.connectors.connector_type import AirflowFields
from crosswind.connectors.port import Credentials
from crosswind_object_stores.s3.settings import DEFAULT_REGION, S3Settings

UNSIGNED = "unsigned"
_STATED = "path_style"
"""Where it is kept that the bucket's place was stated, and not our default; hooks do not look at it."""
_DEFAULT = "default_region"
"""Where it is kept that the region was not stated; it is written all the same, as hooks assume no role without one."""


def to_airflow(settings: S3Settings, credentials: Credentials) -> AirflowFields:
    """Return the Airflow fields of a connection."""
    login, password = credentials.get("accessKey"), credentials.get("secretKey")
    extra: dict[str, Any] = {
        "region_name": settings.region_name,
        "endpoint_url": settings.endpoint,
        "profile_name": settings.profile,
        "verify": None if settings.verify_certificate else False,
        "aws_session_token": credentials.get("sessionToken"),
        "role_arn": credentials.get("assumeRole"),
        "config_kwargs": _config(settings, signed=bool(settings.profile or (login and password))),
        "service_config": _services(settings),
    }
    if external := credentials.get("externalId"):
        extra["assume_role_kwargs"] = {"ExternalId": external}
    kept = {name: value for name, value in extra.items() if value is not None and value != {}}
    return AirflowFields(conn_type="aws", login=login, password=password, extra=kept)


def _config(settings: S3Settings, *, signed: bool) -> dict[str, Any]:
    config: dict[str, Any] = {"connect_timeout": settings.connection_timeout}
    if settings.endpoint is not None or settings.path_style is not None:
        config["s3"] = {"addressing_style": settings.addressing}
    return config if signed else {**config, "signature_version": UNSIGNED}


def _services(settings: S3Settings) -> dict[str, Any]:
    bucket: dict[str, Any] = {"bucket_name": settings.bucket}
    bucket |= {"prefix": settings.prefix} if settings.prefix else {}
    bucket |= {_STATED: settings.path_style} if settings.path_style is not None else {}
    bucket |= {_DEFAULT: True} if settings.region is None else {}
    role = {"sts": {"endpoint_url": settings.sts_endpoint}} if settings.sts_endpoint else {}
    return {"s3": bucket, **role}


def from_airflow(fields: AirflowFields) -> tuple[S3Settings, dict[str, str]]:
    """Read settings and credentials from an Airflow connection, or raise ValueError."""
    extra = fields.extra
    config, services = _mapping(extra, "config_kwargs"), _mapping(extra, "service_config")
    bucket = _mapping(services, "s3")
    if extra.get("assume_role_method", "assume_role") != "assume_role":
        raise ValueError("Crosswind assumes roles by assume_role alone.")
    endpoint = bucket.get("endpoint_url", extra.get("endpoint_url"))
    style = _mapping(config, "s3").get("addressing_style")
    given: dict[str, Any] = {
        "bucket": bucket.get("bucket_name"),
        "prefix": bucket.get("prefix"),
        "region": None if _unstated(extra, bucket) else extra.get("region_name"),
        "endpoint": endpoint,
        "pathStyleAccess": bucket[_STATED] if _STATED in bucket else _path_style(style, endpoint),
        "verifyCertificate": False if extra.get("verify") is False else None,
        "profile": extra.get("profile_name"),
        "stsEndpoint": _mapping(services, "sts").get("endpoint_url"),
        "connectionTimeout": _seconds(config.get("connect_timeout")),
    }
    settings = S3Settings.model_validate({key: value for key, value in given.items() if value is not None})
    return settings, credentials_in(fields)


def credentials_in(fields: AirflowFields) -> dict[str, str]:
    """Read the credentials of an Airflow connection alone, also where it names no bucket."""
    extra = fields.extra
    login, password = fields.login, fields.password
    if not (login and password) and extra.get("aws_access_key_id"):
        login, password = extra.get("aws_access_key_id"), extra.get("aws_secret_access_key")
    found = {
        "accessKey": login,
        "secretKey": password,
        "sessionToken": extra.get("aws_session_token"),
        "assumeRole": extra.get("role_arn"),
        "externalId": _mapping(extra, "assume_role_kwargs").get("ExternalId"),
    }
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


def _unstated(extra: Mapping[str, Any], bucket: Mapping[str, Any]) -> bool:
    return bucket.get(_DEFAULT) is True and extra.get("region_name") == DEFAULT_REGION


def _mapping(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, Mapping) else {}


def _path_style(style: object, endpoint: object) -> bool | None:
    """Read botocore's word; None where it says no more than our default does."""
    stated = {"path": True, "virtual": False}.get(str(style))
    return None if stated == bool(endpoint) else stated


def _seconds(value: object) -> int | None:
    """Read botocore's seconds, which may be a fraction or beyond what a connection may ask."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return min(300, max(1, round(value)))
