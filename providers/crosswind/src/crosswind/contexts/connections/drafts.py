"""From what a client sends to what is stored on each side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from crosswind.connectors.connector_type import ConnectorType
from crosswind.connectors.registry import ConnectorRegistry
from crosswind.contexts.connections import configuration as settings_of
from crosswind.contexts.connections import secrecy
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.ports import Stored
from crosswind.contexts.connections.repository import ATTRIBUTES
from crosswind.contexts.connections.schemas import ConnectionBody
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Conflict, Forbidden, Invalid

SERVER_OWNED = frozenset({"created", "updated", "status", "version", "governedTags"})
COLUMNS = {
    "name": "name",
    "provider": "provider",
    "owner": "owner",
    "environment": "environment",
    "aiZone": "ai_zone",
}
"""Words of the body that are columns as they stand."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A body taken apart: columns and document for our record, settings and secrets for Airflow."""

    connector: ConnectorType
    columns: dict[str, Any]
    document: dict[str, Any]
    settings: BaseModel
    discovery: settings_of.DiscoveryPlan
    compliance: settings_of.CompliancePlan
    description: str | None

    def apply(self, row: ConnectionRow, now: datetime) -> None:
        """Write our side to its row; a schedule that stays keeps its next time, counted from `now` otherwise."""
        known = (row.document or {}).get("configuration", {})
        before = settings_of.DiscoveryPlan.model_validate(known.get("discovery") or {})
        if row.discovery_next_at is None or before.schedule != self.discovery.schedule:
            row.discovery_next_at = settings_of.check_schedule(self.discovery, now)
        judged = known.get("compliance") or {}
        if row.compliance_next_at is None or judged.get("schedule") != self.compliance.schedule:
            row.compliance_next_at = settings_of.next_scan(self.compliance, now)
        for name, value in self.columns.items():
            setattr(row, name, value)
        row.document = self.document


def find_connector(
    registry: ConnectorRegistry, body: ConnectionBody, expected: ConnectorType | None = None
) -> ConnectorType:
    """The connector that a body's `subType` or `type` means, or `Invalid` with those that are installed."""
    word = body.sub_type or body.type
    if word is None and expected is not None:
        return expected
    if word is None:
        raise Invalid("type is needed, or subType: the system to connect to", field="type", known=known(registry))
    kinds = {each.kind for each in registry}
    if body.sub_type is None and body.type in kinds and expected is None:
        raise Invalid(
            f"type '{body.type}' is a kind; say which system in subType", field="subType", known=known(registry)
        )
    found = expected if body.sub_type is None and expected and body.type == expected.kind else registry.find(word)
    if found is None:
        field = "subType" if body.sub_type else "type"
        raise Invalid(
            f"No connector is installed for '{word[:64]}'; installed are {', '.join(known(registry))}",
            field=field,
            known=known(registry),
        )
    _check_kind(body, found, expected)
    return found


def known(registry: ConnectorRegistry) -> list[str]:
    """The systems that connectors are installed for."""
    return sorted(each.name for each in registry)


def _check_kind(body: ConnectionBody, found: ConnectorType, expected: ConnectorType | None) -> None:
    if expected is not None and found.name != expected.name:
        raise Invalid(f"This path makes {expected.title} connections, not '{found.name}'", field="subType")
    if body.type is not None and body.type != found.kind and body.type.lower() not in found.words:
        raise Invalid(f"type '{body.type[:64]}' does not fit {found.title}, which is a {found.kind}", field="type")


def draft(body: ConnectionBody, connector: ConnectorType, shown_credentials: Mapping[str, Any] | None) -> Draft:
    """Take a body apart; `shown_credentials` is what our record keeps of its credentials, None for none."""
    sent = body.model_dump(by_alias=True, exclude_unset=True)
    secrecy.refuse_secrets(sent)
    settings = settings_of.read_settings(connector, body.configuration)
    columns = _columns(body, sent) | {"type": connector.kind, "sub_type": body.sub_type or connector.name}
    document = _document(sent)
    document["configuration"] = settings_of.part(connector, body.configuration, settings)
    if shown_credentials is not None:
        document["credentials"] = dict(shown_credentials)
    discovery = settings_of.check_discovery(body.configuration)
    compliance = settings_of.check_compliance(body.configuration, datetime.now(UTC))
    described = sent.get("description")
    if described is not None and not isinstance(described, str):
        raise Invalid("description is a text", field="description")
    return Draft(connector, columns, document, settings, discovery, compliance, described)


