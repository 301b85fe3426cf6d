"""What the databases were prepared by and for, so that a warm start need not import Airflow to find nothing to do.

Two things must be the same: whatever preparing reads (installed packages, our own files, the configuration), and the
database itself with its revisions and with what was seeded. Anything else means preparing again.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

import crosswind
from crosswind.doors.cli.stack import files
from crosswind.doors.cli.stack.access import platform_keys
from crosswind.doors.cli.stack.layout import Layout

_VERSION_TABLES = """
select n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relname like 'alembic\\_version%' order by 1, 2
"""
_SERVER = """
select system_identifier::text, (select oid::text from pg_database where datname = current_database())
from pg_control_system()
"""
_SEEDED = """
select (select count(*) from ab_user where username = 'admin'),
  (select md5(concat_ws('|', conn_type, host, password)) from connection where conn_id = 'crosswind_default')
"""


def stands(layout: Layout, url: str) -> bool:
    """Tell whether the database at `url` was prepared by the very same, and is as it was left."""
    stamped = files.read_json(_path(layout))
    if not stamped or stamped.get("inputs") != _inputs(layout) or stamped.get("database") != _database(url):
        return False
    return bool(stamped.get("key") == _digest(platform_keys(layout).ingest.encode()))


def write(layout: Layout, url: str) -> None:
    """Remember what the database at `url` has just been prepared by."""
    key = _digest(platform_keys(layout).ingest.encode())
    files.write_json(_path(layout), {"inputs": _inputs(layout), "database": _database(url), "key": key})


def remove(layout: Layout) -> None:
    """Forget it, so that preparing that breaks off is done again."""
    _path(layout).unlink(missing_ok=True)


def _path(layout: Layout) -> Path:
    return layout.run / "prepared.json"


def _inputs(layout: Layout) -> str:
    """Hash the versions of all packages, our own files, the constraints and the configuration."""
    installed = sorted({f"{each.name}=={each.version}" for each in distributions()})
    package = Path(crosswind.__file__).parent
    read = [*sorted(package.rglob("*.py")), layout.root / "constraints.txt", layout.home / "airflow.cfg"]
    contents = [[str(path), _digest(path.read_bytes())] for path in read if path.exists()]
    return _digest(json.dumps([installed, contents, layout.base]).encode())


def _database(url: str) -> dict[str, Any]:
    """Tell which database this is, its revisions and what was seeded; empty when it was never prepared."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as link:
            return _facts(link)
    except ProgrammingError:
        return {}
    finally:
        engine.dispose()


def _facts(link: Connection) -> dict[str, Any]:
    tables = link.execute(text(_VERSION_TABLES)).all()
    revisions = {
        f"{schema}.{name}": sorted(link.scalars(text(f"select version_num from {quoted}")))  # noqa: S608 quoted there
        for schema, name, quoted in tables
    }
    server, seeded = link.execute(text(_SERVER)).one(), link.execute(text(_SEEDED)).one()
    return {"server": list(server), "revisions": revisions, "seeded": list(seeded)}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
