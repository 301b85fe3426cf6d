"""The check: named steps from the address to what the login may read, under one deadline."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.errors import AddressRefused, ConnectionTimeout, ConnectorError
from crosswind.connectors.port import Credentials
from crosswind.connectors.steps import Steps
from crosswind.connectors.types import CheckStep
from crosswind.kit.outbound import OutboundGuard
from crosswind_object_stores.layout.grouping import ARCHIVED
from crosswind_object_stores.readers.source import Unreadable
from crosswind_object_stores.s3 import bucket, faults
from crosswind_object_stores.s3.settings import S3Settings
from crosswind_object_stores.s3.store import FAILURES, Store
from crosswind_object_stores.s3.watch import Watch

GATES = ("address", "resolve", "dial", "tls", "login", "bucket", "list")
CAPABILITIES = ("read", "region", "public access", "encryption", "versioning")


class Checks:
    """One run of the check."""

    def __init__(
        self, settings: S3Settings, credentials: Credentials, guard: OutboundGuard, cancelled: Callable[[], bool]
    ) -> None:
        self._settings = settings
        self._store = Store(settings, credentials, guard)
        self._cancelled = cancelled
        self._deadline = Deadline.after(settings.connection_timeout)
        self._steps = Steps(GATES, CAPABILITIES)

    def run(self) -> list[CheckStep]:
        """Return every step in order; those behind a failed gate are skipped."""
        watch = Watch(self._store.wire, self._deadline, self._cancelled)
        try:
            with contextlib.closing(self._store), watch:
                self._all()
        except FAILURES as error:
            self._fail(self._meant(error, watch))
        return self._steps.all()

    def _meant(self, error: BaseException, watch: Watch) -> ConnectorError:
        if watch.stopped:
            return faults.cancelled("list")
        return faults.of(error, self._settings)

    def _fail(self, error: ConnectorError) -> None:
        """Note a failure at its step, and what was passed on the way there."""
        step = error.step if error.step in GATES else "list"
        for name in GATES[: GATES.index(step)]:
            if name == "tls":
                self._tls()
            elif name == "login":
                self._login()
            elif name not in self._steps:
                self._steps.note(name, "passed", _PASSED[name], milliseconds=self._spent(name))
        self._steps.note(step, "failed", error.reason, error.remedy, code=error.code)

    def _all(self) -> None:
        since = time.monotonic()
        settings = self._settings
        host = settings.host if settings.addressing == "path" else f"{settings.bucket}.{settings.host}"
        target = self._store.wire.resolve(host, settings.port)
        self._steps.note("address", "passed", f"{host}:{settings.port} may be dialled")
        self._steps.note("resolve", "passed", f"{host} is {', '.join(target.addresses[:4])}", since=since)
        found = self._store.first()
        self._steps.note("dial", "passed", _PASSED["dial"], milliseconds=self._spent("dial"))
        self._tls()
        self._login()
        self._steps.note("bucket", "passed", f"The bucket {settings.bucket} is there")
        entries = found.get("Contents", ())
        under = f"under {settings.prefix}" if settings.prefix else "in it"
        self._steps.note("list", "passed", f"Keys {under} can be listed" if entries else f"There is no key {under}")
        self._read()
        self._look()

    def _login(self) -> None:
        anonymous = self._store.clients.anonymous
        said = "Without a login: requests are not signed" if anonymous else "The store accepted the login"
        self._steps.note("login", "passed", said)

    def _spent(self, name: str) -> float:
        return self._store.wire.spent.get(name, 0.0)

    def _tls(self) -> None:
        mode, spent = self._settings.tls, self._spent("tls")
        if mode == "disable":
            remedy = "Use an https:// endpoint where the store has one."
            self._steps.note("tls", "warning", "The link is not encrypted", remedy, milliseconds=spent)
        elif mode == "verify-full":
            self._steps.note("tls", "passed", "Encrypted, certificate verified", milliseconds=spent)
        else:
            remedy = "Set verifyCertificate to true: without it anybody on the way can pose as the store."
            self._steps.note(
                "tls", "warning", "Encrypted, but the certificate is not verified", remedy, milliseconds=spent
            )

    def _read(self) -> None:
        since = time.monotonic()
        page = next(self._store.pages(size=100), [])
        entry = next((each for each in page if each[1] and each[3] not in ARCHIVED), None)
        if entry is None:
            self._steps.note("read", "passed", "There is no object to try", since=since)
            return
        try:
            self._store.fetch(entry[0], 0, 1)
        except Unreadable as error:
            remedy = "Allow it s3:GetObject (and kms:Decrypt on the key): without it datasets have no columns."
            self._steps.note("read", "warning", f"An object cannot be read. {error}", remedy, since=since)
        else:
            self._steps.note("read", "passed", "Objects can be read", since=since)

    def _look(self) -> None:
        """Look at what else the login may see; none of it stops a crawl."""
        try:
            told = bucket.facts(self._store)
        except FAILURES as error:
            found = faults.of(error, self._settings)
            if isinstance(found, ConnectionTimeout | AddressRefused):
                return
            raise
        self._steps.note("region", "passed", f"Requests are signed for {self._settings.region_name}")
        self._judge("public access", told["publicAccess"], _PUBLIC)
        self._judge("encryption", told["encryptedAtRest"], _ENCRYPTION)
        self._judge("versioning", told["versioned"], _VERSIONING)

    def _judge(self, name: str, told: bool | str, said: tuple[str, str, str]) -> None:
        yes, no, permission = said
        if told == bucket.UNKNOWN:
            self._steps.note(name, "warning", "This is not known", f"Allow {permission} to see it in the catalog.")
        else:
            self._steps.note(name, "passed", yes if told else no)


_PASSED = {
    "address": "The endpoint may be dialled",
    "resolve": "The endpoint has an address",
    "dial": "The port is open",
    "bucket": "The bucket is there",
}
_PUBLIC = (
    "Anybody can read the bucket without a login",
    "The bucket is closed to the public",
    "s3:GetBucketPolicyStatus, s3:GetBucketPublicAccessBlock and s3:GetBucketAcl",
)
_ENCRYPTION = (
    "New objects are encrypted at rest",
    "New objects are not encrypted at rest by default",
    "s3:GetEncryptionConfiguration",
)
_VERSIONING = ("Earlier versions are kept", "Earlier versions are not kept", "s3:GetBucketVersioning")
