"""Airflow on a real metadata database in this process, without a scheduler: the test says what runs."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn

DAGS = Path(__file__).resolve().parents[2] / "dags"
BUNDLE = "dags-folder"


class Airflow:
    """Points this process's Airflow at a PostgreSQL database, migrates it and knows our DAGs."""

    def __init__(self, url: str, scratch: Path) -> None:
        self._before = dict(os.environ)
        os.environ |= {
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": url,
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(scratch / "plugins"),
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(scratch / "logs"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__API_AUTH__JWT_SECRET": "tests-only-secret-of-some-length-0123456789",
        }
        self.url = url

    def migrate(self) -> None:
        """Do what `airflow db migrate` does on a fresh database."""
        self.enter()
        from airflow.utils.db import initdb

        initdb()

    def enter(self) -> None:
        """Point this process's Airflow at the database."""
        from airflow import settings

        settings.configure_vars()
        settings.reconfigure_orm()

    def forget_connections(self) -> None:
        """Empty Airflow's connections and its log."""
        from airflow.models import Connection, Log
        from airflow.utils.session import create_session
        from sqlalchemy import delete

        with create_session() as session:
            session.execute(delete(Connection))
            session.execute(delete(Log))

    def leave(self) -> None:
        """Point this process's Airflow at where it was before."""
        from airflow import settings

        for name in set(os.environ) - set(self._before):
            del os.environ[name]
        os.environ.update(self._before)
        settings.configure_vars()
        settings.reconfigure_orm()

    def learn_dags(self) -> None:
        """Do what the DAG processor does with our folder."""
        from airflow.dag_processing.bundles.manager import DagBundlesManager
        from airflow.dag_processing.dagbag import BundleDagBag, sync_bag_to_db

        DagBundlesManager().sync_bundles_to_db()
        bag = BundleDagBag(dag_folder=DAGS, bundle_path=DAGS, bundle_name=BUNDLE)
        assert bag.import_errors == {}
        sync_bag_to_db(bag, BUNDLE, None)
        self.dags = dict(bag.dags)

    def connection(self, conn_id: str, **fields: Any) -> None:
        """Store an Airflow connection, replacing one of the same id."""
        from airflow.models import Connection
        from airflow.utils.session import create_session

        self.forget(conn_id)
        with create_session() as session:
            session.add(Connection(conn_id=conn_id, **fields))

    def forget(self, conn_id: str) -> None:
        """Delete an Airflow connection."""
        from airflow.models import Connection
        from airflow.utils.session import create_session
        from sqlalchemy import delete

        with create_session() as session:
            session.execute(delete(Connection).where(Connection.conn_id == conn_id))

    def trigger(self, dag_id: str, conf: dict[str, Any], *, run_id: str | None = None, user: str | None = None) -> str:
        """Start a run as Airflow's own form does."""
        from airflow.api.common.trigger_dag import trigger_dag
        from airflow.utils.session import create_session
        from airflow.utils.types import DagRunTriggeredByType

        kind = DagRunTriggeredByType.UI if user else DagRunTriggeredByType.CLI
        with create_session() as session:
            run = trigger_dag(
                dag_id, run_id=run_id, conf=conf, triggered_by=kind, triggering_user_name=user, session=session
            )
            assert run is not None
            return str(run.run_id)

    def start(self, dag_id: str, run_id: str) -> int:
        """Do what the scheduler does: set the run running and its task scheduled; return the try."""
        from airflow.utils.session import create_session

        with create_session() as session:
            run, ti = _of(dag_id, run_id, session)
            run.state = "running"
            ti.try_number += 1
            ti.state = "scheduled"
            return int(ti.try_number)

    def begin(self, dag_id: str, run_id: str) -> int:
        """Make the task look as if its process had begun; return the try."""
        from airflow.utils.session import create_session

        number = self.start(dag_id, run_id)
        with create_session() as session:
            _of(dag_id, run_id, session)[1].state = "running"
        return number

    def work(self, dag_id: str, run_id: str) -> str:
        """Run one try of the run's task to its end and return the state of the run."""
        from airflow.sdk.definitions.dag import _run_task
        from airflow.utils.session import create_session

        self.start(dag_id, run_id)
        with create_session() as session:
            _, ti = _of(dag_id, run_id, session)
            session.expunge_all()
        task = self.dags[dag_id].task_dict[ti.task_id]
        _run_task(ti=ti, task=task)
        return self.settle(dag_id, run_id)

    def settle(self, dag_id: str, run_id: str) -> str:
        """Let the run's state follow its task's, and return it."""
        from airflow.models.dagbag import DBDagBag
        from airflow.utils.session import create_session

        with create_session() as session:
            run, _ = _of(dag_id, run_id, session)
            run.dag = DBDagBag().get_dag_for_run(run, session=session)
            run.update_state(session=session, execute_callbacks=False)
            return str(run.state)

    def task_state(self, dag_id: str, run_id: str) -> str:
        """Return the state of the run's task."""
        from airflow.utils.session import create_session

        with create_session() as session:
            return str(_of(dag_id, run_id, session)[1].state)


def _of(dag_id: str, run_id: str, session: Any) -> tuple[Any, Any]:
    from airflow.models.dagrun import DagRun

    run = DagRun.find(dag_id=dag_id, run_id=run_id, session=session)[0]
    return run, run.get_task_instances(session=session)[0]


class Server:
    """An ASGI app under `/crosswind` on a port of loopback, which can be killed and come back on the same port.

    `dies_at` names the end of a path: the first request to it is worked on, its answer is never sent, and the server
    dies; it comes back after `away` seconds, or never.
    """

    def __init__(self, app: Any) -> None:
        from starlette.applications import Starlette
        from starlette.routing import Mount

        self._app = Starlette(routes=[Mount("/crosswind", app=app)])
        self.dies_at: str | None = None
        self.away: float | None = None
        self.deaths = 0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.base = f"http://127.0.0.1:{self.port}/crosswind"

    def start(self) -> None:
        config = uvicorn.Config(
            self._serve, host="127.0.0.1", port=self.port, log_level="critical", lifespan="off", interface="asgi3"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(20)

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        if self.dies_at is None or not str(scope.get("path", "")).endswith(self.dies_at):
            await self._app(scope, receive, send)
            return
        self.dies_at = None
        self.deaths += 1

        async def silence(_: Any) -> None:
            return None

        await self._app(scope, receive, silence)
        for link in list(self._server.server_state.connections):
            link.transport.abort()
        threading.Thread(target=self._die, daemon=True).start()
        await asyncio.sleep(60)

    def _die(self) -> None:
        self.stop()
        if self.away is not None:
            time.sleep(self.away)
            self.start()
