"""What the tests of the PostgreSQL connector share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from crosswind.connectors.patterns import Patterns
from crosswind.connectors.types import CheckStep, Depth, SourceObject
from crosswind.kit.outbound import OutboundGuard
from crosswind_databases.postgres.connector import PostgresConnector
from crosswind_databases.postgres.settings import PostgresSettings


@dataclass(frozen=True)
class Source:
    """A real database, seen by its owner (`execute`) and by connectors (`connector`)."""

    host: str
    port: int
    database: str
    username: str
    password: str

    @classmethod
    def at(cls, url: str) -> Source:
        parts = make_url(url)
        return cls(str(parts.host), int(parts.port or 0), str(parts.database), str(parts.username), str(parts.password))

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=self.host,
            port=self.port,
            dbname=self.database,
            user=self.username,
            password=self.password,
            autocommit=True,
        )

    def execute(self, *statements: str) -> None:
        with self.connect() as link:
            for statement in statements:
                link.execute(statement)

    def connector(
        self, *, credentials: dict[str, str] | None = None, guard: OutboundGuard | None = None, **settings: Any
    ) -> PostgresConnector:
        given = {"host": self.host, "port": self.port, "database": self.database, "connectionTimeout": 10, **settings}
        parsed = PostgresSettings.model_validate(given)
        guard = guard or OutboundGuard([f"{host}:{parsed.port}" for host in {parsed.host, "127.0.0.1"}])
        return PostgresConnector(parsed, credentials or self.credentials, guard)

    @property
    def credentials(self) -> dict[str, str]:
        return {"username": self.username, "password": self.password}

    def discover(
        self, depth: Depth = "full", include: Sequence[str] = (), exclude: Sequence[str] = ()
    ) -> dict[str, SourceObject]:
        with self.connector() as connector:
            found = connector.discover(depth, Patterns(tuple(include), tuple(exclude)))
            return {f"{each.schema}.{each.name}": each for each in found.objects}


def steps(found: list[CheckStep]) -> dict[str, CheckStep]:
    return {each.name: each for each in found}


def failed(found: list[CheckStep]) -> list[CheckStep]:
    return [each for each in found if each.status == "failed"]
