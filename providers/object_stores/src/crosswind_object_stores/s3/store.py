"""One bucket over one wire: pages of a listing, and parts of objects; never a whole object, never a write."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from crosswind.connectors.errors import ConnectorError, InvalidCredentials
from crosswind.kit.outbound import OutboundGuard
from crosswind_object_stores.layout.grouping import Entry
from crosswind_object_stores.readers.source import Unreadable
from crosswind_object_stores.s3 import faults
from crosswind_object_stores.s3.clients import Clients
from crosswind_object_stores.s3.settings import S3Settings
from crosswind_object_stores.s3.wire import Wire

FAILURES = (BotoCoreError, ClientError, HTTPError, OSError, ConnectorError)
"""What a request can end with."""
ATTEMPTS = 3
PAGE = 1000
"""Keys of a page: as many as S3 gives."""
_DEPLOYMENT = "x-minio-deployment-id"
_OF_AN_OBJECT = {
    "NoSuchKey": "It was deleted while it was read",
    "InvalidObjectState": "It is archived, and would have to be restored first",
    "AccessDenied": "The login may not read it",
    "InvalidRange": "It became shorter while it was read",
    "KMS.DisabledException": "Its key is disabled",
    "KMS.NotFoundException": "Its key is gone",
    "InvalidRequest": "It is encrypted with a key that only its owner has",
}


class Store:
    """What the connector's verbs ask of S3."""

    def __init__(self, settings: S3Settings, credentials: Mapping[str, str], guard: OutboundGuard) -> None:
        self.settings = settings
        self.wire = Wire(settings, guard)
        self.clients = Clients(settings, credentials, self.wire)
        self.deployment = ""

    def first(self) -> dict[str, Any]:
        """Ask for one key: the cheapest request that says whether bucket and login are right."""
        found = self.clients.s3().list_objects_v2(
            Bucket=self.settings.bucket, Prefix=self.settings.prefix, MaxKeys=1, FetchOwner=False
        )
        self._note(found)
        return dict(found)

    def pages(self, prefix: str | None = None, size: int | None = None) -> Iterator[list[Entry]]:
        """List keys page by page, in the store's order; directory markers (keys that end in a slash) are left in."""
        asked: dict[str, Any] = {"Bucket": self.settings.bucket, "MaxKeys": size or PAGE}
        asked["Prefix"] = self.settings.prefix if prefix is None else prefix
        for page in self._listed(asked):
            yield [_entry(each) for each in page.get("Contents", ())]

    def folders(self, prefix: str) -> Iterator[list[str]]:
        """List the folders that stand directly below a prefix, each with its last slash, page by page."""
        asked = {"Bucket": self.settings.bucket, "MaxKeys": PAGE, "Prefix": prefix, "Delimiter": "/"}
        for page in self._listed(asked):
            yield [each["Prefix"] for each in page.get("CommonPrefixes", ())]

    def _listed(self, asked: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
        while True:
            page = self.clients.s3().list_objects_v2(**asked)
            self._note(page)
            yield page
            if not page.get("IsTruncated") or not page.get("NextContinuationToken"):
                return
            asked["ContinuationToken"] = page["NextContinuationToken"]

    def fetch(self, key: str, start: int, length: int) -> bytes:
        """Read a part of an object; Unreadable when that lies at the object, ConnectorError when at the store."""
        for attempt in range(ATTEMPTS):
            try:
                return self._part(key, start, length)
            except ClientError as error:
                raise self._fault(error) from None
            except (HTTPError, BotoCoreError, OSError) as error:
                if attempt == ATTEMPTS - 1 or self.wire.stopped() or not self.wire.deadline.left:
                    raise faults.of(error, self.settings, "read") from None
        raise AssertionError("the last attempt returns or raises")

    def _part(self, key: str, start: int, length: int) -> bytes:
        wanted = f"bytes={start}-{start + length - 1}"
        answer = self.clients.s3().get_object(Bucket=self.settings.bucket, Key=key, Range=wanted)
        with contextlib.closing(answer["Body"]) as body:
            if start and answer["ResponseMetadata"]["HTTPStatusCode"] != 206:
                raise Unreadable("The store gives it as a whole only")
            return _exactly(body, length)

    def _fault(self, error: ClientError) -> Exception:
        code = faults.code_of(error)
        known = next((said for word, said in _OF_AN_OBJECT.items() if word in code), None)
        found = faults.of(error, self.settings, "read")
        if known is None and (isinstance(found, InvalidCredentials) or found.transient):
            return found
        return Unreadable(known or f"The store refused to give it ({code[:40] or 'no reason'})")

    def ask(self, name: str, **others: Any) -> Any:
        """Call one reading operation on the bucket."""
        call: Callable[..., Any] = getattr(self.clients.s3(), name)
        return call(Bucket=self.settings.bucket, **others)

    def _note(self, answer: Mapping[str, Any]) -> None:
        headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        self.deployment = str(headers.get(_DEPLOYMENT) or self.deployment)[:100]

    def identity(self) -> str:
        """Return what names the bucket itself: Amazon's names are unique in the world, others' in their deployment."""
        where = self.deployment or ("aws" if self.settings.endpoint is None else self.settings.host)
        return f"s3:{where}:{self.settings.bucket}"

    def close(self) -> None:
        """Close every connection."""
        self.wire.close()


def _entry(found: Mapping[str, Any]) -> Entry:
    changed = found["LastModified"]
    return found["Key"], found["Size"], f"{changed:%Y-%m-%dT%H:%M:%SZ}", found.get("StorageClass", "STANDARD")


def _exactly(body: Any, length: int) -> bytes:
    """Read at most `length` bytes, whatever the store says or sends."""
    parts: list[bytes] = []
    left = length
    while left and (part := body.read(min(left, 64 * 1024))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
