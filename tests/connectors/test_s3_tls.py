from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.connectors.s3 import Bucket
from tests.connectors.support import failed, steps
from tests.support.s3 import moto

from crosswind.connectors.errors import TlsFailed
from crosswind.kit.outbound import OutboundGuard


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """A bucket behind TLS whose authority this machine does not know."""
    with moto(tmp_path_factory.mktemp("tls")) as server:
        made = Bucket.made(server)
        with server.checking():
            yield made


@pytest.fixture
def trusted(secure: Bucket, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """The same, and its authority is known."""
    monkeypatch.setenv("SSL_CERT_FILE", str(Path(str(secure.server.authority))))
    return secure


def test_a_verified_link_tells_version_and_end_of_the_certificate(trusted: Bucket) -> None:
    with trusted.connector() as connector:
        found = connector.security()
        assert steps(connector.check())["tls"].status == "passed"
    assert (found.encrypted_in_transit, found.certificate_verified) == (True, True)
    assert str(found.tls_version).startswith("TLSv1.")
    assert found.certificate_expires_at is not None
    assert found.certificate_expires_at > datetime.now(UTC)


def test_an_authority_that_nobody_knows_fails_the_check_at_tls(secure: Bucket) -> None:
    with secure.connector() as connector:
        (found,) = failed(connector.check())
        assert (found.name, found.code) == ("tls", "CONN_005")
        assert "SSL_CERT_FILE" in str(found.remedy)
        with pytest.raises(TlsFailed):
            connector.ping()


def test_a_certificate_for_another_name_is_not_trusted(trusted: Bucket) -> None:
    guard = OutboundGuard([f"localhost:{trusted.server.port}"])
    endpoint = f"https://localhost:{trusted.server.port}"
    with trusted.connector(endpoint=endpoint, guard=guard) as connector:
        (found,) = failed(connector.check())
    assert (found.name, found.message) == ("tls", "The certificate is for another name")


def test_without_verification_it_works_with_a_warning(secure: Bucket) -> None:
    with secure.connector(verifyCertificate=False) as connector:
        assert connector.ping() > 0
        assert steps(connector.check())["tls"].status == "warning"
        assert connector.security().certificate_verified is False


def test_clear_text_to_a_port_of_tls_and_the_other_way_round_are_told(secure: Bucket, bucket: Bucket) -> None:
    with secure.connector(endpoint=f"http://127.0.0.1:{secure.server.port}") as connector:
        assert len(failed(connector.check())) == 1
    with bucket.connector(endpoint=f"https://127.0.0.1:{bucket.server.port}") as connector:
        (found,) = failed(connector.check())
    assert (found.name, found.code) == ("tls", "CONN_005")
