"""A connection's `configuration`: parted between our record and Airflow, and put together again.

What the connector can read back from the Airflow connection (host, port, database, TLS …) is kept there alone; our
record knows only which of its words were given. What no connector interprets is kept as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crosswind.connectors.connector_type import AirflowFields, ConnectorType
from crosswind.connectors.patterns import Patterns
from crosswind.contexts.connections import extras
from crosswind.contexts.connections.ports import Stored
from crosswind.contexts.connections.schedules import COMPLIANCE, DISCOVERY, next_after
from crosswind.contexts.connections.secrecy import Tree, merge
from crosswind.kit import problems
from crosswind.kit.errors import Invalid

GIVEN = "_given"
"""The key in a document's `configuration` that lists the words whose values Airflow holds."""

_TLS = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class DiscoveryPlan(BaseModel):
    """`configuration.discovery`: when to crawl and what."""

    model_config = ConfigDict(extra="allow")

    schedule: str | None = Field(None, max_length=200)
    include: list[str] = Field(default_factory=list)
    exclude: list[str] = Field(default_factory=list)


class CompliancePlan(BaseModel):
    """`configuration.compliance`: when to scan."""

    model_config = ConfigDict(extra="allow")

    schedule: str | None = Field(None, max_length=200)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a connector is opened with; `problem` says why an Airflow connection could not be read."""

    settings: BaseModel | None
    credentials: dict[str, str]
    problem: str | None = None


def read_settings(connector: ConnectorType, configuration: Mapping[str, Any]) -> BaseModel:
    """The connector's settings, or `Invalid` naming the field."""
    try:
        return connector.settings.model_validate(dict(configuration))
    except ValidationError as error:
        raise _invalid(error, "configuration") from None


def check_discovery(configuration: Mapping[str, Any]) -> DiscoveryPlan:
    """The plan in `configuration.discovery`, its schedule and patterns checked."""
    given = configuration.get("discovery")
    where = DISCOVERY.rpartition(".")[0]
    try:
        plan = DiscoveryPlan.model_validate({} if given is None else given)
    except ValidationError as error:
        raise _invalid(error, where) from None
    try:
        Patterns(tuple(plan.include), tuple(plan.exclude))
    except Invalid as error:
        raise Invalid(error.message, field=f"{where}.{error.field}") from None
    return plan


def check_schedule(plan: DiscoveryPlan, moment: Any) -> Any:
    """When the plan is due next, None without a schedule."""
    return next_after(plan.schedule, moment) if plan.schedule else None


def check_compliance(configuration: Mapping[str, Any], moment: Any) -> CompliancePlan:
    """The plan in `configuration.compliance`, its schedule checked."""
    try:
        plan = CompliancePlan.model_validate(configuration.get("compliance") or {})
    except ValidationError as error:
        raise _invalid(error, COMPLIANCE.rpartition(".")[0]) from None
    next_scan(plan, moment)
    return plan


def next_scan(plan: CompliancePlan, moment: Any) -> Any:
    """When the next scan is due, None without a schedule."""
    return next_after(plan.schedule, moment, COMPLIANCE) if plan.schedule else None


def part(connector: ConnectorType, configuration: Mapping[str, Any], settings: BaseModel) -> Tree:
    """What our record keeps of a configuration: what Airflow cannot give back, and the list of what it can."""
    if GIVEN in configuration:
        raise Invalid(f"configuration.{GIVEN} is reserved", field=f"configuration.{GIVEN}")
    meant, held = _words(settings), _words(_round_trip(connector, settings))
    given = [key for key in configuration if key in meant and held.get(key) == meant[key]]
    return {**{key: value for key, value in configuration.items() if key not in given}, GIVEN: given}


def adopted(connector: ConnectorType, stored: Stored) -> Tree:
    """What our record keeps of a configuration that was made in Airflow: the list of the words that say something."""
    found = resolve(connector, stored).settings
    held = _words(found) if found else {}
    return {GIVEN: [key for key, value in held.items() if value is not None]}


def shown(connector: ConnectorType, document: Mapping[str, Any], stored: Stored | None) -> Tree:
    """A connection's configuration as it was given, or, where somebody edited it in Airflow, as it is there."""
    kept = {key: value for key, value in document.items() if key != GIVEN}
    found = resolve(connector, stored).settings if stored else None
    if found is None:
        return kept
    held = _words(found)
    joined = {**kept, **{key: held[key] for key in document.get(GIVEN, ()) if held.get(key) is not None}}
    if _meaning(connector, joined) == held:
        return joined
    ours = {*held, *type(found).model_fields}
    present = {key: value for key, value in held.items() if value is not None and value != _default(found, key)}
    return {key: value for key, value in kept.items() if key not in ours} | present


