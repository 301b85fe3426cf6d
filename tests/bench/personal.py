"""A generated source of tables that hold personal data beside what only looks like it: ten columns, 200 rows each."""

from __future__ import annotations

from tests.connectors.support import Source

from crosswind.kit.embedded import EmbeddedPostgres

SCHEMAS = 20
ROWS = 200
COLUMNS = 10
FOUND = 6
"""Columns of each table that hold personal data."""
_TABLE = """
create table {schema}.{name} (
  id bigint primary key, c1 text, contact text, full_name text, phone text, address text, born date,
  note text, order_number text, payload jsonb);
insert into {schema}.{name}
select n, md5(n::text || {number}),
  lower(given || '.' || family) || n || '@example.org', given || ' ' || family,
  '+49 30 ' || (2000000 + (n * 7919 + {number}) % 7000000), (n % 99 + 1) || ' Mill Lane',
  date '1940-01-01' + (n * 127 + {number}) % 24000,
  'Order of ' || n || ' pieces, write to ' || family || n || '@example.net before noon, then call the branch again',
  'A-' || (100000 + n * 31), jsonb_build_object('n', n, 'who', jsonb_build_object('name', family, 'tags', '[1, 2]'))
from (select n, ('{{Anna,Bruno,Chiara,Elif,Grace,Jonas,Kavya,Liam,Ines,Farid}}'::text[])[n % 10 + 1] as given,
        ('{{Brandt,Costa,Dubois,Eriksen,Garcia,Haddad,Jensen,Kim,Novak}}'::text[])[n % 9 + 1] as family
      from generate_series(1, {rows}) n) as people;
"""


def personal(server: EmbeddedPostgres, tables: int) -> Source:
    """Return a database of so many tables, made on first use."""
    name = f"personal_{tables}"
    if server.create_database(name):
        source = Source.at(server.url(name, tcp=True))
        source.execute(*(f"create schema s{number:02}" for number in range(SCHEMAS)))
        statements = [_table(number) for number in range(tables)]
        source.execute(*("".join(statements[at : at + 50]) for at in range(0, tables, 50)), "analyze")
    return Source.at(server.url(name, tcp=True))


def _table(number: int) -> str:
    return _TABLE.format(schema=f"s{number % SCHEMAS:02}", name=f"people_{number:05}", number=number, rows=ROWS)
