"""What the server is asked about its protection, in one reading statement, and what the answer means."""

from __future__ import annotations

from dataclasses import dataclass

SECURITY = """
with relations as (
  select c.oid, c.relnamespace from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'),
settings as (
  select pg_catalog.max(setting) filter (where name = 'password_encryption') as hashing,
         pg_catalog.max(setting) filter (where name = 'log_connections') as logging
  from pg_catalog.pg_settings where name in ('password_encryption', 'log_connections')),
own as (
  select rolsuper, rolcreatedb or rolcreaterole as rolmakes from pg_catalog.pg_roles where rolname = current_user)
select (select version from pg_catalog.pg_stat_ssl where pid = pg_catalog.pg_backend_pid() and ssl),
       coalesce((select rolsuper from own), false),
       coalesce((select rolsuper or rolmakes from own), false)
         or pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create')
         or exists (select from pg_catalog.pg_namespace n
                    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                      and pg_catalog.has_schema_privilege(n.oid, 'create'))
         or exists (select from relations r
                    where pg_catalog.has_schema_privilege(r.relnamespace, 'usage')
                      and pg_catalog.has_table_privilege(r.oid, 'insert, update, delete, truncate')),
       exists (select from relations r
               where pg_catalog.has_schema_privilege('public', r.relnamespace, 'usage')
                 and (pg_catalog.has_table_privilege('public', r.oid, 'select')
                      or pg_catalog.has_any_column_privilege('public', r.oid, 'select'))),
       hashing, logging
from settings
"""
_SILENT = {"", "off", "false", "no", "0"}


@dataclass(frozen=True)
class Answer:
    """The answer to SECURITY, in its order."""

    tls_version: str | None
    superuser: bool
    can_write: bool
    open_to_all: bool
    hashing: str | None
    logging: str | None

    @property
    def logs_connections(self) -> bool | None:
        """Whether the server logs who connects; None when it does not show the setting."""
        return None if self.logging is None else self.logging.strip().lower() not in _SILENT
