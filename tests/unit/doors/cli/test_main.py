"""The command as a program among others."""

from __future__ import annotations

import subprocess
import sys


def test_a_reader_that_has_enough_sees_no_trace() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "crosswind.doors.cli.main", "routes", "--format", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as program:  # fmt: skip
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        told = program.stderr.read()
    assert (program.returncode, told) == (141, b"")
