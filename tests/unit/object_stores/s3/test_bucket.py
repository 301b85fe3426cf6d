from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from crosswind_object_stores.s3 import bucket
from crosswind_object_stores.s3.settings import S3Settings
from crosswind_object_stores.s3.store import Store

ALL = {"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}}
LOGINS = {"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}}


class Answers:
    """Answers the questions about a bucket; a text is the code of a refusal."""

    settings = S3Settings.model_validate({"bucket": "lake"})

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def ask(self, name: str) -> Any:
        found = self.answers.get(name.removeprefix("get_bucket_").removeprefix("get_"), "AccessDenied")
        if isinstance(found, str):
            said: Any = {"Error": {"Code": found}, "ResponseMetadata": {"HTTPStatusCode": 403}}
            raise ClientError(said, name)
        return found


def facts(**answers: Any) -> dict[str, Any]:
    return bucket.facts(cast(Store, Answers(**answers)))


def public(**answers: Any) -> object:
    return facts(**answers)["publicAccess"]


def blocks(**on: bool) -> dict[str, Any]:
    return {"PublicAccessBlockConfiguration": on}


NO_BLOCK, NO_POLICY = "NoSuchPublicAccessBlockConfiguration", "NoSuchBucketPolicy"
OPEN_POLICY = {"PolicyStatus": {"IsPublic": True}}


def test_what_may_not_be_read_is_unknown() -> None:
    told = facts()
    for name in ("publicAccess", "openToAllLogins", "encryptedAtRest", "versioned", "lifecycle", "logsAccess"):
        assert told[name] == bucket.UNKNOWN, name


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"public_access_block": NO_BLOCK, "policy_status": NO_POLICY, "acl": {"Grants": []}}, False),
        ({"public_access_block": NO_BLOCK, "policy_status": OPEN_POLICY, "acl": {"Grants": []}}, True),
        ({"public_access_block": NO_BLOCK, "policy_status": NO_POLICY, "acl": {"Grants": [ALL]}}, True),
        ({"public_access_block": NO_BLOCK, "policy_status": NO_POLICY, "acl": {"Grants": [LOGINS]}}, False),
        ({"policy_status": OPEN_POLICY}, True),
        ({"policy_status": NO_POLICY}, "unknown"),
        ({"public_access_block": blocks(RestrictPublicBuckets=True), "policy_status": OPEN_POLICY,
          "acl": {"Grants": []}}, False),
        ({"public_access_block": blocks(IgnorePublicAcls=True), "policy_status": NO_POLICY, "acl": {"Grants": [ALL]}},
         False),
        ({"public_access_block": blocks(BlockPublicAcls=True), "policy_status": NO_POLICY, "acl": {"Grants": [ALL]}},
         True),
        ({"public_access_block": blocks(IgnorePublicAcls=True, RestrictPublicBuckets=True)}, False),
    ],
)  # fmt: skip
def test_it_is_public_when_anything_opens_it_and_nothing_takes_that_back(
    answers: dict[str, Any], expected: object
) -> None:
    assert public(**answers) == expected


def test_none_is_an_answer_and_no_refusal() -> None:
    told = facts(
        encryption="ServerSideEncryptionConfigurationNotFoundError", versioning={},
        lifecycle_configuration="NoSuchLifecycleConfiguration", logging={},
    )  # fmt: skip
    assert [told[name] for name in ("encryptedAtRest", "versioned", "lifecycle", "logsAccess")] == [False] * 4


def test_rules_that_are_switched_off_are_none() -> None:
    off = {"Rules": [{"Status": "Disabled", "Expiration": {"Days": 1}}]}
    assert facts(lifecycle_configuration=off)["lifecycle"] is False


def test_a_store_that_fails_does_not_make_a_fact() -> None:
    with pytest.raises(ClientError):
        facts(versioning="SlowDown")
