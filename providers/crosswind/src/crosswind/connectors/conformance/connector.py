"""What holds for every connector: its type, check, ping, close, and the errors it raises."""

# ruff: noqa: D102 tests, named by what they expect

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable

import msgspec
import pytest

from crosswind.connectors.conformance.exemptions import Exemptible
from crosswind.connectors.conformance.subject import Subject, closed_port, silent_port
from crosswind.connectors.errors import (
    AddressRefused,
    ConnectionFailed,
    ConnectionTimeout,
    ConnectorError,
    InvalidCredentials,
)
from crosswind.connectors.port import Connector
from crosswind.connectors.registry import installed
from crosswind.connectors.types import CheckStep
from crosswind.kit.outbound import OutboundGuard

GRACE_SECONDS = 3.0


class ConnectorConformance(Exemptible):
    """Subclass and give a fixture `subject`."""

    @pytest.fixture
    def subject(self) -> Subject:
        raise TypeError(f"{type(self).__name__} has no fixture `subject` of its own.")

    def test_the_type_is_installed_and_found_by_each_of_its_words(self, subject: Subject) -> None:
        assert all(installed().find(word) == subject.type for word in subject.type.words)

    def test_listing_types_imports_neither_driver_nor_connector(self, subject: Subject) -> None:
        module = subject.type.class_path.partition(":")[0]
        program = (
            "import sys\nfrom crosswind.connectors.registry import installed\n"
            "[each.settings.model_json_schema() for each in installed()]\n"
            f"sys.exit({module!r} in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", program], check=False)
        assert done.returncode == 0

    def test_settings_have_a_json_schema_and_ignore_unknown_words(self, subject: Subject) -> None:
        assert json.dumps(subject.type.settings.model_json_schema())
        given = subject.settings.model_dump(by_alias=True, exclude_none=True)
        assert subject.type.settings.model_validate({**given, "wordOfAnotherTool": 1}) == subject.settings

    def test_secret_fields_are_credential_fields(self, subject: Subject) -> None:
        assert subject.type.secret_fields <= set(subject.type.credential_fields)

    def test_settings_and_credentials_survive_airflow(self, subject: Subject) -> None:
        fields = subject.type.to_airflow(subject.settings, subject.credentials)
        assert fields.conn_type == subject.type.conn_type
        settings, credentials = subject.type.from_airflow(fields)
        assert settings == subject.settings
        assert credentials == dict(subject.credentials)

    def test_a_connector_has_the_four_verbs(self, subject: Subject) -> None:
        with subject.open() as connector:
            assert isinstance(connector, Connector)

    def test_a_good_connection_passes_every_gate(self, subject: Subject) -> None:
        with subject.open() as connector:
            steps = connector.check()
        assert steps
        assert [each for each in steps if each.gate and each.status not in {"passed", "warning"}] == []
        assert len({each.name for each in steps}) == len(steps)
        assert all(each.milliseconds >= 0 for each in steps)

    def test_wrong_credentials_fail_the_check_as_such(self, subject: Subject) -> None:
        with subject.open(credentials=subject.wrong_credentials) as connector:
            steps = connector.check()
        assert self.codes(steps) == ["CONN_003"]
        self.assert_that_the_rest_is_skipped(steps)
        self.assert_silent_about(subject, steps)

    def test_a_closed_port_fails_the_check(self, subject: Subject) -> None:
        with subject.open(subject.settings_at(closed_port())) as connector:
            steps = connector.check()
        assert self.codes(steps) == ["CONN_001"]
        self.assert_that_the_rest_is_skipped(steps)

    def test_a_black_hole_fails_the_check_by_the_deadline(self, subject: Subject) -> None:
        with silent_port() as port, subject.open(subject.settings_at(port)) as connector:
            since = time.monotonic()
            steps = connector.check()
            assert time.monotonic() - since < subject.connection_timeout + GRACE_SECONDS
        assert self.codes(steps) == ["CONN_002"]

    def test_a_ping_takes_time(self, subject: Subject) -> None:
        with subject.open() as connector:
            assert connector.ping() > 0
            assert connector.ping() > 0

    def test_wrong_credentials_are_no_reason_to_retry(self, subject: Subject) -> None:
        with subject.open(credentials=subject.wrong_credentials) as connector:
            with pytest.raises(InvalidCredentials) as caught:
                connector.ping()
            self.assert_helpful(subject, caught.value)

    def test_a_closed_port_is_a_reason_to_retry(self, subject: Subject) -> None:
        with subject.open(subject.settings_at(closed_port())) as connector:
            with pytest.raises(ConnectionFailed) as caught:
                connector.ping()
            assert caught.value.transient
            self.assert_helpful(subject, caught.value)

    def test_a_black_hole_is_a_reason_to_retry(self, subject: Subject) -> None:
        with silent_port() as port, subject.open(subject.settings_at(port)) as connector:
            since = time.monotonic()
            with pytest.raises(ConnectionTimeout) as caught:
                connector.ping()
            assert time.monotonic() - since < subject.connection_timeout + GRACE_SECONDS
            assert caught.value.transient

    def test_an_address_that_is_not_allowed_is_not_dialled(self, subject: Subject) -> None:
        with subject.open(guard=OutboundGuard()) as connector:
            with pytest.raises(AddressRefused):
                connector.ping()
            assert self.codes(connector.check()) == ["CONN_001"]

    def test_closing_twice_is_fine(self, subject: Subject) -> None:
        connector = subject.open()
        connector.ping()
        connector.close()
        connector.close()

    @staticmethod
    def codes(steps: Iterable[CheckStep]) -> list[str | None]:
        return [each.code for each in steps if each.status == "failed"]

    @staticmethod
    def assert_that_the_rest_is_skipped(steps: list[CheckStep]) -> None:
        at = next(index for index, each in enumerate(steps) if each.status == "failed")
        assert steps[at].remedy
        assert {each.status for each in steps[at + 1 :]} <= {"skipped"}

    @staticmethod
    def assert_silent_about(subject: Subject, steps: list[CheckStep]) -> None:
        said = msgspec.json.encode(steps).decode()
        assert not [field for field in subject.type.secret_fields if subject.wrong_credentials.get(field, "\0") in said]

    @staticmethod
    def assert_helpful(subject: Subject, error: ConnectorError) -> None:
        assert error.step
        assert error.remedy
        said = str(error) + repr(error.details)
        for secrets in (subject.credentials, subject.wrong_credentials):
            assert not [field for field in subject.type.secret_fields if secrets.get(field, "\0") in said]
