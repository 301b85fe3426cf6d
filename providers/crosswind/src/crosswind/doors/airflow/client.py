"""REST as tasks speak it: every call is safe to repeat, and is repeated while a retry can help."""

from __future__ import annotations

import json
import logging
import random
import time
from types import TracebackType
from typing import Any, Self

import httpx

from crosswind.doors.airflow.errors import ApiError, DoesNotFit, LeaseOver, Unreachable

REPEATED = frozenset({429, 502, 503, 504})
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 10.0
log = logging.getLogger(__name__)


class CrosswindClient:
    """One base address with one credential; `patience` bounds the seconds that a call is repeated for.

    Safe to use from several threads.
    """

    def __init__(
        self, base_url: str, key: str, *, timeout: float = 60.0, patience: float = 60.0, verify: str | None = None
    ) -> None:
        trust: Any = verify or True
        self.base_url = base_url.rstrip("/")
        self.patience = patience
        self._key = key
        self._http = httpx.Client(
            base_url=self.base_url, timeout=httpx.Timeout(timeout, connect=10.0), verify=trust, trust_env=False
        )

    def get(self, path: str, **options: Any) -> Any:
        """Return the body of a GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> Any:
        """Return the body of a POST."""
        return self.call("POST", path, body, **options)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        bearer: str | None = None,
        coding: str | None = None,
        raw: bool = False,
    ) -> Any:
        """Send JSON (`bytes` as they are, in that coding) and return the answer's; ApiError for anything but success.

        With `raw` the answer's bytes are returned, None where it has none.
        """
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {"X-API-Key": self._key}
        content: bytes | None = None
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
            if coding is not None:
                headers["Content-Encoding"] = coding
        until = time.monotonic() + self.patience
        pause = FIRST_PAUSE
        while True:
            error, asked = self._once(method, path, content, headers, raw)
            if not isinstance(error, ApiError):
                return error
            wait = asked if asked is not None else pause * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
            if not error.transient or time.monotonic() + wait > until:
                raise error
            log.info("%s %s: %s; trying again in %.1f s", method, path, error, wait)
            time.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _once(
        self, method: str, path: str, content: bytes | None, headers: dict[str, str], raw: bool
    ) -> tuple[Any, float | None]:
        """Return the body or the error of one attempt, and the seconds that the answer asks to wait."""
        try:
            response = self._http.request(method, path, content=content, headers=headers)
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
            return Unreachable(f"{self.base_url} does not answer: {reason}. Is the API server running?"), None
        if response.is_success and raw:
            return response.content or None, None
        if response.is_success:
            return (response.json() if response.content else None), None
        return _error(response), _retry_after(response)


def _retry_after(response: httpx.Response) -> float | None:
    told = response.headers.get("Retry-After", "")
    return min(float(told), 60.0) if told.isdigit() else None


def _error(response: httpx.Response) -> ApiError:
    """Read an error envelope; a 500 without one is a server, or a proxy, that is going down or coming up."""
    dying = False
    try:
        told = response.json()["error"]
        code, message, details = str(told["code"]), str(told["message"]), dict(told.get("details") or {})
    except (ValueError, KeyError, TypeError):
        code, details, dying = "", {}, response.status_code >= 500
        message = f"{response.request.method} {response.request.url.path} was answered {response.status_code}"
    transient = dying or response.status_code in REPEATED or "Retry-After" in response.headers
    return _kind(details)(response.status_code, code, message, transient=transient, details=details)


def _kind(details: dict[str, Any]) -> type[ApiError]:
    if details.get("lease") == "over":
        return LeaseOver
    return DoesNotFit if details.get("run") == "anew" else ApiError
