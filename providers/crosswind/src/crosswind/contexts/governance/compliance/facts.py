"""The facts that rules may ask for: only what we really have, by scope, each with its kind.

A fact that is not known is `UNKNOWN`, and no condition over it is ever taken as met; one that is known not to be there
(an owner that nobody named) is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Literal

Scope = Literal["connection", "asset", "column"]
SCOPES: tuple[Scope, ...] = ("connection", "asset", "column")
Kind = Literal["bool", "text", "list", "number", "time"]


class Unknown(Enum):
    """The type of what nobody told us."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown.UNKNOWN
Facts = Mapping[str, object]


@dataclass(frozen=True)
class Fact:
    """What a fact is about, what its values are, and what it says."""

    scope: Scope
    kind: Kind
    says: str


FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "connection.type": Fact("connection", "text", "kind of system: database, storage …"),
        "connection.subType": Fact("connection", "text", "the system, such as postgres"),
        "connection.environment": Fact("connection", "text", "dev, prod …"),
        "connection.region": Fact("connection", "text", "where the source is"),
        "connection.owner": Fact("connection", "text", "who answers for the connection"),
        "connection.dataClassification": Fact("connection", "text", "compliance.dataClassification"),
        "connection.tags": Fact("connection", "list", "tags of the connection, as name and as name:value"),
        "connection.retention": Fact("connection", "text", "compliance.retention; an object of it needs a duration"),
        "connection.pciScope": Fact("connection", "bool", "tagged PCI, or compliance.pciScope is true"),
        "connection.tlsMode": Fact("connection", "text", "the TLS mode in force: prefer, require, verify-full …"),
        "connection.encryptedAtRest": Fact(
            "connection", "bool", "as the source says, else as compliance.encryption states"
        ),
        "connection.encryptionStated": Fact(
            "connection", "text", "compliance.encryption, where it states that there is some"
        ),
        "connection.plainSecrets": Fact(
            "connection", "list", "fields outside the credentials that hold a secret or a URL with a password"
        ),
        "credentials.updatedAt": Fact("connection", "time", "when the secret last changed through Crosswind"),
        "audit.intact": Fact("connection", "bool", "the newest audit rows are sealed as they were written, none lost"),
        "audit.oldestUnsealedAt": Fact("connection", "time", "the oldest audit row that is not sealed yet"),
        "security.encryptedInTransit": Fact("connection", "bool", "the scan's own link was encrypted"),
        "security.tlsVersion": Fact("connection", "text", "such as TLSv1.3"),
        "security.certificateVerified": Fact("connection", "bool", "the server's certificate and name were verified"),
        "security.certificateExpiresAt": Fact("connection", "time", "when the server's certificate ends"),
        "security.encryptedAtRest": Fact("connection", "bool", "the source says that its data is encrypted"),
        "security.publicAccess": Fact("connection", "bool", "something is readable without any login"),
        "security.openToAllLogins": Fact("connection", "bool", "every login of the source can read some table"),
        "security.loginCanWrite": Fact("connection", "bool", "Crosswind's login could change data"),
        "security.superuser": Fact("connection", "bool", "Crosswind's login rules the whole server"),
        "security.passwordHashing": Fact("connection", "text", "how the source keeps passwords"),
        "security.logsAccess": Fact("connection", "bool", "the source logs who connects"),
        "asset.type": Fact("asset", "text", "TABLE, VIEW, DATASET …"),
        "asset.typeDetail": Fact("asset", "text", "as the source calls it, such as bucket"),
        "asset.schema": Fact("asset", "text", "schema or bucket"),
        "asset.name": Fact("asset", "text", "its name"),
        "asset.owner": Fact("asset", "text", "metadata.owner, else the connection's owner"),
        "asset.tags": Fact("asset", "list", "its tags"),
        "asset.classification": Fact("asset", "text", "its classification"),
        "asset.classificationLevel": Fact("asset", "number", "the level of that classification in the tenant"),
        "asset.retention": Fact("asset", "text", "metadata.retention, else the connection's compliance.retention"),
        "asset.personalData": Fact("asset", "list", "kinds of personal data found in it and not rejected"),
        "asset.pciScope": Fact("asset", "bool", "tagged PCI, or on a connection in PCI scope"),
        "asset.encryptedAtRest": Fact("asset", "bool", "as the source says of it, else connection.encryptedAtRest"),
        "asset.publicAccess": Fact("asset", "bool", "readable without any login"),
        "asset.openToAllLogins": Fact("asset", "bool", "every login of the source's provider can read it"),
        "asset.versioned": Fact("asset", "bool", "the source keeps earlier versions of it"),
        "asset.lifecycle": Fact("asset", "bool", "the source deletes or archives it by rules"),
        "column.name": Fact("column", "text", "its name"),
        "column.dataType": Fact("column", "text", "its type in the source"),
        "column.tags": Fact("column", "list", "its own tags"),
        "column.classification": Fact("column", "text", "its own classification"),
        "column.personalData": Fact("column", "list", "kinds of personal data found in it and not rejected"),
        "column.confirmedData": Fact("column", "list", "those of them that a person confirmed"),
        "column.confidence": Fact("column", "number", "how sure the surest of them is, 0 to 1; 1 when confirmed"),
    }
)
SECURITY = {name.removeprefix("security."): name for name in FACTS if name.startswith("security.")}
"""What a connector reports (`SecurityFacts`, camelCase) and the facts that rules know it by."""


def usable(name: str, scope: Scope) -> bool:
    """Whether a rule about things of this scope may ask for a fact: those of its own and of what it lies in."""
    return name in FACTS and SCOPES.index(FACTS[name].scope) <= SCOPES.index(scope)
