"""The store's schema, as a chain of Alembic revisions that `airflow db migrate` and tests run alike."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

SCHEMA = "crosswind"
VERSION_TABLE = "alembic_version_crosswind"
_one_at_a_time = threading.Lock()
"""Alembic keeps the running environment in module globals."""


def alembic_config(connection: Connection | None = None, url: str | None = None) -> Config:
    """Return Alembic's configuration for a connection that is open already, or for a URL."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the store at a URL to a revision; concurrent callers wait for each other."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with _one_at_a_time, engine.connect() as connection:
            command.upgrade(alembic_config(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Take the store at a URL back to a revision (`base` empties it)."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with _one_at_a_time, engine.connect() as connection:
            command.downgrade(alembic_config(connection), revision)
            connection.commit()
    finally:
        engine.dispose()
