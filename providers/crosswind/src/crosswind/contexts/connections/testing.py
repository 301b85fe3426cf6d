"""Connections tried: tested and refreshed over the network, validated and judged without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import msgspec

from crosswind.connectors.errors import ConnectorError
from crosswind.connectors.types import CheckStep
from crosswind.contexts.connections import configuration, secrecy
from crosswind.contexts.connections.dialling import Dialler, Source
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.ports import Stored
from crosswind.contexts.connections.records import NOUN, Records, gone, now, require_runnable
from crosswind.contexts.connections.repository import ConnectionRepository, set_status
from crosswind.contexts.connections.schemas import ConnectionHealth, Finding, HealthQuery, TestResult, Validation
from crosswind.contexts.connections.views import MISSING, credentials_of, status_of
from crosswind.kit.errors import Invalid
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import Event, UnitOfWork

Aside = Callable[[], AbstractContextManager[UnitOfWork]]
"""A unit of work of its own for the same actor, committed at its end: for what is kept although the request fails."""


class ConnectionTesting:
    """Reads, lets go of the store, dials, and writes the result; the result is no new version of the connection."""

    def __init__(self, records: Records, dialler: Dialler, aside: Aside) -> None:
        self._records = records
        self._dialler = dialler
        self._aside = aside

    def test(self, identifier: str) -> TestResult:
        """Try a connection step by step."""
        row = self._runnable(identifier)
        stored = self._records.require_stored(row)
        steps = self._unready(row, stored)
        if not steps:
            source = self._source(row, stored)
            self._records.rows.release()
            steps = self._dialler.check(source)
        health = _health(steps)
        self._store(self._records.uow, row, health, "test")
        return {
            "connectionId": row.id,
            "success": health["status"] != "unhealthy",
            "status": health["status"],
            "latencyMs": health["latencyMs"],
            "checkedAt": now(),
            "steps": health["steps"],
        }

    def refresh(self, identifier: str) -> ConnectionHealth:
        """Read the Airflow connection again, ping over a new link, and keep the result; raises ConnectorError."""
        row = self._runnable(identifier)
        stored = self._records.stored(row)
        if stored is None:
            with self._aside() as uow:
                set_status(uow.session, [row.airflow_conn_id], "active", MISSING)
            raise gone(row)
        broken = self._unready(row, stored)
        if broken:
            raise Invalid(broken[0].message, field="configuration", connection_id=row.id)
        source = self._source(row, stored)
        self._records.rows.release()
        try:
            milliseconds = self._dialler.ping(source)
        except ConnectorError as error:
            with self._aside() as uow:
                self._store(uow, row, _health([_failure(error)]), "refresh")
            raise
        step = CheckStep("ping", "passed", True, "The source answered", milliseconds=milliseconds)
        set_status(self._records.uow.session, [row.airflow_conn_id], MISSING, "active")
        health = self._store(self._records.uow, row, _health([step]), "refresh")
        row.health, row.checked_at = health, now()
        return _shown(row, stored)

    def _runnable(self, identifier: str) -> ConnectionRow:
        """A connection that is switched on; one that was missing may have come back."""
        row = self._records.get(identifier)
        if row.status != MISSING:
            require_runnable(row)
        return row

    def _source(self, row: ConnectionRow, stored: Stored) -> Source:
        connector = self._records.connector(row)
        found = configuration.resolve(connector, stored)
        if found.settings is None:
            raise Invalid(found.problem or "", field="configuration")
        _, secret = credentials_of(connector, row, stored)
        return Source(connector, found.settings, found.credentials, secret)

    def _unready(self, row: ConnectionRow, stored: Stored) -> list[CheckStep]:
        """The step that fails before anything can be dialled, if any."""
        findings = [each for each in self._findings(row, stored) if each["level"] == "error"]
        return [
            CheckStep(
                each["field"].partition(".")[0],
                "failed",
                True,
                each["message"],
                remedy="Store the connection again with PUT.",
                code="CONN_003" if each["field"].startswith("credentials") else "CONN_001",
            )
            for each in findings[:1]
        ]

    def _store(self, uow: UnitOfWork, row: ConnectionRow, health: dict[str, Any], action: str) -> dict[str, Any]:
        rows = ConnectionRepository(uow.session, uow.actor)
        rows.store_health(row.key, row.version, health, now())
        facts = {"status": health["status"], "latencyMs": health["latencyMs"], "message": health["message"]}
        uow.record(Event(NOUN, row.id, action, None, facts, connection_id=row.id))
        return health

    def validate(self, identifier: str) -> Validation:
        """Say what is wrong with a connection, or will not work yet, without dialling."""
        row = self._records.get(identifier)
        stored = self._records.stored(row)
        findings = self._findings(row, stored)
        valid = all(each["level"] != "error" for each in findings)
        return {"connectionId": row.id, "valid": valid, "airflowConnId": row.airflow_conn_id, "findings": findings}

    def _findings(self, row: ConnectionRow, stored: Stored | None) -> list[Finding]:
        connector = self._records.registry.find(row.sub_type)
        if connector is None:
            return [_error("subType", f"No connector is installed for '{row.sub_type}'")]
        if stored is None:
            return [_error("id", gone(row).message)]
        found = configuration.resolve(connector, stored)
        if found.settings is None:
            return [_error("configuration", found.problem or "")]
        public, secret = credentials_of(connector, row, stored)
        return [
            *_references(public, secret, connector.secret_fields),
            *_discovery(row),
            *(
                _warning(
                    f"extra.{key}"[:200], f"'{key[:100]}' in the Airflow connection's extra is not taken by Crosswind"
                )
                for key in configuration.ignored_extras(connector, found.settings, stored)
            ),
        ]

    def health(self, identifier: str) -> ConnectionHealth:
        """The last result and its age."""
        row = self._records.get(identifier)
        return _shown(row, self._records.stored(row))

    def health_list(self, query: HealthQuery, window: Window) -> Page[ConnectionHealth]:
        """The last result of each connection that the actor may see."""
        page = self._records.rows.health_page(query.status, window)
        stored = self._records.airflow.read([row.airflow_conn_id for row in page.items])
        return page.map(lambda row: _shown(row, stored.get(row.airflow_conn_id)))


def _references(public: secrecy.Tree, secret: secrecy.Tree, secret_fields: frozenset[str]) -> Iterable[Finding]:
    for field, value in secrecy.references(public):
        name = field.removeprefix("credentials.").removesuffix("Ref")
        said = f"{field} is a {value.partition('://')[0]} reference, and references cannot be resolved yet"
        if name in secret_fields and name not in secret:
            yield _error(field, f"{said}: give the secret itself")
        else:
            yield _warning(field, said)


def _discovery(row: ConnectionRow) -> Iterable[Finding]:
    try:
        plan = configuration.check_discovery(row.document.get("configuration") or {})
        configuration.check_schedule(plan, now())
    except Invalid as error:
        yield _error(error.field or "configuration.discovery", error.message)


def _error(field: str, message: str) -> Finding:
    return {"field": field, "level": "error", "message": message}


def _warning(field: str, message: str) -> Finding:
    return {"field": field, "level": "warning", "message": message}


def _failure(error: ConnectorError) -> CheckStep:
    return CheckStep(error.step, "failed", True, error.reason, remedy=error.remedy, code=error.code)


def _health(steps: list[CheckStep]) -> dict[str, Any]:
    """What is kept of a check: unhealthy when a gate failed, degraded when something else did or warned."""
    failed = next((step for step in steps if step.status == "failed" and step.gate), None)
    doubtful = next((step for step in steps if step.status in {"failed", "warning"}), None)
    told = failed or doubtful
    return {
        "status": "unhealthy" if failed else "degraded" if doubtful else "healthy",
        "latencyMs": round(sum(step.milliseconds for step in steps), 3),
        "message": told.message if told else None,
        "steps": msgspec.to_builtins(steps),
    }


def _shown(row: ConnectionRow, stored: Stored | None) -> ConnectionHealth:
    health = row.health or {}
    age = int((now() - row.checked_at).total_seconds()) if row.checked_at else None
    return {
        "connectionId": row.id,
        "name": row.name,
        "airflowConnId": row.airflow_conn_id,
        "connectionStatus": status_of(row, stored),
        "status": health.get("status", "unknown"),
        "timestamp": row.checked_at,
        "ageSeconds": age,
        "latencyMs": health.get("latencyMs"),
        "message": health.get("message"),
        "checks": {step["name"]: _check(step) for step in health.get("steps", ())},
    }


def _check(step: dict[str, Any]) -> dict[str, Any]:
    """A step in the words of the design's health response."""
    status = {"passed": "healthy", "warning": "degraded", "skipped": "skipped"}.get(step["status"], "unhealthy")
    told = {"status": status, "latency": f"{step.get('milliseconds', 0.0):.0f}ms", "message": step["message"]}
    return told | {key: step[key] for key in ("code", "remedy") if step.get(key)}
