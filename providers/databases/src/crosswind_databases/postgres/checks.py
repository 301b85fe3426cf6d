"""The check: named steps from the address to what the role may read, under one deadline."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import psycopg

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.errors import ConnectorError
from crosswind.connectors.port import Credentials
from crosswind.connectors.steps import Steps
from crosswind.connectors.types import CheckStep
from crosswind.kit.outbound import OutboundGuard, normal_host
from crosswind_databases.postgres import faults
from crosswind_databases.postgres.checks_sql import FACTS, Facts
from crosswind_databases.postgres.dial import Dialler, Link, Phase, timed_out
from crosswind_databases.postgres.resolving import resolve
from crosswind_databases.postgres.session import CATALOG, reading
from crosswind_databases.postgres.settings import PostgresSettings
from crosswind_databases.postgres.watch import Watch

GATES = ("address", "resolve", "dial", "tls", "login", "database", "read catalog", "version", "read-only")
CAPABILITIES = ("statement timeout", "replica", "schemas", "tables", "least privilege", "server identity")
OLDEST = 120_000


class Checks:
    """One run of the check."""

    def __init__(
        self,
        settings: PostgresSettings,
        credentials: Credentials,
        guard: OutboundGuard,
        cancelled: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._guard = guard
        self._cancelled = cancelled
        self._deadline = Deadline.after(settings.connection_timeout)
        self._steps = Steps(GATES, CAPABILITIES)

    def run(self) -> list[CheckStep]:
        """Return every step in order; those behind a failed gate are skipped."""
        try:
            self._all()
        except ConnectorError as error:
            self._steps.note(error.step, "failed", error.reason, error.remedy, code=error.code)
        return self._steps.all()

    def _all(self) -> None:
        since = time.monotonic()
        target = resolve(self._guard, self._settings, self._deadline)
        self._steps.note(
            "address", "passed", f"{normal_host(self._settings.host)}:{self._settings.port} may be dialled"
        )
        self._steps.note("resolve", "passed", f"{target.host} is {', '.join(target.addresses)}", since=since)
        dialler = Dialler(self._settings, self._credentials, self._deadline, self._cancelled)
        link = dialler.open(target, self._phase)
        with contextlib.closing(link):
            self._tls(link)
            self._steps.note("database", "passed", f"Connected to {self._settings.database}")
            self._look(link)

    def _phase(self, phase: Phase, milliseconds: float) -> None:
        message = {"dial": "The port is open", "tls": "TLS is agreed", "login": "The server accepted the login"}[phase]
        self._steps.note(phase, "passed", message, milliseconds=milliseconds)

    def _tls(self, link: Link) -> None:
        mode, spent = self._settings.tls, self._steps.spent("tls")
        if not link.pgconn.ssl_in_use:
            remedy = "Set ssl to true when the server speaks TLS."
            self._steps.note("tls", "warning", "The link is not encrypted", remedy, milliseconds=spent)
        elif mode == "verify-full":
            self._steps.note(
                "tls", "passed", f"Encrypted, certificate verified for {self._settings.host}", milliseconds=spent
            )
        elif mode == "verify-ca":
            remedy = "Use sslMode verify-full."
            self._steps.note(
                "tls", "warning", "Encrypted, but the certificate's name is not checked", remedy, milliseconds=spent
            )
        else:
            remedy = "Use sslMode verify-full: without it anybody on the way can pose as the server."
            self._steps.note(
                "tls", "warning", "Encrypted, but the certificate is not verified", remedy, milliseconds=spent
            )

    def _look(self, link: Link) -> None:
        since = time.monotonic()
        watch = Watch(link, self._deadline, self._cancelled)
        try:
            with watch, reading(link, self._deadline, CATALOG):
                row = link.execute(FACTS).fetchone()
        except psycopg.Error as error:
            if watch.stopped:
                raise faults.cancelled("read catalog") from None
            if watch.timed_out:
                raise timed_out(self._settings, "read catalog") from None
            raise faults.of_statement(error, "read catalog") from None
        facts = Facts(*(row or ()))
        self._steps.note(
            "read catalog", "passed", f"{facts.tables} tables and views in {facts.schemas} schemas", since=since
        )
        self._judge(facts)

    def _judge(self, facts: Facts) -> None:
        if facts.version < OLDEST:
            remedy = "Use PostgreSQL 12 or newer."
            self._steps.note(
                "version", "failed", f"PostgreSQL {facts.version_text} is too old", remedy, code="CONN_001"
            )
            return
        self._steps.note("version", "passed", f"PostgreSQL {facts.version_text}")
        self._steps.note("read-only", "passed", "Every transaction of Crosswind is read-only at the server")
        limit = self._settings.statement_timeout
        said = f"Statements end after {limit} s" if limit else "Statements have no limit but each task's own"
        self._steps.note("statement timeout", "passed", said)
        self._steps.note("replica", "passed", "A standby: reading is fine" if facts.standby else "A primary")
        for finding in facts.capabilities():
            self._steps.note(*finding)
