"""The limit: what discovery reads, read by bare psycopg into dicts, a statement a kind of thing."""

from __future__ import annotations

from typing import Any

from psycopg.rows import dict_row
from tests.connectors.support import Source

_FROM = "pg_class c join pg_namespace n on n.oid = c.relnamespace"
_WHERE = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
_ORDER = 'order by n.nspname collate "C", c.relname collate "C"'
RELATIONS = f"""
select n.nspname, c.relname, c.relkind, c.reltuples, c.relpages, obj_description(c.oid, 'pg_class') as comment,
  case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition
from {_FROM} where c.relkind in ('r', 'p', 'v', 'm', 'f') and {_WHERE} {_ORDER}
"""
COLUMNS = f"""
select n.nspname, c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod) as data_type, a.attnotnull,
  a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid) as expression, e.description
from {_FROM} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
left join pg_description e on e.classoid = 'pg_class'::regclass and e.objoid = c.oid and e.objsubid = a.attnum
where c.relkind in ('r', 'p', 'v', 'm', 'f') and {_WHERE} {_ORDER}, a.attnum
"""
CONSTRAINTS = f"""
select n.nspname, c.relname, k.conname, k.contype, k.conkey, k.confkey, tn.nspname as target_schema,
  t.relname as target, k.confupdtype, k.confdeltype
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
left join pg_class t on t.oid = k.confrelid left join pg_namespace tn on tn.oid = t.relnamespace
where k.contype in ('p', 'u', 'f') and {_WHERE} {_ORDER}, k.conname
"""
INDEXES = f"""
select n.nspname, c.relname, x.relname as name, i.indisunique, i.indisprimary, i.indkey::int2[], m.amname,
  pg_get_indexdef(i.indexrelid) as definition, x.relpages
from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam where {_WHERE} {_ORDER}, x.relname
"""


def read(source: Source) -> list[list[dict[str, Any]]]:
    """Return the rows of all statements as dicts."""
    with source.connect() as link, link.cursor(row_factory=dict_row) as cursor:
        return [cursor.execute(each).fetchall() for each in (RELATIONS, COLUMNS, CONSTRAINTS, INDEXES)]


def reflect(source: Source) -> int:
    """Reflect everything with SQLAlchemy and return the number of tables."""
    from sqlalchemy import MetaData, create_engine, inspect
    from tests.bench.source import sqlalchemy_url

    engine = create_engine(sqlalchemy_url(source))
    metadata = MetaData()
    for schema in inspect(engine).get_schema_names():
        if schema != "information_schema":
            metadata.reflect(engine, schema=schema, views=True)
    engine.dispose()
    return len(metadata.tables)
