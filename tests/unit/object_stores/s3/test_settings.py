from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crosswind.connectors.connector_type import AirflowFields
from crosswind_object_stores.s3 import CONNECTOR_TYPE
from crosswind_object_stores.s3.airflow_fields import from_airflow, to_airflow
from crosswind_object_stores.s3.settings import S3Settings


def made(**given: Any) -> S3Settings:
    return S3Settings.model_validate({"bucket": "lake", **given})


@pytest.mark.parametrize(
    ("endpoint", "plain"),
    [
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"), ("https://MinIO.example/", "https://minio.example"),
        (" https://[::1]:9000 ", "https://[::1]:9000"),
    ],
)  # fmt: skip
def test_an_endpoint_is_kept_in_its_plain_form(endpoint: str, plain: str) -> None:
    assert made(endpoint=endpoint).endpoint == plain


@pytest.mark.parametrize(
    "endpoint",
    [
        "127.0.0.1:9000", "ftp://host", "http://user:secret@host", "http://host/path", "http://host?x=1", "http://host#x",
        "http://", "http://host:0", "http://host:99999", "http://a,b", "http:///socket", "http://ho st",
    ],
)  # fmt: skip
def test_an_endpoint_is_nothing_but_scheme_host_and_port(endpoint: str) -> None:
    with pytest.raises(ValidationError):
        made(endpoint=endpoint)


@pytest.mark.parametrize("bucket", ["", "a", "-lake", "la/ke", "la ke", "../lake", "x" * 256, "lake\n"])
def test_a_bucket_s_name_is_one_path_segment(bucket: str) -> None:
    with pytest.raises(ValidationError):
        made(bucket=bucket)


def test_where_it_dials_and_how_it_is_protected() -> None:
    amazon = made(region="eu-central-1")
    assert (amazon.host, amazon.port, amazon.tls, amazon.addressing) == (
        "s3.eu-central-1.amazonaws.com", 443, "verify-full", "virtual",
    )  # fmt: skip
    minio = made(endpoint="http://minio.example:9000")
    assert (minio.host, minio.port, minio.tls, minio.addressing) == ("minio.example", 9000, "disable", "path")
    assert made(verifyCertificate=False).tls == "require"
    assert made(endpoint="https://minio.example", pathStyleAccess=False).addressing == "virtual"


TEXTS = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=20)
SETTINGS = st.fixed_dictionaries(
    {"bucket": st.just("lake")},
    optional={
        "prefix": TEXTS, "region": st.sampled_from(["us-east-1", "eu-west-3"]),
        "endpoint": st.sampled_from(["http://127.0.0.1:9000", "https://minio.example"]),
        "pathStyleAccess": st.booleans(), "verifyCertificate": st.booleans(), "profile": TEXTS,
        "stsEndpoint": st.just("https://sts.example"), "connectionTimeout": st.integers(1, 300),
    },
)  # fmt: skip
CREDENTIALS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("sessionToken", "assumeRole", "externalId"), TEXTS)
) | st.fixed_dictionaries({"accessKey": TEXTS, "secretKey": TEXTS}, optional={"sessionToken": TEXTS})


@given(SETTINGS, CREDENTIALS)
def test_everything_survives_airflow(given: dict[str, Any], credentials: dict[str, str]) -> None:
    settings = S3Settings.model_validate(given)
    fields = to_airflow(settings, credentials)
    assert from_airflow(fields) == (settings, credentials)
    assert fields.conn_type == "aws"


def test_without_keys_hooks_do_not_sign_and_with_keys_they_do() -> None:
    def version(credentials: dict[str, str], **given: Any) -> object:
        return to_airflow(made(**given), credentials).extra["config_kwargs"].get("signature_version")

    assert version({}) == "unsigned"
    assert version({"accessKey": "a", "secretKey": "b"}) is None
    assert version({}, profile="lake") is None


@pytest.mark.parametrize(
    "extra",
    [
        {}, {"service_config": {"s3": {}}}, {"service_config": []},
        {"service_config": {"s3": {"bucket_name": "lake"}}, "assume_role_method": "assume_role_with_saml"},
        {"service_config": {"s3": {"bucket_name": "lake"}}, "endpoint_url": "file:///etc/passwd"},
        {"service_config": {"s3": {"bucket_name": "lake", "path_style": "perhaps"}}},
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_a_value_error(extra: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 pydantic's, or our own
        from_airflow(AirflowFields("aws", extra=extra))


def test_of_an_adopted_row_nothing_else_has_an_effect() -> None:
    extra = {
        "service_config": {"s3": {"bucket_name": "lake"}}, "s3_config_file": "/etc/passwd", "verify": "/etc/ca",
        "session_kwargs": {"profile_name": "root"},
        "config_kwargs": {"proxies": {"http": "http://x"}, "connect_timeout": "9"},
    }  # fmt: skip
    assert from_airflow(AirflowFields("aws", extra=extra)) == (made(), {})


def test_openlineage_s_names() -> None:
    assert CONNECTOR_TYPE.namespace(made()) == "s3://lake"
    assert CONNECTOR_TYPE.dataset_name("s3", "lake", "logs/geos") == "logs/geos"
