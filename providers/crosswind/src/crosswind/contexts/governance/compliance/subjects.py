"""From rows to facts: what is known of a connection, an asset or a column, in the words that rules use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.governance.compliance.facts import FACTS, SECURITY, UNKNOWN, Facts, Unknown
from crosswind.contexts.governance.compliance.ports import Configured
from crosswind.contexts.governance.compliance.statements import LONGEST, encrypted, retained, stated

_PCI = frozenset({"pci", "pci-dss"})


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that rules are about; both keys are None for the connection itself."""

    facts: Facts
    owner: str | None
    asset_key: int | None = None
    column_key: int | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What everything on a connection shares: its own facts, the tenant's levels, and the buckets by name."""

    connection: Facts
    levels: Mapping[str, int]
    buckets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class Audit:
    """The state of the tenant's audit; `intact` is None when nothing is sealed yet."""

    intact: bool | None
    oldest_unsealed_at: datetime | None


def told(source: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the facts that a scan sent which rules can ask for, each of its kind: all that is kept of them."""
    return {
        name: source[name]
        for name, fact in SECURITY.items()
        if name in source and _fits(FACTS[fact].kind, source[name])
    }


def _fits(kind: str, value: object) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if not isinstance(value, str) or len(value) > LONGEST:
        return False
    return kind != "time" or _moment(value)


def _moment(value: str) -> bool:
    try:
        return bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def of_connection(
    row: ConnectionRow, source: Mapping[str, Any] | None, configured: Configured, audit: Audit
) -> Subject:
    """The facts of a connection; `source` is what its last scan told, None without one."""
    compliance = _section(row.document, "compliance")
    at_rest = (source or {}).get("encryptedAtRest")
    encryption = compliance.get("encryption")
    at_rest_stated = encrypted(encryption)
    tags = [*_tags(row.document.get("tags")), *row.governed_tags]
    facts: dict[str, object] = {
        "connection.type": row.type,
        "connection.subType": row.sub_type,
        "connection.environment": row.environment,
        "connection.region": row.region,
        "connection.owner": row.owner,
        "connection.dataClassification": row.data_classification,
        "connection.tags": tags,
        "connection.retention": retained(compliance.get("retention")),
        "connection.pciScope": _pci(tags) or compliance.get("pciScope") is True,
        "connection.tlsMode": configured.tls_mode,
        "connection.encryptedAtRest": at_rest_stated if at_rest is None else at_rest,
        "connection.encryptionStated": stated(encryption) if at_rest_stated is True else None,
        "connection.plainSecrets": configured.plain_secrets,
        "credentials.updatedAt": row.credentials_updated_at or UNKNOWN,
        "audit.intact": UNKNOWN if audit.intact is None else audit.intact,
        "audit.oldestUnsealedAt": audit.oldest_unsealed_at,
        **{fact: (source or {}).get(name, UNKNOWN) for name, fact in SECURITY.items()},
    }
    return Subject(facts, row.owner)


def of_asset(row: Any, around: Around) -> Subject:
    """The facts of an asset and of the connection that it is on."""
    facts = asset_facts(row, around)
    owner = facts["asset.owner"]
    return Subject({**around.connection, **facts}, str(owner) if owner else None, row.key)


def asset_facts(row: Any, around: Around) -> dict[str, object]:
    """The facts of an asset alone."""
    own = row.dataset_facts or {}
    bucket = around.buckets.get(row.schema or "", {}) if row.type == "DATASET" else {}
    connection = around.connection
    at_rest = _yes(own, bucket, "encryptedAtRest")
    return {
        "asset.type": row.type,
        "asset.typeDetail": row.type_detail,
        "asset.schema": row.schema,
        "asset.name": row.name,
        "asset.owner": stated(row.owner) or connection["connection.owner"],
        "asset.tags": row.tags,
        "asset.classification": row.classification,
        "asset.classificationLevel": _level(row.classification, around.levels),
        "asset.retention": retained(row.retention) or connection["connection.retention"],
        "asset.personalData": _found(row, around),
        "asset.pciScope": _pci(row.tags) or connection["connection.pciScope"],
        "asset.encryptedAtRest": connection["connection.encryptedAtRest"] if at_rest is UNKNOWN else at_rest,
        "asset.publicAccess": _yes(own, bucket, "publicAccess"),
        "asset.openToAllLogins": _yes(own, bucket, "openToAllLogins"),
        "asset.versioned": _yes(own, bucket, "versioned"),
        "asset.lifecycle": _yes(own, bucket, "lifecycle"),
    }


def of_column(row: Any, asset: Subject, around: Around) -> Subject:
    """The facts of a column and of the asset that it is in."""
    found = _found(row, around)
    known = found is not UNKNOWN
    facts = {
        "column.name": row.name,
        "column.dataType": row.data_type,
        "column.tags": row.tags,
        "column.classification": row.classification,
        "column.personalData": found,
        "column.confirmedData": list(row.confirmed or ()) if known else UNKNOWN,
        "column.confidence": row.confidence if known else UNKNOWN,
    }
    return Subject({**asset.facts, **facts}, asset.owner, asset.asset_key, row.key)


def _found(row: Any, around: Around) -> list[str] | Unknown:
    """The kinds found in something; none is an answer only where all of it was looked at."""
    if not around.scanned or (row.unseen and not row.kinds):
        return UNKNOWN
    return list(row.kinds or ())


def _section(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}


def _tags(given: object) -> list[str]:
    if isinstance(given, Mapping):
        pairs = [(str(name), each) for name, each in given.items()]
        return [word for name, each in pairs for word in (name, f"{name}:{each}")]
    return [str(each) for each in given] if isinstance(given, list) else []


def _pci(tags: Sequence[str]) -> bool:
    return any(tag.lower() in _PCI for tag in tags)


def _level(classification: str | None, levels: Mapping[str, int]) -> object:
    return None if classification is None else levels.get(classification, UNKNOWN)


def _yes(own: Mapping[str, Any], bucket: Mapping[str, Any], name: str) -> object:
    """What a dataset, or else its bucket, says of itself; a word instead of yes or no means that nobody could tell."""
    for facts in (own, bucket):
        if facts and isinstance(value := facts.get(name), bool):
            return value
    return UNKNOWN
