"""The demo's source: a PostgreSQL server of its own with real flights and synthetic people."""
