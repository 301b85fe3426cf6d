"""From what libpq and the server say to our errors: meaning by SQLSTATE where there is one, by libpq's words where not.

During the login libpq shows no SQLSTATE, so its English words decide, and the phase where the server speaks another
language.
"""

from __future__ import annotations

import re

import psycopg

from crosswind.connectors.errors import (
    Cancelled,
    ConnectionFailed,
    ConnectionPoolExhausted,
    ConnectionTimeout,
    ConnectorError,
    InvalidCredentials,
    ReadRefused,
    SourceBusy,
    TlsFailed,
)
from crosswind_databases.postgres.settings import PostgresSettings

_CHECK_PORT = "Check host and port, and that the server runs and listens on this address."
_CHECK_LOGIN = "Check username and password."
_TRUST = "Add the certificate authority to the file that SSL_CERT_FILE names, or renew the server's certificate."
_BROKEN = re.compile("terminated|reset|closed|timed out|unreachable|No route")
_Rule = tuple[str, type[ConnectorError], str, str, str]
_RULES: tuple[_Rule, ...] = (
    (
        "does not support SSL",
        TlsFailed,
        "tls",
        "The server does not speak TLS",
        "Turn on ssl there or set ssl to false.",
    ),
    (
        "does not match host name",
        TlsFailed,
        "tls",
        "The server's certificate is for another name than {host}",
        "Use the name in the certificate as host.",
    ),
    ("certificate|root cert", TlsFailed, "tls", "The server's certificate cannot be trusted", _TRUST),
    (
        "SSL|TLS",
        TlsFailed,
        "tls",
        "TLS could not be agreed",
        "Check the TLS versions and the certificate of the server.",
    ),
    (
        "method requirement",
        InvalidCredentials,
        "login",
        "The server asks for the password in clear text over a link that is not verified, or for another kind of login",
        "Use scram-sha-256 at the server, or sslMode verify-full.",
    ),
    (
        "no password supplied",
        InvalidCredentials,
        "login",
        "The server wants a password and none is stored",
        _CHECK_LOGIN,
    ),
    (
        "password authentication failed",
        InvalidCredentials,
        "login",
        "The server refused the username or password",
        _CHECK_LOGIN,
    ),
    (
        "no pg_hba.conf entry",
        InvalidCredentials,
        "login",
        "The server's pg_hba.conf has no entry for this user, database, address and use of TLS",
        "Add one there, or set ssl to true.",
    ),
    ("is not permitted to log in", InvalidCredentials, "login", "The role may not log in", "Grant it LOGIN."),
    (
        "too many (connections|clients)|remaining connection slots|no more connections",
        ConnectionPoolExhausted,
        "login",
        "The server has no connection left",
        "Try again later, or raise max_connections or the role's or database's limit.",
    ),
    (
        'database ".*" does not exist',
        ReadRefused,
        "database",
        "The server has no database of that name",
        "Check database.",
    ),
    (
        'permission denied for database|not currently accepting connections|"datallowconn"',
        ReadRefused,
        "database",
        "The role may not connect to the database",
        "Grant CONNECT on the database to the role.",
    ),
    (
        "starting up|shutting down|recovery mode|not yet accepting",
        SourceBusy,
        "login",
        "The server is starting, stopping or recovering",
        "Try again in a minute.",
    ),
)


def of_dial(text: str, phase: str, settings: PostgresSettings) -> ConnectorError:
    """Return the error that libpq's text means when opening a link failed in that phase."""
    for pattern, meaning, step, message, remedy in _RULES:
        if re.search(pattern, text):
            return meaning(message.format(host=settings.host), step=step, remedy=remedy)
    said = _tail(text)
    if phase == "login" and not _BROKEN.search(text):
        return InvalidCredentials(f"The server refused the login: {said}", step="login", remedy=_CHECK_LOGIN)
    if "Connection refused" in text:
        where = f"{settings.host}:{settings.port}"
        return ConnectionFailed(f"{where} refused the connection", step="dial", remedy=_CHECK_PORT)
    return ConnectionFailed(f"The link could not be opened: {said}", step=phase, remedy=_CHECK_PORT)


_STATES: tuple[tuple[str, type[ConnectorError], str, str], ...] = (
    (
        "57014",
        ConnectionTimeout,
        "The server stopped the statement at its time limit",
        "Raise the limit or ask for less.",
    ),
    ("55P03", SourceBusy, "A lock is in the way: somebody changes a table or view", "Try again when that has ended."),
    (
        "53200",
        SourceBusy,
        "The server ran out of memory or locks",
        "Raise its max_locks_per_transaction, or narrow the include patterns.",
    ),
    ("53300", ConnectionPoolExhausted, "The server has no connection left", "Try again later."),
    ("53", SourceBusy, "The server is short of resources", "Try again later, and look at its disk and memory."),
    ("57P", ConnectionFailed, "The server ended the link", "Try again when it is up."),
    ("25006", ReadRefused, "The statement would write", "Only reading statements run here."),
    ("42501", ReadRefused, "The role may not read that", "Grant USAGE on the schema and SELECT on the table."),
    ("0A", ReadRefused, "The statement is not one that only reads", "Only SELECT, VALUES, TABLE and WITH run here."),
    ("42", ReadRefused, "The server cannot run the statement", "Check its syntax and names."),
    ("22", ReadRefused, "The statement failed on a value", "Check its parameters and casts."),
    ("08", ConnectionFailed, "The link broke", "Try again."),
)


def of_statement(error: psycopg.Error, step: str) -> ConnectorError:
    """Return the error that a failed statement means.

    The server's words are kept for syntax and names only: elsewhere they quote values.
    """
    state = error.sqlstate or ""
    for prefix, meaning, message, remedy in _STATES:
        if state.startswith(prefix):
            said = f": {_tail(error.diag.message_primary or '')}" if prefix == "42" else ""
            return meaning(message + said, step=step, remedy=remedy, sqlstate=state)
    if isinstance(error, psycopg.OperationalError) or not state:
        return ConnectionFailed("The link to the server broke", step=step, remedy="Try again.")
    return ReadRefused(
        f"The server failed with {type(error).__name__} ({state})", step=step, remedy="Look at its log.", sqlstate=state
    )


def cancelled(step: str) -> Cancelled:
    """Say that somebody asked to stop."""
    return Cancelled("Stopped on request", step=step, remedy="Start it again when you need it.")


def over_time(step: str) -> ConnectionTimeout:
    """Say that work on an open link was ended at its time limit."""
    return ConnectionTimeout(
        "The work did not end within its time limit", step=step, remedy="Raise the limit or ask for less."
    )


def _tail(text: str) -> str:
    """Return the last line of what was said, short and printable."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ["no reason given"]
    printable = "".join(each if each.isprintable() else " " for each in lines[-1])
    return re.sub(r"^.*?(FATAL|ERROR):\s*", "", printable)[:200]
