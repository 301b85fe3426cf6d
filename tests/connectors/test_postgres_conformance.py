from __future__ import annotations

from typing import ClassVar

import pytest
from psycopg import sql
from tests.connectors.support import Source

from crosswind.connectors.conformance import (
    Exemption,
    ListsTablesConformance,
    RunsQueriesConformance,
    Subject,
)
from crosswind_databases.postgres import CONNECTOR_TYPE
from crosswind_databases.postgres.settings import PostgresSettings


class PostgresWorkbench:
    def __init__(self, source: Source) -> None:
        self.source = source

    def create(self, schema: str, name: str) -> None:
        self.run("create schema if not exists {0}", schema)
        self.run("create table {0}.{1} (id int primary key, label text)", schema, name)

    def alter(self, schema: str, name: str) -> None:
        self.run("alter table {0}.{1} add column added text", schema, name)

    def fill(self, schema: str, name: str) -> None:
        self.run("insert into {0}.{1} select n from generate_series(1, 1000) n", schema, name)
        self.run("analyze {0}.{1}", schema, name)

    def drop(self, schema: str, name: str) -> None:
        self.run("drop table {0}.{1}", schema, name)

    def run(self, statement: str, *names: str) -> None:
        with self.source.connect() as link:
            link.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class TestPostgres(ListsTablesConformance, RunsQueriesConformance):
    exemptions: ClassVar[dict[str, Exemption]] = {}

    @pytest.fixture
    def subject(self, database_source: Source) -> Subject:
        def at(port: int) -> PostgresSettings:
            return PostgresSettings.model_validate(
                {"host": "127.0.0.1", "port": port, "database": database_source.database, "connectionTimeout": 2}
            )

        return Subject(
            type=CONNECTOR_TYPE,
            settings=at(database_source.port),
            credentials=database_source.credentials,
            wrong_credentials={"username": database_source.username, "password": "canary-wrong"},
            settings_at=at,
            connection_timeout=2,
            workbench=PostgresWorkbench(database_source),
        )
