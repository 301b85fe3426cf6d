"""What S3 says of a bucket's protection: each question alone, because a login may be refused any of them.

What may not be read, or what a compatible store does not know, is `unknown`: neither good nor bad.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from crosswind_object_stores.s3 import faults
from crosswind_object_stores.s3.store import Store

UNKNOWN = "unknown"
_ALL = "http://acs.amazonaws.com/groups/global/AllUsers"
_ANY_LOGIN = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
_NONE = frozenset(
    {
        "NoSuchPublicAccessBlockConfiguration",
        "NoSuchBucketPolicy",
        "ServerSideEncryptionConfigurationNotFoundError",
        "NoSuchLifecycleConfiguration",
    }
)
"""Codes that say: there is none."""
_MOST_RULES = 50
Answer = Mapping[str, Any] | None


class _Unknown:
    """An answer that was refused."""


def facts(store: Store) -> dict[str, Any]:
    """Return everything as a bucket's facts."""
    versioning, encryption = _asked(store, "get_bucket_versioning"), _asked(store, "get_bucket_encryption")
    lifecycle, logging = _asked(store, "get_bucket_lifecycle_configuration"), _asked(store, "get_bucket_logging")
    return {
        "region": store.settings.region_name,
        **access(store),
        **_encryption(encryption),
        **_versioning(versioning),
        **_lifecycle(lifecycle),
        "logsAccess": UNKNOWN if isinstance(logging, _Unknown) else bool((logging or {}).get("LoggingEnabled")),
    }


def access(store: Store) -> dict[str, Any]:
    """Return who gets in without being named: everybody (`publicAccess`), or every login (`openToAllLogins`)."""
    block = _asked(store, "get_public_access_block")
    policy, acl = _asked(store, "get_bucket_policy_status"), _asked(store, "get_bucket_acl")
    blocked = {} if isinstance(block, _Unknown) or block is None else block["PublicAccessBlockConfiguration"]
    by_policy = None if isinstance(policy, _Unknown) else bool((policy or {}).get("PolicyStatus", {}).get("IsPublic"))
    groups = None if isinstance(acl, _Unknown) else _groups(acl or {})
    if blocked.get("RestrictPublicBuckets"):
        by_policy = False
    if blocked.get("IgnorePublicAcls"):
        groups = frozenset()
    by_acl = None if groups is None else _ALL in groups
    told: dict[str, Any] = {
        "publicAccess": _either(by_policy, by_acl),
        "openToAllLogins": UNKNOWN if groups is None else _ANY_LOGIN in groups,
        "publicByPolicy": UNKNOWN if by_policy is None else by_policy,
        "publicByAcl": UNKNOWN if by_acl is None else by_acl,
    }
    if isinstance(block, _Unknown):
        return {**told, "publicAccessBlock": UNKNOWN}
    names = {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"}
    return {**told, "publicAccessBlock": sorted(name for name in names if blocked.get(name))}


def encrypted(store: Store) -> bool | None:
    """Return whether new objects are encrypted at rest, None where it cannot be told."""
    told = _encryption(_asked(store, "get_bucket_encryption"))["encryptedAtRest"]
    return None if told == UNKNOWN else bool(told)


def logs_access(store: Store) -> bool | None:
    """Return whether the bucket logs who reads it, None where it cannot be told."""
    found = _asked(store, "get_bucket_logging")
    return None if isinstance(found, _Unknown) else bool((found or {}).get("LoggingEnabled"))


def _asked(store: Store, name: str) -> Answer | _Unknown:
    """Ask one question; a refusal is `_Unknown`, a failure of the link is raised."""
    try:
        answer: Answer = store.ask(name)
    except ClientError as error:
        if faults.code_of(error) in _NONE:
            return None
        found = faults.of(error, store.settings)
        if found.transient and faults.code_of(error) not in {"InternalError", "NotImplemented"}:
            raise
        return _Unknown()
    return answer


def _groups(acl: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(each.get("Grantee", {}).get("URI", "")) for each in acl.get("Grants", ()))


def _either(*told: bool | None) -> bool | str:
    """Return true when any is, and unknown where one that could be is not known."""
    if any(told):
        return True
    return UNKNOWN if None in told else False


def _encryption(found: Answer | _Unknown) -> dict[str, Any]:
    if isinstance(found, _Unknown):
        return {"encryptedAtRest": UNKNOWN}
    rules = (found or {}).get("ServerSideEncryptionConfiguration", {}).get("Rules", ())
    ways = [each.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm") for each in rules]
    way = next(filter(None, ways), None)
    return {"encryptedAtRest": True, "encryption": str(way)} if way else {"encryptedAtRest": False}


def _versioning(found: Answer | _Unknown) -> dict[str, Any]:
    if isinstance(found, _Unknown):
        return {"versioned": UNKNOWN}
    status = (found or {}).get("Status")
    told = {"versioned": status == "Enabled", "versioning": str(status or "Off")}
    return told | ({"mfaDelete": True} if (found or {}).get("MFADelete") == "Enabled" else {})


def _lifecycle(found: Answer | _Unknown) -> dict[str, Any]:
    if isinstance(found, _Unknown):
        return {"lifecycle": UNKNOWN}
    rules = [each for each in (found or {}).get("Rules", ()) if each.get("Status") == "Enabled"]
    told: dict[str, Any] = {"lifecycle": bool(rules)}
    return told | ({"lifecycleRules": [_rule(each) for each in rules[:_MOST_RULES]]} if rules else {})


def _rule(found: Mapping[str, Any]) -> dict[str, Any]:
    prefix = found.get("Prefix") or found.get("Filter", {}).get("Prefix") or ""
    moves = [
        {"afterDays": each["Days"], "to": str(each.get("StorageClass", ""))}
        for each in found.get("Transitions", ())
        if "Days" in each
    ]
    old = found.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays")
    told = {
        "prefix": str(prefix),
        "deleteAfterDays": found.get("Expiration", {}).get("Days"),
        "deleteOldVersionsAfterDays": old,
        "moves": moves,
    }
    return {name: value for name, value in told.items() if value not in (None, "", [])}
