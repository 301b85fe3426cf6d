"""What can be permitted, and what each role of the design holds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType

CRUD = ("create", "read", "update", "delete")
NOUNS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "connection": (*CRUD, "test"),
        "adoption": ("create",),
        "credential": ("read", "update"),
        "schema": ("read", "discover"),
        "cluster": CRUD,
        "federation": CRUD,
        "query": ("read", "execute"),
        "policy": CRUD,
        "encryption": ("read", "update"),
        "audit": ("read",),
        "health": ("read",),
        "asset": CRUD,
        "relationship": CRUD,
        "lineage": ("ingest",),
        "tag": CRUD,
        "domain": CRUD,
        "term": CRUD,
        "product": CRUD,
        "classification": ("create", "read"),
        "finding": ("read", "review"),
        "compliance": ("read", "scan", "remediate", "waive"),
        "task": CRUD,
        "run": ("read", "create"),
        "crawl": ("read", "release"),
        "key": ("create", "read", "delete"),
        "member": ("create", "read", "delete"),
        "grant": ("create", "read", "delete"),
        "webhook": CRUD,
        "me": ("read",),
    }
)
PERMISSIONS = frozenset(f"{noun}:{verb}" for noun, verbs in NOUNS.items() for verb in verbs)
"""Everything that a person, or a key of a person, can hold."""

MACHINE = frozenset({"lease:create", "crawl:ingest", "scan:ingest", "import:ingest", "due:start"})
"""Held by keys and leases of the platform's own only: no role and no wildcard includes them."""

HIDDEN_FROM_READERS = frozenset({"audit", "credential", "key", "member", "grant", "webhook"})
"""`*:read` leaves these nouns out."""

_CATALOG = ("asset:*", "relationship:*", "lineage:*", "tag:*", "task:*", "run:*", "crawl:*", "health:read", "me:read")
_CATALOG_READ = ("asset:read", "relationship:read", "tag:read", "task:read", "run:read", "crawl:read", "health:read")
_VOCABULARY = ("domain:*", "term:*", "product:*")
_VOCABULARY_READ = ("domain:read", "term:read", "product:read")
_GOVERNANCE = ("classification:*", "finding:*", "compliance:*", *_VOCABULARY)
_GOVERNANCE_READ = ("classification:read", "finding:read", "compliance:read", *_VOCABULARY_READ)
ROLES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "platform_admin": ("*",),
        "connection_admin": (
            "connection:*", "cluster:*", "credential:*", "schema:*", "webhook:*", *_CATALOG, *_GOVERNANCE,
        ),
        "data_engineer": (
            "connection:create", "connection:read", "connection:update", "connection:test",
            "cluster:create", "cluster:read", "federation:*", "query:*", "schema:*", *_CATALOG,
            *_GOVERNANCE_READ, "finding:review", "compliance:scan", *_VOCABULARY,
        ),
        "data_analyst": (
            "connection:read", "cluster:read", "federation:read", "query:execute", "schema:read",
            *_CATALOG_READ, *_GOVERNANCE_READ, "me:read",
        ),
        "security_admin": (
            "credential:*", "policy:*", "audit:read", "encryption:*", "asset:read", "tag:*", *_GOVERNANCE,
            "health:read", "me:read",
        ),
        "viewer": ("*:read",),
    }
)  # fmt: skip
"""The six roles of the connections-platform design, with the metastore's nouns added (docs/decisions/0010)."""


def expand(patterns: Iterable[str]) -> frozenset[str]:
    """The permissions that patterns such as `connection:*`, `*:read` and `*` stand for."""
    return frozenset().union(*(_one(pattern) for pattern in patterns))


def of_roles(roles: Iterable[str]) -> frozenset[str]:
    """The permissions of roles of ours; a name that is none of ours holds nothing."""
    return _of_roles(frozenset(roles))


@lru_cache(maxsize=256)
def _of_roles(roles: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(expand(ROLES.get(role, ())) for role in roles))


def _one(pattern: str) -> frozenset[str]:
    noun, _, verb = pattern.partition(":")
    if pattern == "*":
        return PERMISSIONS
    if noun == "*":
        return frozenset(
            each
            for each in PERMISSIONS
            if each.endswith(f":{verb}") and each.partition(":")[0] not in HIDDEN_FROM_READERS
        )
    if verb == "*":
        return frozenset(each for each in PERMISSIONS if each.startswith(f"{noun}:"))
    return frozenset({pattern}) & (PERMISSIONS | MACHINE)
