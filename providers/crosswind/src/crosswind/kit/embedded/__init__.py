"""A real PostgreSQL server from PyPI's binaries, for the store, the demo's source and the tests."""

from crosswind.kit.embedded.errors import EmbeddedPostgresError
from crosswind.kit.embedded.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]
