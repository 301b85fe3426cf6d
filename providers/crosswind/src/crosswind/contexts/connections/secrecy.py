"""What is a secret in a connection: parted from what may be shown, masked, and refused where it does not belong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crosswind.kit.errors import Invalid

MASK = "********"
KNOWN_NAMES = frozenset(
    {"username", "user", "iam", "assumerole", "rolearn", "kerberosenabled", "authtype", "authmethod", "principal"}
)
"""Leaves of `credentials` that name somebody or a way to log in, and are no secrets."""

Tree = dict[str, Any]
_REFERENCE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,63}://[^\s@]{1,2000}")
_RESOLVERS = ("vault://", "aws-sm://", "awssm://", "azure-kv://", "gcp-sm://", "env://", "k8s://", "secret://")
_SECRET_ENDINGS = (
    "password", "passwd", "pwd", "passphrase", "passcode", "secret", "secretkey", "accesskey", "apikey", "privatekey",
    "accountkey", "signingkey", "token", "credential", "credentials", "clientsecret", "keytab",
)  # fmt: skip
_URL_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@:]*:[^\s/?#@]+@", re.IGNORECASE)
_PAIR_PASSWORD = re.compile(
    r"(?:^|[\s;?&,])(?:password|passwd|pwd|sslpassword|accountkey|sharedaccesskey|secret|token)\s*=\s*[^\s;&]",
    re.IGNORECASE,
)
_PEM = "PRIVATE KEY-----"


def is_reference(value: object) -> bool:
    """Whether a value names a secret kept elsewhere, such as `vault://secrets/rds/conn-001`."""
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def part(credentials: Mapping[str, Any], known: frozenset[str], where: str = "credentials") -> tuple[Tree, Tree]:
    """Split credentials into what may be kept in our record (names, references) and the secrets.

    `known` holds the connector's own names that are no secrets. A `…Ref` that is no reference raises `Invalid`.
    """
    shown: Tree = {}
    secret: Tree = {}
    for key, value in credentials.items():
        place = f"{where}.{key}"
        if isinstance(value, Mapping):
            inner_shown, inner_secret = part(value, frozenset(), place)
            if inner_shown or not inner_secret:
                shown[key] = inner_shown
            if inner_secret:
                secret[key] = inner_secret
        elif _may_show(key, value, known, place):
            shown[key] = value
        else:
            secret[key] = value
    return shown, secret


def _may_show(key: str, value: object, known: frozenset[str], place: str) -> bool:
    if value is None or isinstance(value, bool) or value in ([], ""):
        return True
    if isinstance(value, str) and _URL_PASSWORD.search(value):
        raise Invalid(f"{place} holds a URL with a password; give the password by itself", field=place)
    if key.endswith("Ref"):
        if is_reference(value):
            return True
        raise Invalid(f"{place} takes a reference such as vault://path", field=place)
    if isinstance(value, str) and value.startswith(_RESOLVERS) and is_reference(value):
        return True
    return isinstance(value, str) and (key in known or key.lower() in KNOWN_NAMES)


def references(shown: Mapping[str, Any], where: str = "credentials") -> Iterator[tuple[str, str]]:
    """The references in the part of credentials that our record keeps, each with its field."""
    for key, value in shown.items():
        if isinstance(value, Mapping):
            yield from references(value, f"{where}.{key}")
        elif _is_hidden(key, value):
            yield f"{where}.{key}", value


def _is_hidden(key: str, value: object) -> bool:
    return is_reference(value) and (key.endswith("Ref") or str(value).startswith(_RESOLVERS))


def masked(shown: Mapping[str, Any], secret: Mapping[str, Any], *, references_too: bool) -> Tree:
    """The credentials as an answer shows them: each secret as the mask, references too for whom they are not."""
    result: Tree = {}
    for key, value in shown.items():
        if isinstance(value, Mapping):
            inner = secret.get(key)
            result[key] = masked(value, inner if isinstance(inner, Mapping) else {}, references_too=references_too)
        else:
            result[key] = MASK if references_too and _is_hidden(key, value) else value
    for key, value in secret.items():
        if result.get(key) is None:
            result[key] = masked({}, value, references_too=True) if isinstance(value, Mapping) else MASK
    return result


def merge(shown: Mapping[str, Any], secret: Mapping[str, Any]) -> Tree:
    """The credentials as they were given, from both parts."""
    result = dict(shown)
    for key, value in secret.items():
        present = result.get(key)
        both = isinstance(present, Mapping) and isinstance(value, Mapping)
        result[key] = merge(present, value) if both else value  # type: ignore[arg-type]
    return result


def unmask(given: Mapping[str, Any], stored: Mapping[str, Any], where: str = "credentials") -> Tree:
    """`given` with each mask replaced by what is stored in its place; a mask over nothing raises `Invalid`."""
    result: Tree = {}
    for key, value in given.items():
        place = f"{where}.{key}"
        if isinstance(value, Mapping):
            inner = stored.get(key)
            result[key] = unmask(value, inner if isinstance(inner, Mapping) else {}, place)
        elif value == MASK:
            if stored.get(key) in (None, ""):
                raise Invalid(f"{place} is the mask, but nothing is stored there to keep", field=place)
            result[key] = stored[key]
        else:
            result[key] = value
    return result


def refuse_masks(credentials: Mapping[str, Any], where: str = "credentials") -> None:
    """Raise `Invalid` where a mask stands for a secret that cannot be meant."""
    for field, value in leaves(credentials, where):
        if value == MASK:
            raise Invalid(f"{field} is the mask of a secret, not a secret", field=field)


def refuse_secrets(body: Mapping[str, Any]) -> None:
    """Raise `Invalid` naming the first field outside `credentials` that looks like a secret or holds one in a URL."""
    for key, value in body.items():
        if key != "credentials":
            _refuse(key, value, "")


def _refuse(key: str, value: object, parent: str, *, secret: bool = False) -> None:
    """`secret` says that a key further up looked like one."""
    _refuse_text(key, parent or "body")
    place = f"{parent}.{key}" if parent else key
    _refuse_value(value, place, secret=secret or _is_secret_key(key))


def _refuse_value(value: object, place: str, *, secret: bool) -> None:
    if isinstance(value, Mapping):
        for inner, item in value.items():
            _refuse(inner, item, place, secret=secret)
        _refuse_pair(value, place)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_value(item, f"{place}[{index}]", secret=secret)
    elif secret and not (value is None or isinstance(value, bool) or value == "" or _is_named_reference(place, value)):
        raise Invalid(f"{place} looks like a secret; secrets belong under credentials", field=place)
    elif isinstance(value, str):
        _refuse_text(value, place)


def _is_named_reference(place: str, value: object) -> bool:
    return place.endswith("Ref") and is_reference(value) and not _URL_PASSWORD.search(str(value))


def _refuse_text(text: str, place: str) -> None:
    if _URL_PASSWORD.search(text) or _PAIR_PASSWORD.search(text) or _PEM in text:
        raise Invalid("A URL with a password, or a key, belongs under credentials", field=place)


def _refuse_pair(value: Mapping[str, Any], place: str) -> None:
    """A secret can also come as {"key": "password", "value": "…"}."""
    name = value.get("key", value.get("name"))
    if isinstance(name, str) and _is_secret_key(name) and value.get("value"):
        raise Invalid(f"{place} looks like a secret; secrets belong under credentials", field=f"{place}.value")


def _is_secret_key(key: str) -> bool:
    return re.sub(r"[^a-z0-9]", "", key.lower()).endswith(_SECRET_ENDINGS)


def leaves(tree: object, where: str) -> Iterator[tuple[str, object]]:
    """Each leaf of a tree of objects and lists, with its field."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from leaves(value, f"{where}.{key}")
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from leaves(value, f"{where}[{index}]")
    else:
        yield where, tree


def redact(text: str, secret: Mapping[str, Any]) -> str:
    """`text` without any of the secrets, should another system's message quote one."""
    for _, value in leaves(secret, ""):
        if isinstance(value, str) and len(value) >= 4:
            text = text.replace(value, MASK)
    return text
