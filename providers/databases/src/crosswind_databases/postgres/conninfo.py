"""The parameters of libpq: every one is set by us, so that neither the environment nor a home folder has a say.

libpq fills what is not given from PG* variables, ~/.pgpass, ~/.postgresql and service files. An empty value keeps the
variable out; a path below /dev/null can never exist, which keeps the default file out.
"""

from __future__ import annotations

import os
from functools import cache

from psycopg import pq
from psycopg.conninfo import make_conninfo

from crosswind.connectors.errors import AddressRefused, InvalidCredentials
from crosswind.connectors.port import Credentials
from crosswind.kit.trust import ca_bundle
from crosswind_databases.postgres.settings import PostgresSettings

NOWHERE = "/dev/null/nowhere"
APPLICATION = "crosswind"
_FIXED = {
    "application_name": APPLICATION,
    "client_encoding": "UTF8",
    "connect_timeout": "0",
    "gssencmode": "disable",
    "channel_binding": "prefer",
    "max_protocol_version": "3.0",
    "min_protocol_version": "3.0",
    "passfile": NOWHERE,
    "sslcert": NOWHERE,
    "sslkey": NOWHERE,
    "sslcertmode": "disable",
    "sslcrl": NOWHERE,
    "sslcrldir": NOWHERE,
    "sslnegotiation": "postgres",
    "ssl_min_protocol_version": "TLSv1.2",
    "target_session_attrs": "any",
    "load_balance_hosts": "disable",
    "keepalives": "1",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


def conninfo(settings: PostgresSettings, credentials: Credentials, address: str) -> str:
    """Return the connection string that dials `address` and verifies `settings.host`."""
    if os.environ.get("PGSERVICE"):
        raise AddressRefused(
            "The environment variable PGSERVICE is set, and libpq would take it before anything else",
            step="address",
            remedy="Remove PGSERVICE from the environment of Airflow's components.",
        )
    username, password = _login(credentials)
    given = {
        "host": settings.host,
        "hostaddr": address,
        "port": str(settings.port),
        "dbname": settings.database,
        "user": username,
        "password": password,
        "sslmode": settings.tls,
        "sslrootcert": ca_bundle() if settings.tls.startswith("verify") else NOWHERE,
        "require_auth": _methods(settings),
    }
    return make_conninfo("", **{**_blank(), **_known(_FIXED), **given})


def _login(credentials: Credentials) -> tuple[str, str]:
    """Return username and password; a NUL would cut off every parameter behind it, TLS among them."""
    username, password = credentials.get("username", ""), credentials.get("password", "")
    if not username:
        raise InvalidCredentials("No username is stored", step="login", remedy="Store a username.")
    if any(each == "\0" or "\ud800" <= each <= "\udfff" for each in username + password):
        raise InvalidCredentials(
            "The username or password holds characters that PostgreSQL does not know",
            step="login",
            remedy="Store it without NUL and lone surrogates.",
        )
    return username, password


def _methods(settings: PostgresSettings) -> str:
    """Never log in as the machine's own Kerberos identity, nor show a password to whom we did not verify."""
    return "!gss,!sspi" if settings.tls == "verify-full" else "!gss,!sspi,!password"


@cache
def _defaults() -> dict[str, str]:
    return {
        each.keyword.decode(): (each.compiled or b"").decode()
        for each in pq.Conninfo.get_defaults()
        if each.envvar and each.keyword != b"service"
    }


def _blank() -> dict[str, str]:
    return dict(_defaults())


def _known(parameters: dict[str, str]) -> dict[str, str]:
    """Leave out what an older libpq does not know."""
    words = {each.keyword.decode() for each in pq.Conninfo.get_defaults()}
    return {key: value for key, value in parameters.items() if key in words}
