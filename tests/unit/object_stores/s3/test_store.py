from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from crosswind.connectors.errors import InvalidCredentials, SourceBusy
from crosswind.kit.outbound import OutboundGuard
from crosswind_object_stores.readers.source import Unreadable
from crosswind_object_stores.s3.settings import S3Settings
from crosswind_object_stores.s3.store import Store


@pytest.fixture
def store() -> Store:
    settings = S3Settings.model_validate({"bucket": "lake", "endpoint": "http://store.example:9000"})
    return Store(settings, {"accessKey": "a", "secretKey": "b"}, OutboundGuard())


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("InvalidRequest", 400, Unreadable),
        ("KMS.DisabledException", 400, Unreadable),
        ("KMS.AccessDeniedException", 400, Unreadable),
        ("InvalidArgument", 400, Unreadable),
        ("InvalidObjectState", 403, Unreadable),
        ("AccessDenied", 403, Unreadable),
        ("KMS.NotFoundException", 500, Unreadable),
        ("MethodNotAllowed", 405, Unreadable),
        ("400", 400, Unreadable),
        ("ExpiredToken", 400, InvalidCredentials),
        ("SignatureDoesNotMatch", 403, InvalidCredentials),
        ("SlowDown", 503, SourceBusy),
    ],
)
def test_only_what_lies_at_the_login_or_the_store_ends_more_than_one_object(
    store: Store, monkeypatch: pytest.MonkeyPatch, code: str, status: int, kind: type[Exception]
) -> None:
    def refused(*_: object) -> bytes:
        raise ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetObject")

    monkeypatch.setattr(store, "_part", refused)
    with pytest.raises(kind):
        store.fetch("a.csv", 0, 10)
