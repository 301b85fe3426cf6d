"""What every protocol over HTTP reads of a request and tells of a caller, whichever door answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from time import time
from urllib.parse import urlsplit
from uuid import uuid4

from crosswind.contexts.access.limits import WINDOW, Quota
from crosswind.gate.credentials import Credentials
from crosswind.kit.errors import Forbidden

COOKIE = "_token"
PAGE_HEADER = "x-crosswind-request"
PAGE_KINDS = frozenset({"application/json", "application/octet-stream", "text/csv"})
"""What a page may send: documents and files, none of them a kind that a browser sends elsewhere unasked."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def named_request_id(given: str) -> str:
    """What was given where it is a plain token, else a new id."""
    return given if _REQUEST_ID.fullmatch(given) else f"req-{uuid4().hex[:16]}"


def credentials(headers: Mapping[str, str], cookies: Mapping[str, str]) -> Credentials:
    """What a request shows of its caller."""
    authorization = headers.get("authorization", "")
    return Credentials.of(headers.get("x-api-key"), authorization, cookies.get(COOKIE), headers.get("x-tenant-id"))


def by_cookie(shown: Credentials) -> bool:
    """Whether the page's cookie is all that a caller shows."""
    return bool(shown.cookie and not (shown.key or shown.bearer))


def check_page(headers: Mapping[str, str], base_url: str) -> None:
    """Refuse a write that another site's page could have made with our cookie."""
    if PAGE_HEADER not in headers:
        raise Forbidden("Writes with the page's cookie need the header X-Crosswind-Request")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if has_body and kind not in PAGE_KINDS:
        raise Forbidden("Writes with the page's cookie are sent as application/json, files as octet-stream or CSV")
    if not own_site(headers, base_url):
        raise Forbidden("Writes with the page's cookie come from Airflow's own pages only")


def own_site(headers: Mapping[str, str], base_url: str) -> bool:
    """Whether a browser says that one of Airflow's own pages asks."""
    site = headers.get("sec-fetch-site")
    parts = urlsplit(base_url)
    return headers.get("origin") == f"{parts.scheme}://{parts.netloc}" if site is None else site == "same-origin"


def rate_headers(quota: Quota) -> dict[str, str]:
    """Where a caller stands.

    `RateLimit` and `RateLimit-Policy` follow draft-ietf-httpapi-ratelimit-headers-10; the `X-RateLimit-…` ones are
    those of the hybrid-cloud design, with the reset as seconds since 1970.
    """
    return {
        "RateLimit-Policy": f'"default";q={quota.limit};w={WINDOW}',
        "RateLimit": f'"default";r={quota.remaining};t={quota.reset}',
        "X-RateLimit-Limit": str(quota.limit),
        "X-RateLimit-Remaining": str(quota.remaining),
        "X-RateLimit-Reset": str(int(time()) + quota.reset),
    }
