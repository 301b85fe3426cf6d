"""What others wrote into an Airflow connection's extra, beside what a connector writes there."""

from __future__ import annotations

from typing import Any

import pytest

from crosswind.connectors.connector_type import AirflowFields
from crosswind.contexts.connections import extras
from crosswind_object_stores.s3 import CONNECTOR_TYPE

SETTINGS = CONNECTOR_TYPE.settings.model_validate({"bucket": "lake", "region": "eu-west-1"})


def fields() -> AirflowFields:
    return CONNECTOR_TYPE.to_airflow(SETTINGS, {})


@pytest.mark.parametrize(
    ("extra", "written", "found"),
    [
        ({"a": 1, "b": {"c": 2, "d": 3}}, {"a": 0, "b": {"c": 0}}, [(("b", "d"), 3)]),
        ({"a": {"b": 1}}, {}, [(("a",), {"b": 1})]),
        ({"a": {"b": 1}}, {"a": "text"}, []),
        ({"a": 1}, {"a": 1, "b": 2}, []),
    ],
)
def test_what_others_wrote_is_told_with_its_path(
    extra: dict[str, Any], written: dict[str, Any], found: list[extras.Leaf]
) -> None:
    assert extras.foreign(extra, written) == found


def test_what_makes_no_difference_is_kept_beside_ours() -> None:
    leaves: list[extras.Leaf] = [(("config_kwargs", "retries"), {"max_attempts": 9}), (("theirs",), [1])]
    kept = extras.kept(CONNECTOR_TYPE, fields(), leaves).extra
    assert kept["config_kwargs"] == {**fields().extra["config_kwargs"], "retries": {"max_attempts": 9}}
    assert (kept["theirs"], kept["region_name"]) == ([1], "eu-west-1")


@pytest.mark.parametrize(
    "leaf",
    [
        (("endpoint_url",), "https://evil.example.com"),
        (("service_config", "s3", "endpoint_url"), "https://evil.example.com"),
        (("role_arn",), "arn:aws:iam::123456789012:role/Admin"),
        (("assume_role_method",), "assume_role_with_saml"),
    ],
)
def test_what_would_be_read_instead_of_ours_goes(leaf: extras.Leaf) -> None:
    kept = extras.kept(CONNECTOR_TYPE, fields(), [leaf, (("theirs",), 1)])
    assert kept.extra == {**fields().extra, "theirs": 1}


def test_of_a_pair_of_keys_none_stays_behind() -> None:
    pair: list[extras.Leaf] = [(("aws_access_key_id",), "AKIA"), (("aws_secret_access_key",), "s3cret")]
    assert extras.kept(CONNECTOR_TYPE, fields(), pair) == fields()
    assert extras.kept(CONNECTOR_TYPE, fields(), pair[::-1]) == fields()


def test_of_two_that_would_win_over_ours_both_go_and_no_more() -> None:
    evil = "https://evil.example.com"
    two: list[extras.Leaf] = [(("endpoint_url",), evil), (("service_config", "s3", "endpoint_url"), evil)]
    kept = extras.kept(CONNECTOR_TYPE, fields(), [*two, (("theirs",), 1)])
    assert kept.extra == {**fields().extra, "theirs": 1}


def test_a_patch_touches_only_what_a_connector_changed() -> None:
    extra = {"a": 1, "b": {"ours": 1, "theirs": 2}, "theirs": 3, "gone": 4}
    old = {"a": 1, "b": {"ours": 1}, "gone": 4}
    assert extras.patched(extra, old, {"a": 1, "b": {"ours": 5}, "new": 6}) == {
        "a": 1, "b": {"ours": 5, "theirs": 2}, "theirs": 3, "new": 6,
    }  # fmt: skip
