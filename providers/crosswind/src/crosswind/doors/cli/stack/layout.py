"""Where one installation keeps its files and which ports it takes, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
MARKER = "CROSSWIND_RUN"
"""Every process of an installation carries this variable with its run folder: so `down` finds them all."""

UNTOLD = frozenset({"SOURCE", "MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES"})
"""Where `make demo SOURCE=postgresql://…` leaves the address with its password."""


class StackError(RuntimeError):
    """The platform cannot be started or stopped; the message says why and what to do."""


@dataclass(frozen=True)
class Layout:
    """Files and ports of one installation."""

    root: Path
    run: Path
    port: int
    source_port: int
    parallelism: int
    allowed: tuple[str, ...]
    bucket_port: int = 54330
    grpc_port: int = 50051
    dags: Path | None = None
    """A folder of the person's own DAGs, beside ours."""

    @classmethod
    def from_environment(cls) -> Layout:
        """Read the CROSSWIND_* settings; the root is the folder that the command is called in."""
        root = Path(os.environ.get("CROSSWIND_ROOT") or Path.cwd()).resolve()
        more = os.environ.get("CROSSWIND_ALLOWED_ADDRESSES", "")
        return cls(
            root=root,
            run=Path(os.environ.get("CROSSWIND_RUN_FOLDER") or root / ".run").resolve(),
            port=_number("CROSSWIND_PORT", 8080),
            source_port=_number("CROSSWIND_SOURCE_PORT", 54329),
            parallelism=_number("CROSSWIND_PARALLELISM", 4),
            allowed=tuple(part.strip() for part in more.split(",") if part.strip()),
            bucket_port=_number("CROSSWIND_BUCKET_PORT", 54330),
            grpc_port=_number("CROSSWIND_GRPC_PORT", 50051),
            dags=Path(dags).resolve() if (dags := os.environ.get("CROSSWIND_DAGS")) else None,
        )

    @property
    def home(self) -> Path:
        """Airflow's home folder."""
        return self.run / "airflow"

    @property
    def logs(self) -> Path:
        """One log file a component."""
        return self.run / "logs"

    @property
    def postgres(self) -> Path:
        """The folder of the PostgreSQL that holds the store and Airflow's metadata."""
        return self.run / "postgres"

    @property
    def source(self) -> Path:
        """The folder of the demo's source, a server of its own."""
        return self.run / "source"

    @property
    def env_file(self) -> Path:
        """What a client needs to know, 0600."""
        return self.run / "crosswind.env"

    @property
    def base(self) -> str:
        """Airflow's address."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def grpc(self) -> str:
        """The target of gRPC clients."""
        return f"{LOOPBACK}:{self.grpc_port}"

    def environment(self) -> dict[str, str]:
        """Return what every process of the installation has in its environment; never a secret."""
        ours = {
            MARKER: str(self.run),
            "CROSSWIND_RUN_FOLDER": str(self.run),
            "CROSSWIND_ROOT": str(self.root),
            "CROSSWIND_PORT": str(self.port),
            "CROSSWIND_SOURCE_PORT": str(self.source_port),
            "CROSSWIND_BUCKET_PORT": str(self.bucket_port),
            "CROSSWIND_GRPC_PORT": str(self.grpc_port),
            "CROSSWIND_PARALLELISM": str(self.parallelism),
            "CROSSWIND_ALLOWED_ADDRESSES": ",".join(self.allowed),
            "CROSSWIND_DAGS": str(self.dags or ""),
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW_CONFIG": str(self.home / "airflow.cfg"),
            # setproctitle writes over the environment that `down` reads, unless told not to.
            "SPT_NOENV": "1",
            "PYTHONUNBUFFERED": "1",
            "NO_PROXY": f"{LOOPBACK},localhost",
            "no_proxy": f"{LOOPBACK},localhost",
        }
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "CROSSWIND", "PG"))
        }
        return {**{name: value for name, value in kept.items() if name not in UNTOLD}, **ours}


def _number(name: str, default: int) -> int:
    given = os.environ.get(name) or str(default)
    if not given.isdigit() or not 0 < int(given) < 65536:
        msg = f"{name} is {given!r}: give a number from 1 to 65535."
        raise StackError(msg)
    return int(given)
