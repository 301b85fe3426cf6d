"""What the demo breaks at the source on purpose, and how it is mended."""

from __future__ import annotations

from typing import Any

from psycopg import Connection

from demo.source.views import PUNCTUALITY, PUNCTUALITY_COMMENT

TABLE = ("flights", "flights")
COLUMN, RENAMED = "dep_delay", "departure_delay"
VIEW = ("reporting", "airline_punctuality")

_COLUMN_THERE = """
SELECT 1 FROM pg_attribute WHERE attrelid = 'flights.flights'::regclass AND attname = %s AND NOT attisdropped
"""


def broken(connection: Connection[Any]) -> bool:
    """Tell whether an earlier run left the source broken."""
    return connection.execute(_COLUMN_THERE, [RENAMED]).fetchone() is not None


def break_it(connection: Connection[Any]) -> None:
    """Rename a column and drop a view, as a careless release would."""
    with connection.transaction():
        connection.execute("DROP VIEW reporting.airline_punctuality")
        connection.execute("ALTER TABLE flights.flights RENAME COLUMN dep_delay TO departure_delay")


def mend(connection: Connection[Any]) -> None:
    """Undo what `break_it` did."""
    with connection.transaction():
        connection.execute("ALTER TABLE flights.flights RENAME COLUMN departure_delay TO dep_delay")
        connection.execute(PUNCTUALITY)
        connection.execute(PUNCTUALITY_COMMENT)
        connection.execute("GRANT SELECT ON reporting.airline_punctuality TO reader")
