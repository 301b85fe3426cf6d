"""Who opens a connection: by header, by `?token=`, or by the page's cookie from a page of Airflow's own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.requests import HTTPConnection

from crosswind.gate.credentials import KEY_PREFIX, Credentials
from crosswind.gate.denied import Attempt
from crosswind.gate.gate import Gate
from crosswind.gate.http import by_cookie, credentials, named_request_id, own_site
from crosswind.kit.errors import Forbidden, Invalid

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

TOKEN = "token"  # noqa: S105
MASK = "***"


class Visitor:
    """One connection's caller: what it showed, and the gate it comes in by."""

    def __init__(self, platform: Platform, connection: HTTPConnection) -> None:
        self.query = dict(connection.query_params)
        self.request_id = named_request_id(connection.headers.get("x-request-id", ""))
        self.address = connection.client.host if connection.client else None
        self.shown = _shown(connection, self.query)
        self.gate = Gate(platform)
        self._own = own_site(connection.headers, platform.base_url)
        _mask(connection)

    def attempt(self, permission: str | None, target: str) -> Attempt:
        """What is tried, for the audit where it is refused."""
        return Attempt(permission, target, self.address)

    def check_site(self) -> None:
        """Refuse another site's page that would open a socket with our cookie: no other rule keeps it from reading."""
        if by_cookie(self.shown) and not self._own:
            raise Forbidden("A connection with the page's cookie comes from Airflow's own pages only")


def _shown(connection: HTTPConnection, query: dict[str, str]) -> Credentials:
    shown = credentials(connection.headers, connection.cookies)
    tenant = shown.tenant or query.get("tenant")
    token = query.get(TOKEN)
    if token is None or shown.key or shown.bearer:
        return Credentials(shown.key, shown.bearer, shown.cookie, tenant)
    if token.startswith(KEY_PREFIX):
        return Credentials(key=token, tenant=tenant)
    return Credentials(bearer=token, tenant=tenant)


def _mask(connection: HTTPConnection) -> None:
    """Take the token out of the address, which servers write into their logs."""
    given = connection.scope.get("query_string", b"")
    if TOKEN.encode() in given:
        pairs = parse_qsl(given.decode("latin-1"), keep_blank_values=True)
        masked = [(name, MASK if name == TOKEN else value) for name, value in pairs]
        connection.scope["query_string"] = urlencode(masked, safe="*").encode("latin-1")


def place(value: str | int | None) -> int | None:
    """An event id to resume after, None where none is given."""
    if value is None or value == "":
        return None
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal() or len(text) > 18:
        raise Invalid("An event id is a number", field="last_event_id")
    return int(text)
