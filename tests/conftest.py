"""What every test may use: a real PostgreSQL server, databases on it, and the whole platform."""

from __future__ import annotations

import base64
import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.airflow import Airflow
from tests.support.app import Rest
from tests.support.floor import make_server

from crosswind.kit.embedded import EmbeddedPostgres

signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a run that is ended stops its servers
os.environ.setdefault("AIRFLOW_HOME", str(Path(tempfile.gettempdir()) / f"crosswind-tests-airflow-{os.getuid()}"))
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
os.environ.setdefault("AIRFLOW__CORE__FERNET_KEY", base64.urlsafe_b64encode(os.urandom(32)).decode())

STORE_TEMPLATE = "store_template"
MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Path]:
    """A folder with a short path that every system user can enter, in memory where there is enough.

    A store a test is a copy of hundreds of files: ten times faster there than on a disk that others use too.
    """
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    folder = Path(tempfile.mkdtemp(prefix="cw-", dir=MEMORY if roomy else None))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(short_folder: Path) -> Iterator[EmbeddedPostgres]:
    """One server a test session, over a socket and over TCP with SCRAM."""
    server = make_server(short_folder / "postgres")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a fresh empty database."""
    name = f"database_{next(_numbers)}"
    postgres.create_database(name)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def store_template(postgres: EmbeddedPostgres) -> str:
    """The name of a database that all our migrations ran on."""
    from crosswind.migrations import upgrade

    postgres.create_database(STORE_TEMPLATE)
    upgrade(postgres.url(STORE_TEMPLATE))
    return STORE_TEMPLATE


@pytest.fixture
def store(postgres: EmbeddedPostgres, store_template: str) -> Iterator[str]:
    """The URL of a fresh migrated store."""
    name = f"store_{next(_numbers)}"
    postgres.create_database(name, template=store_template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def source(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a fresh database over TCP with a SCRAM password, as a connector meets one."""
    name = f"source_{next(_numbers)}"
    postgres.create_database(name)
    yield postgres.url(name, tcp=True)
    postgres.drop_database(name)


@pytest.fixture
def rest(store: str) -> Iterator[Rest]:
    """The REST door over a fresh store; `rest.client(role, tenant, attributes)` calls it as anybody."""
    with Rest(store) as door:
        yield door


@pytest.fixture(scope="session")
def airflow_metadata(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a metadata database of Airflow's own, migrated once; it holds no store."""
    postgres.create_database("airflow_metadata")
    airflow = Airflow(postgres.url("airflow_metadata"), tmp_path_factory.mktemp("airflow"))
    airflow.migrate()
    airflow.leave()
    return airflow.url


@pytest.fixture
def airflow_db(airflow_metadata: str, tmp_path: Path) -> Iterator[Airflow]:
    """Airflow in this process on that database, without connections and with an empty log."""
    airflow = Airflow(airflow_metadata, tmp_path)
    airflow.enter()
    airflow.forget_connections()
    yield airflow
    airflow.leave()
