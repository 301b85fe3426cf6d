"""The newcomer's own database: an address that must not be seen anywhere."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from demo.job import Target
from demo.progress import DemoError

FORM = "postgresql://user@host:5432/database"
VERIFIED = {"verify-ca", "verify-full"}


def read_source() -> str:
    """Return the address that the script hands over through a pipe, so that no environment holds it."""
    descriptor = os.environ.pop("CROSSWIND_SOURCE_FD", "")
    if not descriptor:
        return ""
    with os.fdopen(int(descriptor), encoding="utf-8") as stream:
        return stream.readline().strip()


def target_of(address: str) -> Target:
    """Return the connection for an address; a missing password is asked for on the terminal."""
    try:
        parts: dict[str, Any] = conninfo_to_dict(address)
    except ProgrammingError:
        msg = f"SOURCE is not an address such as {FORM}."
        raise DemoError(msg) from None
    host = str(parts.get("host") or "")
    if not host or host.startswith(("/", "@")) or "," in host or not parts.get("dbname"):
        msg = f"SOURCE must name one host and a database, such as {FORM}."
        raise DemoError(msg)
    port = str(parts.get("port") or 5432)
    if not port.isdecimal() or not parts.get("user"):
        msg = f"SOURCE must name a user and a port that is a number, such as {FORM}; write / in a password as %2F."
        raise DemoError(msg)
    mode = str(parts.get("sslmode") or "")
    configuration: dict[str, Any] = {"host": host, "port": int(port), "database": parts["dbname"]}
    configuration["ssl"] = mode in {"require", *VERIFIED}
    if configuration["ssl"]:
        configuration["sslMode"] = mode
    password = str(parts.get("password") or "") or _asked(host)
    credentials = {"username": parts["user"], "password": password}
    return Target("my-database", "My database", configuration, credentials, may_have_another_password=True)


def _asked(host: str) -> str:
    if not sys.stdin.isatty():
        msg = "SOURCE holds no password, and there is no terminal to ask for one."
        raise DemoError(msg)
    return getpass.getpass(f"Password at {host}: ")
