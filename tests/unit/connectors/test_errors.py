from __future__ import annotations

import pytest

from crosswind.connectors import errors


@pytest.mark.parametrize(
    ("kind", "code", "transient"),
    [
        (errors.ConnectionFailed, "CONN_001", True),
        (errors.AddressRefused, "CONN_001", False),
        (errors.ConnectionTimeout, "CONN_002", True),
        (errors.InvalidCredentials, "CONN_003", False),
        (errors.ConnectionPoolExhausted, "CONN_004", True),
        (errors.TlsFailed, "CONN_005", False),
        (errors.ReadRefused, "CONN_001", False),
        (errors.SourceBusy, "CONN_001", True),
    ],
)
def test_an_error_names_its_step_its_remedy_and_whether_a_retry_can_help(
    kind: type[errors.ConnectorError], code: str, transient: bool
) -> None:
    error = kind("It broke", step="dial", remedy="Mend it.")
    assert str(error) == "It broke (step: dial). Mend it."
    assert (error.code, error.transient, error.retry_after is not None) == (code, transient, transient)
    assert error.details == {"step": "dial", "remedy": "Mend it.", "code": code}
