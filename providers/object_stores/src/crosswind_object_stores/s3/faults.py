"""From what botocore and S3 say to our errors: meaning by S3's error code where there is one, else by botocore's class.

S3's own message is never passed on: for a wrong signature it quotes the access key and the text that was signed.
"""

from __future__ import annotations

from botocore import exceptions as boto

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.errors import (
    AddressRefused,
    Cancelled,
    ConnectionFailed,
    ConnectionTimeout,
    ConnectorError,
    InvalidCredentials,
    ReadRefused,
    SourceBusy,
    TlsFailed,
)
from crosswind.kit.outbound import AddressUnknown, BadAddress, OutboundGuard, ResolverSilent, Target
from crosswind_object_stores.s3.settings import S3Settings

_KEY = "Check accessKey and secretKey."
_GRANT = "Allow it s3:ListBucket on the bucket and s3:GetObject on its objects."
_Meaning = tuple[type[ConnectorError], str, str, str]
_CODES: dict[str, _Meaning] = {
    "InvalidAccessKeyId": (InvalidCredentials, "login", "The store does not know the access key", _KEY),
    "InvalidClientTokenId": (InvalidCredentials, "login", "The store does not know the access key", _KEY),
    "UnrecognizedClientException": (InvalidCredentials, "login", "The store does not know the access key", _KEY),
    "SignatureDoesNotMatch": (InvalidCredentials, "login", "The secret key does not fit the access key", _KEY),
    "InvalidToken": (InvalidCredentials, "login", "The session token is wrong", "Give all three parts anew."),
    "ExpiredToken": (InvalidCredentials, "login", "The session token has expired", "Give all three parts anew."),
    "ExpiredTokenException": (InvalidCredentials, "login", "The session token has expired", "Give all three anew."),
    "RequestTimeTooSkewed": (InvalidCredentials, "login", "The clocks differ too much", "Set this machine's clock."),
    "AuthorizationHeaderMalformed": (
        InvalidCredentials, "login", "The bucket is in another region, or the key is malformed",
        "Check region and accessKey.",
    ),
    "NotSignedUp": (InvalidCredentials, "login", "The account is not open for S3", "Check the account."),
    "NoSuchBucket": (ReadRefused, "bucket", "There is no such bucket", "Check bucket and endpoint."),
    "NoSuchKey": (ReadRefused, "read", "There is no such object", "Check the key's spelling."),
    "InvalidBucketName": (ReadRefused, "bucket", "The store refuses the bucket's name", "Check bucket."),
    "PermanentRedirect": (ReadRefused, "bucket", "The bucket is in another region", "Set region to the bucket's own."),
    "IllegalLocationConstraintException": (
        ReadRefused, "bucket", "The bucket is in another region", "Set region to the bucket's own.",
    ),
    "AccessDenied": (ReadRefused, "list", "The login may not do that", _GRANT),
    "AllAccessDisabled": (ReadRefused, "list", "All access to the bucket is switched off", "Ask its owner."),
    "SlowDown": (SourceBusy, "list", "The store asks for fewer requests", "Try again later."),
    "ServiceUnavailable": (SourceBusy, "list", "The store is not available", "Try again later."),
    "InternalError": (SourceBusy, "list", "The store failed", "Try again later."),
    "RequestTimeout": (ConnectionTimeout, "list", "The store did not get the request in time", "Try again."),
}  # fmt: skip
_STATUSES = {401: "AccessDenied", 403: "AccessDenied", 404: "NoSuchBucket"}
_STATUSES |= {301: "PermanentRedirect", 500: "InternalError", 503: "ServiceUnavailable"}
CHECK_ADDRESS = "Check the endpoint, and that a firewall lets this machine through."
TRUST = "Add the certificate authority to the file that SSL_CERT_FILE names, or renew the server's certificate."


