"""The metastore's REST routes as the tools use them: bounded in time and size, refusals as advice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
from mcp.server.mcpserver.exceptions import ToolError

LARGEST = 5 * 1024 * 1024
SECONDS = 30.0
LONGEST = 500
ADVICE = {
    400: "Correct the argument that is named.",
    401: "The person who set this up has to give a valid CROSSWIND_API_KEY.",
    403: "The API key may not do this; its owner can ask an administrator for the permission.",
    404: "Use `search` to find what is there and its id.",
    409: "It was changed meanwhile: read it again with `get_asset`, then decide anew.",
    429: "Too many requests: wait before asking again.",
    503: "The platform is busy or a part of it is away: try again shortly.",
}


class Catalog:
    """The metastore at one address, as one caller."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        base = f"{self._url}/metastore/v1"
        self._http = httpx.Client(
            base_url=base, headers={"X-API-Key": key}, timeout=SECONDS, transport=transport, follow_redirects=False
        )

    def get(self, *path: str, **query: Any) -> Any:
        """What a route answers."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._call("GET", path, params=given)

    def put(self, *path: str, body: Mapping[str, Any], version: int) -> Any:
        """Change what is still at this version."""
        return self._call("PUT", path, json=body, headers={"If-Match": f'"{version}"'})

    def _call(self, method: str, path: tuple[str, ...], **sent: Any) -> Any:
        place = "/" + "/".join(quote(part, safe="") for part in path)
        try:
            with self._http.stream(method, place, **sent) as answer:
                return self._read(answer)
        except httpx.HTTPError as error:
            raise ToolError(
                f"UNREACHABLE: {self._url} does not answer ({type(error).__name__}). {ADVICE[503]}"
            ) from None

    @staticmethod
    def _read(answer: httpx.Response) -> Any:
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > LARGEST:
                raise ToolError("TOO_LARGE: The answer is larger than this tool takes. Ask for less.")
        try:
            told = json.loads(body)
        except ValueError:
            raise ToolError(
                f"NOT_CROSSWIND: CROSSWIND_URL answers {answer.status_code}, but not as Crosswind does."
            ) from None
        if answer.is_success:
            return told
        raise refusal(answer, told)


def refusal(answer: httpx.Response, told: Any) -> ToolError:
    """The design's error as an assistant can act on it: the code, what is wrong, and what to do."""
    error = told.get("error") if isinstance(told, dict) else None
    found = error if isinstance(error, dict) else {}
    code, message = str(found.get("code", answer.status_code)), str(found.get("message", "The call was refused"))
    wait = answer.headers.get("retry-after")
    advice = f"Wait {wait} seconds." if wait else ADVICE.get(answer.status_code, "Trying the same again will not help.")
    return ToolError(f"{code}: {message[:LONGEST]}. {advice}")
