from __future__ import annotations

from typing import Any

REPORT: list[str] = []
"""Lines that the evaluation leaves for the end of the test's output."""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures of the evaluation, whatever the verbosity."""
    if REPORT:
        terminalreporter.section("personal data: precision and recall")
        for line in REPORT:
            terminalreporter.write_line(line)