def code_of(error: BaseException) -> str:
    """Return S3's code of an error, or an empty text."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, boto.ClientError) else ""


def of(error: BaseException, settings: S3Settings, step: str | None = None) -> ConnectorError:
    """Return what an error of botocore's means; `step` where it is known better than by the code."""
    if isinstance(error, ConnectorError):
        return error
    return _of_answer(error, step) if isinstance(error, boto.ClientError) else _of_link(error, settings, step)


def _of_link(error: BaseException, settings: S3Settings, step: str | None) -> ConnectorError:
    if isinstance(error, boto.SSLError):
        return _of_tls(error, settings)
    if isinstance(error, boto.ConnectTimeoutError | boto.ReadTimeoutError):
        return timed_out(settings, "dial" if isinstance(error, boto.ConnectTimeoutError) else step or "login")
    if isinstance(error, boto.EndpointConnectionError):
        return ConnectionFailed(
            f"{settings.host}:{settings.port} refuses connections", step="dial", remedy=CHECK_ADDRESS
        )
    if isinstance(error, boto.HTTPClientError | OSError):
        return ConnectionFailed("The link to the store broke", step=step or "dial", remedy="Try again.")
    remedy = "Check that it is an S3 service that answers there."
    return ReadRefused(f"The answer is none of S3's ({type(error).__name__})", step=step or "login", remedy=remedy)


def _of_answer(error: boto.ClientError, step: str | None) -> ConnectorError:
    code = code_of(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    known = _CODES.get(code) or _CODES.get(_STATUSES.get(status, ""))
    if known is None:
        said = "".join(each for each in code if each.isalnum())[:60] or f"status {status}"
        return ReadRefused(f"The store refused: {said}", step=step or "list", remedy="Look it up in S3's error codes.")
    kind, usual, message, remedy = known
    at = usual if kind is InvalidCredentials or usual == "bucket" else step or usual
    return kind(message, step=at, remedy=remedy)


def _of_tls(error: BaseException, settings: S3Settings) -> ConnectorError:
    said = str(error)
    if "timed out" in said:
        return timed_out(settings, "tls")
    if "doesn't match" in said or "mismatch" in said:
        message, remedy = "The certificate is for another name", "Use the certificate's name in endpoint."
    elif "CERTIFICATE_VERIFY_FAILED" in said or "certificate" in said:
        message, remedy = "The certificate cannot be trusted", TRUST
    else:
        message, remedy = "TLS could not be agreed", "Check that the endpoint speaks TLS; else write http://."
    return TlsFailed(message, step="tls", remedy=remedy)


def resolved(guard: OutboundGuard, host: str, port: int, deadline: Deadline) -> Target:
    """Return where to dial, or raise ConnectorError with the guard's verdict."""
    try:
        return guard.resolve(host, port, deadline.left)
    except BadAddress as error:
        remedy = "Use another endpoint, or have an administrator allow this one."
        raise AddressRefused(error.message.rstrip("."), step="address", remedy=remedy) from None
    except AddressUnknown as error:
        remedy = "Check the endpoint's and the bucket's spelling, the region, and this machine's name servers."
        raise AddressRefused(error.message.rstrip("."), step="resolve", remedy=remedy) from None
    except ResolverSilent:
        message = f"{host} was not resolved in time"
        raise ConnectionTimeout(message, step="resolve", remedy="Check this machine's name servers.") from None


def timed_out(settings: S3Settings, step: str) -> ConnectionTimeout:
    """Say that the store did not answer within the connection timeout."""
    message = f"{settings.host}:{settings.port} did not answer within {settings.connection_timeout} s"
    return ConnectionTimeout(message, step=step, remedy=CHECK_ADDRESS)


def over_time(step: str) -> ConnectionTimeout:
    """Say that the work as a whole took too long."""
    return ConnectionTimeout("The work did not end within its time limit", step=step, remedy="Narrow prefix.")


def cancelled(step: str) -> Cancelled:
    """Say that somebody asked to stop."""
    return Cancelled("Stopped on request", step=step, remedy="Start it again when you need it.")
