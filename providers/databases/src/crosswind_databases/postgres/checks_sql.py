"""What the check asks the server, in one statement, and what the answer means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FACTS = """
with relations as (
  select n.nspname, has_schema_privilege(n.oid, 'usage') as usable, has_table_privilege(c.oid, 'select') as readable
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
select current_setting('server_version_num')::int, current_setting('server_version'), pg_is_in_recovery(),
       coalesce((select rolsuper from pg_roles where rolname = current_user), false),
       has_function_privilege('pg_control_system()', 'execute'),
       count(*)::int, count(distinct nspname)::int,
       coalesce((array_agg(distinct nspname::text) filter (where not usable))[1:5], '{}'),
       count(distinct nspname) filter (where not usable)::int,
       count(*) filter (where not (usable and readable))::int
from relations
"""
Finding = tuple[str, Literal["passed", "warning"], str, str | None]


@dataclass(frozen=True)
class Facts:
    """The answer to FACTS, in its order."""

    version: int
    version_text: str
    standby: bool
    superuser: bool
    identifiable: bool
    tables: int
    schemas: int
    closed: list[str]
    closed_count: int
    unreadable: int

    def capabilities(self) -> Iterator[Finding]:
        """Yield what works and what will not, with remedies."""
        yield self._schemas()
        yield self._tables()
        if self.superuser:
            remedy = "Use a role with CONNECT, USAGE and SELECT only, such as a member of pg_read_all_data."
            yield "least privilege", "warning", "The role is a superuser", remedy
        else:
            yield "least privilege", "passed", "The role is no superuser", None
        if self.identifiable:
            yield "server identity", "passed", "The server's own identifier can be read", None
        else:
            remedy = "Grant EXECUTE on function pg_control_system() to the role."
            message = "The server's identifier cannot be read; the database's own is used"
            yield "server identity", "warning", message, remedy

    def _schemas(self) -> Finding:
        if not self.closed_count:
            return "schemas", "passed", f"The role may use all {self.schemas} schemas", None
        named = ", ".join(self.closed) + (" …" if self.closed_count > len(self.closed) else "")
        message = f"The role may not use {self.closed_count} of {self.schemas} schemas: {named}"
        return (
            "schemas",
            "warning",
            message,
            "Grant USAGE on them to the role; they are catalogued without it, not queried.",
        )

    def _tables(self) -> Finding:
        if not self.unreadable:
            return "tables", "passed", f"The role may read all {self.tables} tables and views", None
        message = f"The role may not read {self.unreadable} of {self.tables} tables and views"
        return (
            "tables",
            "warning",
            message,
            "Grant SELECT on them to the role; they are catalogued without it, not queried.",
        )
