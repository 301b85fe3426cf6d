from __future__ import annotations

import pytest
from botocore import exceptions as boto

from crosswind.connectors import errors
from crosswind_object_stores.s3 import faults
from crosswind_object_stores.s3.settings import S3Settings

SETTINGS = S3Settings.model_validate({"bucket": "lake", "endpoint": "http://store.example:9000"})


def answered(code: str, status: int = 403) -> boto.ClientError:
    said = {"Error": {"Code": code, "Message": "canary"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return boto.ClientError(said, "ListObjectsV2")


@pytest.mark.parametrize(
    ("code", "status", "kind", "step", "transient"),
    [
        ("InvalidAccessKeyId", 403, errors.InvalidCredentials, "login", False),
        ("SignatureDoesNotMatch", 403, errors.InvalidCredentials, "login", False),
        ("ExpiredToken", 400, errors.InvalidCredentials, "login", False),
        ("NoSuchBucket", 404, errors.ReadRefused, "bucket", False),
        ("PermanentRedirect", 301, errors.ReadRefused, "bucket", False),
        ("AccessDenied", 403, errors.ReadRefused, "list", False),
        ("403", 403, errors.ReadRefused, "list", False),
        ("404", 404, errors.ReadRefused, "bucket", False),
        ("SlowDown", 503, errors.SourceBusy, "list", True),
        ("InternalError", 500, errors.SourceBusy, "list", True),
        ("InvalidRequest", 400, errors.ReadRefused, "list", False),
        ("AuthorizationHeaderMalformed", 400, errors.InvalidCredentials, "login", False),
        ("Curious!", 418, errors.ReadRefused, "list", False),
    ],
)
def test_s3_s_codes_have_a_class_a_step_and_a_remedy(
    code: str, status: int, kind: type[errors.ConnectorError], step: str, transient: bool
) -> None:
    found = faults.of(answered(code, status), SETTINGS)
    assert (type(found), found.step, found.transient, bool(found.remedy)) == (kind, step, transient, True)
    assert "canary" not in str(found)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (boto.ConnectTimeoutError(endpoint_url="x"), errors.ConnectionTimeout),
        (boto.ReadTimeoutError(endpoint_url="x"), errors.ConnectionTimeout),
        (boto.EndpointConnectionError(endpoint_url="x"), errors.ConnectionFailed),
        (boto.ConnectionClosedError(endpoint_url="x"), errors.ConnectionFailed),
        (boto.SSLError(endpoint_url="x", error="CERTIFICATE_VERIFY_FAILED"), errors.TlsFailed),
        (boto.SSLError(endpoint_url="x", error="the handshake operation timed out"), errors.ConnectionTimeout),
        (OSError("broken"), errors.ConnectionFailed),
        (boto.BotoCoreError(), errors.ReadRefused),
    ],
)
def test_botocore_s_classes_mean_the_same_every_time(error: Exception, kind: type[errors.ConnectorError]) -> None:
    assert type(faults.of(error, SETTINGS)) is kind


def test_what_is_ours_stays_as_it_is() -> None:
    ours = faults.cancelled("list")
    assert faults.of(ours, SETTINGS) is ours
