"""A generated source: schemas of tables with ten columns, keys, foreign keys, indexes and comments."""

from __future__ import annotations

from sqlalchemy.engine import make_url
from tests.connectors.support import Source

from crosswind.kit.embedded import EmbeddedPostgres

SCHEMAS = 20
COLUMNS = 10
_TABLE = """
create table {schema}.{name} (
  id bigint generated always as identity primary key, parent_id bigint {reference}, code text not null unique,
  title varchar(200) default 'untitled', amount numeric(12, 2) default 0, quantity integer not null default 1,
  created timestamptz not null default now(), flags text[], note jsonb,
  total numeric generated always as (amount * quantity) stored);
comment on table {schema}.{name} is 'Orders of branch {number}, as the shop writes them';
comment on column {schema}.{name}.code is 'The code that a customer sees';
comment on column {schema}.{name}.amount is 'In euro';
"""


def generated(server: EmbeddedPostgres, tables: int) -> Source:
    """Return a database of so many tables, made on first use."""
    name = f"generated_{tables}"
    if server.create_database(name):
        source = Source.at(server.url(name, tcp=True))
        source.execute(*(f"create schema s{number:02}" for number in range(SCHEMAS)))
        statements = [_table(number) for number in range(tables)]
        source.execute(*("".join(statements[at : at + 100]) for at in range(0, tables, 100)), "analyze")
    return Source.at(server.url(name, tcp=True))


def _table(number: int) -> str:
    schema = f"s{number % SCHEMAS:02}"
    parent = number - SCHEMAS
    reference = f"references {schema}.orders_{parent:05}" if parent >= 0 else ""
    return _TABLE.format(schema=schema, name=f"orders_{number:05}", number=number, reference=reference)


def sqlalchemy_url(source: Source) -> str:
    """Return the source's URL for SQLAlchemy's own reflection."""
    url = make_url("postgresql+psycopg://").set(
        host=source.host, port=source.port, database=source.database, username=source.username, password=source.password
    )
    return url.render_as_string(hide_password=False)