def _columns(body: ConnectionBody, sent: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{column: sent.get(word) for word, column in COLUMNS.items()},
        "region": _text(body.network, "network", "region"),
        "data_classification": _text(body.compliance, "compliance", "dataClassification"),
    }


def _document(sent: Mapping[str, Any]) -> dict[str, Any]:
    taken = SERVER_OWNED | {"id", "type", "subType", "configuration", "credentials", *COLUMNS}
    return {word: value for word, value in sent.items() if word not in taken and value is not None}


def governance(row: ConnectionRow, body: ConnectionBody) -> None:
    """Write what a body says beside the address and its secrets."""
    sent = body.model_dump(by_alias=True, exclude_unset=True)
    for name, value in _columns(body, sent).items():
        setattr(row, name, value)
    row.document = _document(sent)


def part_credentials(connector: ConnectorType, given: Mapping[str, Any]) -> tuple[secrecy.Tree, secrecy.Tree]:
    """Credentials as our record keeps them, and the secrets; the connector's own names count as no secrets."""
    names = frozenset(connector.credential_fields) - connector.secret_fields
    for name in connector.credential_fields:
        if not isinstance(given.get(name), str | None):
            raise Invalid(f"credentials.{name} is a text", field=f"credentials.{name}")
    return secrecy.part(given, names)


def to_stored(
    made: Draft, shown: Mapping[str, Any], secret: Mapping[str, Any], *, before: Stored | None, marked: bool
) -> Stored:
    """The Airflow side of a draft."""
    connector = made.connector
    login = settings_of.login(connector, {key: shown[key] for key in shown if not _refers(shown[key])}, secret)
    fields = settings_of.stored_fields(connector, made.settings, login, before)
    more = {key: value for key, value in secret.items() if key not in login}
    said = made.description if marked or before is None else before.description
    return Stored(fields, more, said, marked)


def with_credentials(
    connector: ConnectorType, before: Stored, shown: Mapping[str, Any], secret: Mapping[str, Any]
) -> Stored:
    """The Airflow side with other credentials and nothing else changed."""
    settings = settings_of.resolve(connector, replace(before, problem=None)).settings
    if settings is None:
        raise Conflict("The Airflow connection cannot be read; store the whole connection with PUT")
    login = settings_of.login(connector, {key: shown[key] for key in shown if not _refers(shown[key])}, secret)
    fields = settings_of.stored_credentials(connector, settings, login, before)
    more = {key: value for key, value in secret.items() if key not in login}
    return replace(before, fields=fields, more=more, problem=None)


def without_login(connector: ConnectorType, shown: Mapping[str, Any]) -> secrecy.Tree:
    """What our record keeps of the shown part: not what Airflow's own fields hold."""
    return {
        key: value
        for key, value in shown.items()
        if key not in connector.credential_fields or not isinstance(value, str) or _refers(value)
    }


def _refers(value: object) -> bool:
    return secrecy.is_reference(value)


def check_grants(actor: Actor, row: ConnectionRow) -> None:
    """Refuse values of attributes that the actor was not granted: it could not see the connection itself."""
    for name, column in ATTRIBUTES.items():
        value = getattr(row, column.key)
        if name in actor.attributes and value not in actor.attributes[name]:
            raise Forbidden(f"'{actor.name}' is not granted {name} '{value}'", field=name)


def _text(section: Mapping[str, Any] | None, name: str, word: str) -> str | None:
    value = (section or {}).get(word)
    if value is not None and (not isinstance(value, str) or len(value) > 255):
        raise Invalid(f"{name}.{word} is a text of at most 255 characters", field=f"{name}.{word}")
    return value