def resolve(connector: ConnectorType, stored: Stored) -> Resolved:
    """Settings and credentials of an Airflow connection as the connector's allow-list reads them."""
    if stored.problem:
        return Resolved(None, {}, f"{stored.problem}. Store its credentials again")
    if stored.fields.conn_type != connector.conn_type:
        changed = f"In Airflow it is now of type '{stored.fields.conn_type}', not '{connector.conn_type}'"
        return Resolved(None, {}, changed)
    try:
        settings, credentials = connector.from_airflow(stored.fields)
    except ValidationError as error:
        return Resolved(None, {}, _invalid(error, "configuration").message)
    except ValueError:
        return Resolved(None, {}, "Its fields in Airflow cannot be read as a connection of this type")
    return Resolved(settings, credentials)


def stored_fields(
    connector: ConnectorType, settings: BaseModel, credentials: Mapping[str, str], before: Stored | None
) -> AirflowFields:
    """The Airflow fields for a connection; extras that somebody added in Airflow stay, unless they say otherwise."""
    fields = connector.to_airflow(settings, credentials)
    if before is None or before.fields.conn_type != connector.conn_type:
        return fields
    old = resolve(connector, before)
    written = connector.to_airflow(old.settings, old.credentials).extra if old.settings else {}
    return extras.kept(connector, fields, extras.foreign(before.fields.extra, written))


def stored_credentials(
    connector: ConnectorType, settings: BaseModel, credentials: Mapping[str, str], before: Stored
) -> AirflowFields:
    """The Airflow fields with other credentials: what does not hold them stays as it is, however it is spelled."""
    old = connector.to_airflow(settings, resolve(connector, before).credentials)
    made = connector.to_airflow(settings, credentials)
    changed = extras.patched(before.fields.extra, old.extra, made.extra)
    fields = replace(before.fields, login=made.login, password=made.password, extra=changed)
    if connector.from_airflow(fields)[1] == connector.from_airflow(made)[1]:
        return fields
    return stored_fields(connector, settings, credentials, before)


def ignored_extras(connector: ConnectorType, settings: BaseModel, stored: Stored) -> list[str]:
    """The keys of an Airflow connection's extra that Crosswind does not take, with dots for those within another."""
    written = connector.to_airflow(settings, resolve(connector, stored).credentials).extra
    return sorted(".".join(path) for path, _ in extras.foreign(stored.fields.extra, written))


def exposed(connector: ConnectorType, before: BaseModel | None, after: BaseModel) -> str | None:
    """The field whose change would send a stored secret to another server, or there less protected."""
    fields = type(after).model_fields
    if before is None or connector.namespace(before) != connector.namespace(after):
        return "configuration.bucket" if "bucket" in fields else "configuration.host"
    for name in ("endpoint", "sts_endpoint", "region", "account", "url"):
        if getattr(before, name, None) != getattr(after, name, None):
            return f"configuration.{fields[name].alias or name}"
    old, new = (getattr(each, "tls", None) for each in (before, after))
    if old in _TLS and new in _TLS and _TLS.index(new) < _TLS.index(old):
        return "configuration.verifyCertificate" if "verify_certificate" in fields else "configuration.sslMode"
    return None


def login(connector: ConnectorType, kept: Mapping[str, Any], secret: Mapping[str, Any]) -> dict[str, str]:
    """What the connector itself takes of the credentials."""
    joined = merge(kept, secret)
    return {name: value for name in connector.credential_fields if isinstance(value := joined.get(name), str)}


def _round_trip(connector: ConnectorType, settings: BaseModel) -> BaseModel:
    return connector.from_airflow(connector.to_airflow(settings, {}))[0]


def _words(settings: BaseModel) -> Tree:
    return settings.model_dump(mode="json", by_alias=True)


def _meaning(connector: ConnectorType, configuration: Mapping[str, Any]) -> Tree | None:
    try:
        return _words(_round_trip(connector, connector.settings.model_validate(dict(configuration))))
    except ValueError:
        return None


def _default(settings: BaseModel, word: str) -> object:
    fields = type(settings).model_fields
    return next((field.default for name, field in fields.items() if word in (name, field.alias)), None)


def _invalid(error: ValidationError, where: str) -> Invalid:
    told = error.errors(include_url=False, include_input=False)
    return problems.invalid(told, lambda place: ".".join([where, *(str(part)[:64] for part in place)]))
