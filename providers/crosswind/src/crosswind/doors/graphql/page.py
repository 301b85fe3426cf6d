"""The GraphiQL page: built with the other pages, so that it works without a network."""

from __future__ import annotations

import secrets

from starlette.responses import HTMLResponse, Response

UNBUILT = "<!doctype html><title>GraphQL</title><p>The page is not built; scripts/ui-build builds it.</p>"


def page() -> Response:
    """The page; what it asks is asked with the session's cookie."""
    nonce = secrets.token_urlsafe(16)
    return HTMLResponse(UNBUILT, headers=_headers(nonce))


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "font-src 'self' data:; img-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'self'"
    )
    return {"Content-Security-Policy": policy, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
