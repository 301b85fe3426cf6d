"""Runs our programs in the peers' own Python, which has nothing of the project but the modules that they import."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from typing import Any

from tests.bench.peers.places import PYTHON, ROOT

LONGEST = 300


def answered(program: str, *arguments: str, asked: object = None) -> Any:
    """What a program prints, read as JSON; its home is empty and gone afterwards, and it tells nobody of its use."""
    with tempfile.TemporaryDirectory(prefix="cw-peer-") as home:
        process = subprocess.run(
            [PYTHON, "-m", f"tests.bench.peers.{program}", *arguments],
            cwd=ROOT, input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True, timeout=LONGEST,
            env={"PATH": os.environ["PATH"], "HOME": home, "TMPDIR": home, "DATAHUB_TELEMETRY_ENABLED": "false"},
        )  # fmt: skip
    return json.loads(process.stdout)
