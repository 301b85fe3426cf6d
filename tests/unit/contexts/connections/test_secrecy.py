from __future__ import annotations

from typing import Any

import pytest

from crosswind.contexts.connections import secrecy
from crosswind.contexts.connections.secrecy import MASK
from crosswind.kit.errors import Invalid

KNOWN = frozenset({"username"})


def test_every_leaf_that_is_no_name_or_reference_is_a_secret() -> None:
    shown, secret = secrecy.part(
        {
            "username": "u", "iam": "role", "kerberosEnabled": False, "sessionToken": None, "passwordRef": "vault://a/b",
            "password": "p", "pin": 4711, "keys": ["a", "b"], "deep": {"principal": "me", "keytab": "k", "ref": "env://K"},
        },
        KNOWN,
    )  # fmt: skip
    assert shown == {
        "username": "u", "iam": "role", "kerberosEnabled": False, "sessionToken": None, "passwordRef": "vault://a/b",
        "deep": {"principal": "me", "ref": "env://K"},
    }  # fmt: skip
    assert secret == {"password": "p", "pin": 4711, "keys": ["a", "b"], "deep": {"keytab": "k"}}


@pytest.mark.parametrize(
    "credentials",
    [
        {"passwordRef": "hunter2"},
        {"passwordRef": "vault://user:pass@host/x"},
        {"url": "postgres://u:p@h/d"},
        {"username": "postgres://u:p@h/d"},
        {"deep": {"tokenRef": 5}},
    ],
)
def test_what_is_neither_a_secret_by_itself_nor_a_reference_is_refused(credentials: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        secrecy.part(credentials, KNOWN)
    assert refused.value.field is not None
    assert refused.value.field.startswith("credentials.")


def test_a_url_that_is_not_a_known_references_is_a_secret() -> None:
    assert secrecy.part({"webhook": "https://hooks.example.com/T0KEN"}, KNOWN)[1] != {}


def test_parting_and_merging_is_the_identity() -> None:
    given = {"username": "u", "password": "p", "a": {"b": {"principal": "x", "c": "s"}, "d": None}, "e": {}}
    assert secrecy.merge(*secrecy.part(given, KNOWN)) == given


def test_the_mask_stands_for_each_secret_and_for_references_where_asked() -> None:
    shown, secret = secrecy.part(
        {"username": "u", "passwordRef": "vault://a", "k": {"t": "s", "principal": "p"}}, KNOWN
    )
    assert secrecy.masked(shown, secret, references_too=False) == {
        "username": "u", "passwordRef": "vault://a", "k": {"t": MASK, "principal": "p"},
    }  # fmt: skip
    assert secrecy.masked(shown, secret, references_too=True)["passwordRef"] == MASK


def test_a_mask_is_replaced_by_what_is_stored_there_alone() -> None:
    stored = {"password": "p", "k": {"t": "s"}}
    assert secrecy.unmask({"password": MASK, "k": {"t": MASK}, "new": "n"}, stored) == {
        "password": "p", "k": {"t": "s"}, "new": "n",
    }  # fmt: skip
    for given in ({"other": MASK}, {"k": {"password": MASK}}, {"password": {"t": MASK}}):
        with pytest.raises(Invalid):
            secrecy.unmask(given, stored)


@pytest.mark.parametrize(
    "body",
    [
        {"a": {"client_secret": "x"}},
        {"a": [{"apiKey": "x"}]},
        {"PassWord": "x"},
        {"password": ["x"]},
        {"password": {"value": "x"}},
        {"a": "mysql://u:p@h"},
        {"a": "redis://:p@h"},
        {"a": "host=h password=p"},
        {"a": "AccountName=n;AccountKey=k"},
        {"a": "-----BEGIN PRIVATE KEY-----\nMII"},
        {"mysql://u:p@h": "x"},
        {"a": [{"name": "db_password", "value": "x"}]},
    ],
)
def test_secrets_elsewhere_are_found(body: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        secrecy.refuse_secrets(body)
    assert "p@h" not in f"{refused.value.message}{refused.value.details}"


@pytest.mark.parametrize(
    "body",
    [
        {"credentials": {"password": "x"}},
        {"encryption": {"kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/abc-123"}},
        {"network": {"securityGroup": "sg"}, "security": {"tokenExpiry": 3600, "passwordRequired": True}},
        {"configuration": {"endpoint": "https://s3.amazonaws.com", "location": "s3://path/x@y"}},
        {"access": {"password": None, "secretRotation": "30d", "passwordRef": "vault://x"}},
        {"description": "ask ann@example.com: the password is kept by her"},
    ],
)
def test_what_is_no_secret_passes(body: dict[str, Any]) -> None:
    secrecy.refuse_secrets(body)


def test_redact_takes_a_quoted_secret_out() -> None:
    assert secrecy.redact("login hunter22 failed", {"a": {"b": "hunter22"}}) == f"login {MASK} failed"
