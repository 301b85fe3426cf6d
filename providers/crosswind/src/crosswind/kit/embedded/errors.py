"""The one error of the launcher."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be prepared, started or stopped; the message says why and what to do."""
