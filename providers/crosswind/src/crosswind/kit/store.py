"""The store: one PostgreSQL schema, one declarative base, one engine."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from sqlalchemy import Engine, MetaData, create_engine
from sqlalchemy.orm import DeclarativeBase

SCHEMA = "crosswind"
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all of our tables."""

    metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)


def make_engine(
    url: str, *, pool_size: int = 10, statement_timeout_ms: int = 30_000, ping: bool = True, **options: Any
) -> Engine:
    """An engine on the store whose sessions speak UTC and end a statement after `statement_timeout_ms`.

    Unless `ping` is false it pings a pooled link before each use: the guard's second try would do for its own routes,
    but health, login and housekeeping do not pass it, and after a restart would say once that the store is away when it
    is there.
    """
    settings = f"-c timezone=UTC -c statement_timeout={statement_timeout_ms} -c search_path={SCHEMA}"
    return create_engine(
        as_psycopg(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=ping,
        json_deserializer=read_json,
        connect_args={"options": settings, "connect_timeout": 5, "application_name": "crosswind"},
        **options,
    )


def read_json(stored: bytes | str) -> Any:
    """A JSON value as the store gave it: quickly, but for what only Python's own numbers hold."""
    try:
        return msgspec.json.decode(stored)
    except msgspec.MsgspecError:
        return json.loads(stored)


def as_psycopg(url: str) -> str:
    """The same PostgreSQL URL for the psycopg 3 driver, whichever driver it names."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme.split("+")[0] in {"postgresql", "postgres"} else url
