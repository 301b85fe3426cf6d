"""Airflow with our DAGs and the REST door over its own database, a real source, and the key that tasks start from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from tests.support.airflow import Airflow, Server
from tests.support.app import Rest
from tests.support.runs import govern

from crosswind.kit.embedded import EmbeddedPostgres

DATABASE = "airflow_tests"
ALLOWED = "AIRFLOW__CROSSWIND__ALLOWED_ADDRESSES"
KEPT = {"audit", "audit_heads", "audit_checkpoints", "role_seeds", "alembic_version_crosswind"}


@pytest.fixture(autouse=True)
def _environment_as_before() -> Iterator[None]:
    """A setting that a test leaves behind would change those after it."""
    before = dict(os.environ)
    yield
    left = {name for name in before | os.environ if name != "PYTEST_CURRENT_TEST"}
    assert [name for name in sorted(left) if before.get(name) != os.environ.get(name)] == []


@pytest.fixture(scope="session")
def airflow_database(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    """Airflow's metadata database, migrated by Airflow itself, with our DAGs known; this process has left it."""
    postgres.create_database(DATABASE)
    airflow = Airflow(postgres.url(DATABASE), tmp_path_factory.mktemp("airflow"))
    airflow.migrate()
    airflow.learn_dags()
    airflow.leave()
    return airflow


@pytest.fixture
def airflow(airflow_database: Airflow, tmp_path: Path) -> Iterator[Airflow]:
    """Airflow in this process on that database for one test, with none of our rows left of the test before."""
    airflow = Airflow(airflow_database.url, tmp_path)
    airflow.enter()
    airflow.dags = airflow_database.dags
    _empty(airflow.url)
    yield airflow
    airflow.leave()


def _empty(url: str) -> None:
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        found = connection.execute(text("select tablename from pg_tables where schemaname = 'crosswind'")).scalars()
        tables = [f'crosswind."{name}"' for name in found if name not in KEPT]
        connection.execute(text(f"truncate {', '.join(tables)} cascade"))
        connection.execute(text("delete from dag_run"))
        connection.execute(text("update dag set is_paused = false, is_stale = false, has_import_errors = false"))
    engine.dispose()


@pytest.fixture
def served(airflow: Airflow, source: str) -> Iterator[Served]:
    """REST on a port, and `crosswind_default` with a key for running tasks."""
    parts = urlsplit(source)
    address = f"{parts.hostname}:{parts.port}"
    os.environ[ALLOWED] = address
    with Rest(airflow.url, allowed_addresses=frozenset({address})) as rest:
        server = Server(rest.app)
        server.start()
        key = rest.platform_key("lease:create", "due:start")
        airflow.connection("crosswind_default", conn_type="crosswind", host=server.base, password=key)
        yield Served(airflow, rest, server, source, key)
        server.stop()
    del os.environ[ALLOWED]


class Served:
    """What a test of runs works with."""

    def __init__(self, airflow: Airflow, rest: Rest, server: Server, source: str, ingest_key: str) -> None:
        self.airflow = airflow
        self.rest = rest
        self.server = server
        self.source = source
        self.ingest_key = ingest_key

    @property
    def source_port(self) -> int:
        return urlsplit(self.source).port or 0

    def allow(self, port: int) -> None:
        """Let connections dial one more port of this machine."""
        os.environ[ALLOWED] += f",127.0.0.1:{port}"

    def break_connection(self, conn_id: str = "shop", **changed: Any) -> None:
        """Write the Airflow side of a connection anew, some of its fields changed."""
        parts = urlsplit(self.source)
        fields: dict[str, Any] = {
            "conn_type": "postgres",
            "host": parts.hostname,
            "port": parts.port,
            "schema": parts.path.lstrip("/"),
            "login": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
        }
        self.airflow.connection(conn_id, **(fields | changed))
        self.allow(int(changed.get("port", self.source_port)))

    def register(self, document: dict[str, Any] | None = None, *, due: bool = False) -> None:
        """Govern a connection `shop` to the source."""
        self.break_connection()
        moment = datetime.now(UTC) - timedelta(minutes=1) if due else None
        govern(self.rest, "shop", document=document or {}, discovery_next_at=moment)


@pytest.fixture
def shop(source: str) -> Callable[[str], None]:
    """A few tables with keys and a view in the source; the returned function runs SQL there."""
    import psycopg

    def run(sql: str) -> None:
        with psycopg.connect(source.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(sql)

    run((Path(__file__).parent / "shop.sql").read_text(encoding="utf-8"))
    return run
