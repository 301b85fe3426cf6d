"""The one statement that reads a whole database: a row an object, its facts as JSON in the words of SourceObject.

Objects come in order from a sorted subquery, and what belongs to each is looked up beside it by index: so the first row
comes at once, neither side holds more than one object, and no sort spills however large the source is.

Nothing opens a relation but what must (views, generated columns, indexes and partition keys with expressions),
because that waits for whoever has locked it: defaults and bounds are spelled with relation 0. Sizes come from pg_class,
because pg_total_relation_size opens every relation.
"""

# ruff: noqa: S608 this module composes constants only; names and patterns travel as parameters

from __future__ import annotations

from crosswind.connectors.patterns import Pattern, Patterns
from crosswind.connectors.types import Depth

_COLUMNS = """
coalesce((
  select json_agg(json_build_object(
    'name', a.attname, 'position', a.position, 'dataType', format_type(a.atttypid, a.atttypmod),
    'nullable', not a.attnotnull,
    'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, 0) end,
    'identity', case a.attidentity when 'a' then 'ALWAYS' when 'd' then 'BY DEFAULT' end,
    'generated', case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end,
    'comment', e.description) order by a.attnum)
  from (
    select attrelid, attnum, attname, atttypid, atttypmod, attnotnull, attidentity, attgenerated,
           row_number() over (order by attnum) as position
    from pg_attribute where attrelid = o.oid and attnum > 0 and not attisdropped) a
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_description e
    on e.objoid = a.attrelid and e.classoid = 'pg_class'::regclass and e.objsubid = a.attnum), '[]')
"""

_NAMES = """
array(select case when u.num > 0
               then (select a.attname::text from pg_attribute a where a.attrelid = {relation} and a.attnum = u.num)
               else pg_get_indexdef({expression_of}, u.at::int, false) end
      from unnest({numbers}) with ordinality u(num, at) order by u.at)
"""


def _names(relation: str, numbers: str, expression_of: str = "null") -> str:
    return _NAMES.format(relation=relation, numbers=numbers, expression_of=expression_of)


