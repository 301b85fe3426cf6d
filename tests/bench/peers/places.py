"""Where the peers lie that scripts/bench-peers got, and which of them are absent."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
PEERS = ROOT / ".cache" / "peers"
PYTHON = PEERS / "python" / "bin" / "python"
HIVE, NESSIE, ICEBERG = PEERS / "hive-metastore", PEERS / "nessie", PEERS / "iceberg-rest"
_NEEDS = {
    "hive-metastore": ("hive-metastore", "python"),
    "nessie": ("nessie", "python"),
    "iceberg-rest": ("iceberg-rest",),
    "datahub": ("python",),
}
_WHOLE = ".from"
"""The file that the script writes when all of a peer is there."""


def missing(peer: str) -> str | None:
    """Why a peer can't be run, with the command that gets it; nothing where it can."""
    if peer == "iceberg-rest" and not shutil.which("javac"):
        return "there is no JDK; on Debian: apt-get install openjdk-17-jdk-headless"
    if peer == "hive-metastore" and not shutil.which("java"):
        return "there is no Java; on Debian: apt-get install openjdk-17-jdk-headless"
    if all((PEERS / each / _WHOLE).exists() for each in _NEEDS[peer]):
        return None
    return f"it is not here; `scripts/bench-peers {peer}` gets it"