_KEY = f"json_build_object('name', k.conname, 'columns', {_names('k.conrelid', 'k.conkey')})"
_PRIMARY = f"(select {_KEY} from pg_constraint k where k.conrelid = o.oid and k.contype = 'p')"
_UNIQUE = f"""
coalesce((select json_agg({_KEY} order by k.conname)
          from pg_constraint k where k.conrelid = o.oid and k.contype = 'u'), '[]')
"""
_ACTION = """
case k.{column} when 'a' then 'NO ACTION' when 'r' then 'RESTRICT' when 'c' then 'CASCADE'
  when 'n' then 'SET NULL' when 'd' then 'SET DEFAULT' end
"""
_FOREIGN = f"""
coalesce((
  select json_agg(json_build_object(
    'name', k.conname, 'columns', {_names("k.conrelid", "k.conkey")},
    'targetSchema', tn.nspname, 'targetName', t.relname, 'targetColumns', {_names("k.confrelid", "k.confkey")},
    'onUpdate', {_ACTION.format(column="confupdtype")}, 'onDelete', {_ACTION.format(column="confdeltype")})
    order by k.conname)
  from pg_constraint k join pg_class t on t.oid = k.confrelid join pg_namespace tn on tn.oid = t.relnamespace
  where k.conrelid = o.oid and k.contype = 'f' and k.conparentid = 0), '[]')
"""
_INDEXES = f"""
coalesce((
  select json_agg(json_build_object(
    'name', x.relname,
    'columns', {_names("i.indrelid", "i.indkey[0:i.indnkeyatts - 1]", "i.indexrelid")},
    'included', {_names("i.indrelid", "i.indkey[i.indnkeyatts:]")},
    'unique', i.indisunique, 'primary', i.indisprimary, 'method', m.amname,
    'predicate', pg_get_expr(i.indpred, i.indrelid)) order by x.relname)
  from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
  where i.indrelid = o.oid and i.indisvalid), '[]')
"""
_PARTITION_KEY = f"""
case when o.relkind = 'p' then (
  select case when 0 = any(k.partattrs) then pg_get_partkeydef(o.oid)
    else case k.partstrat when 'r' then 'RANGE' when 'l' then 'LIST' when 'h' then 'HASH' else k.partstrat::text end
      || ' (' || array_to_string({_names("o.oid", "k.partattrs")}, ', ') || ')' end
  from pg_partitioned_table k where k.partrelid = o.oid) end
"""
_PARTITIONS = """
coalesce((
  select json_agg(json_build_object('schema', pn.nspname, 'name', p.relname, 'bound', pg_get_expr(p.relpartbound, 0))
                  order by pn.nspname, p.relname)
  from unnest(f.members) m(oid) join pg_class p using (oid) join pg_namespace pn on pn.oid = p.relnamespace
  where o.relkind = 'p' and p.oid <> o.oid), '[]')
"""
_DEPENDENCIES = """
case when o.relkind in ('v', 'm') then coalesce((
  select json_agg(json_build_object('schema', s.nspname, 'name', s.relname, 'columns', s.columns)
                  order by s.nspname, s.relname)
  from (select tn.nspname, t.relname, coalesce(array_agg(distinct a.attname) filter (where a.attname is not null), '{}')
               as columns
        from pg_rewrite w
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
         and d.refclassid = 'pg_class'::regclass and d.refobjid <> w.ev_class
        join pg_class t on t.oid = d.refobjid and t.relkind in ('r', 'p', 'v', 'm', 'f')
        join pg_namespace tn on tn.oid = t.relnamespace
        left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid and d.refobjsubid > 0
        where w.ev_class = o.oid group by tn.nspname, t.relname) s), '[]') end
"""
_FAMILY = """
left join lateral (
  with recursive tree(oid) as (
    select o.oid union all select h.inhrelid from tree join pg_inherits h on h.inhparent = tree.oid)
  select array_agg(oid) as members from tree where o.relkind = 'p') f on o.relkind = 'p'
"""
_STATISTICS = """
case when o.relkind in ('r', 'm', 'f') and o.reltuples >= 0 then o.reltuples::bigint
  when o.relkind = 'p' then (select sum(c.reltuples)::bigint from unnest(f.members) m(oid) join pg_class c using (oid)
                             where c.relkind in ('r', 'f') and c.reltuples >= 0) end as row_estimate,
case when o.relkind = 'p' or o.relkind in ('r', 'm') and o.reltuples >= 0 then (
  select sum(greatest(c.relpages, 0)::bigint + coalesce(t.relpages, 0)
             + coalesce((select sum(x.relpages) from pg_index i join pg_class x on x.oid = i.indexrelid
                         where i.indrelid = c.oid), 0))
  from unnest(coalesce(f.members, array[o.oid])) m(oid) join pg_class c using (oid)
  left join pg_class t on t.oid = c.reltoastrelid)::bigint * current_setting('block_size')::bigint end as size_bytes
"""
_HEAD = """
'schema', o.nspname, 'name', o.relname,
'kind', case when o.relkind in ('v', 'm') then 'VIEW' else 'TABLE' end,
'typeDetail', case o.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
  when 'm' then 'materialized view' when 'f' then 'foreign table' end,
'comment', (select e.description from pg_description e
            where e.objoid = o.oid and e.classoid = 'pg_class'::regclass and e.objsubid = 0)
"""
_BODY = f"""
, 'columns', {_COLUMNS}, 'primaryKey', {_PRIMARY}, 'uniqueKeys', {_UNIQUE}, 'foreignKeys', {_FOREIGN},
'indexes', {_INDEXES},
'definition', case when o.relkind in ('v', 'm') then pg_get_viewdef(o.oid) end,
'partitionKey', {_PARTITION_KEY},
'partitions', {_PARTITIONS}, 'dependencies', coalesce({_DEPENDENCIES}, '[]')
"""


def statement(depth: Depth, patterns: Patterns) -> tuple[str, dict[str, str]]:
    """Return the statement and its parameters; every row is (facts, row_estimate, size_bytes)."""
    wanted, parameters = _wanted(patterns)
    facts = f"json_build_object({_HEAD}{_BODY if depth == 'full' else ''})"
    text = f"""
    select {facts} as facts, {_STATISTICS}
    from (select c.oid, n.nspname, c.relname, c.relkind, c.reltuples
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
            and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and {wanted}
          order by n.nspname collate "C", c.relname collate "C" offset 0) o
    {_FAMILY}
    order by o.nspname collate "C", o.relname collate "C"
    """
    return text.replace("%", "%%").replace("%%(", "%("), parameters


def _wanted(patterns: Patterns) -> tuple[str, dict[str, str]]:
    """Return the condition on names; texts of patterns travel as parameters only."""
    parameters: dict[str, str] = {}

    def any_of(listed: tuple[Pattern, ...], side: str) -> str:
        tests = []
        for index, pattern in enumerate(listed):
            schema, name = f"{side}_schema_{index}", f"{side}_name_{index}"
            parameters[schema], parameters[name] = pattern.likes
            tests.append(f"(n.nspname like %({schema})s and c.relname like %({name})s)")
        return "(" + " or ".join(tests) + ")"

    included = any_of(patterns.included, "include") if patterns.included else "true"
    excluded = "not " + any_of(patterns.excluded, "exclude") if patterns.excluded else "true"
    return f"{included} and {excluded}", parameters
