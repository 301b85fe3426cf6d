"""What a request over HTTP asks for and how it wants to be answered: the GraphQL-over-HTTP specification, strictly.

POST takes a JSON object, GET the same by query parameters and never a mutation. Lists of operations and multipart
forms are refused: one request is one unit of work.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from crosswind.doors.graphql.execution import Asked
from crosswind.kit import strict_json
from crosswind.kit.errors import Invalid, TooLarge

GRAPHQL = "application/graphql-response+json"
PLAIN = "application/json"
MEGABYTE = 1024 * 1024
_KNOWN = frozenset({"query", "operationName", "variables", "extensions"})


async def body(request: Request) -> bytes:
    """The body of a POST, unzipped where it is gzip; `TooLarge` as soon as it passes a megabyte."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != PLAIN:
        raise Invalid("Send the operation as application/json; lists and multipart are not taken", field="Content-Type")
    inflate = _inflater(request)
    found = bytearray()
    async for chunk in request.stream():
        found += _inflated(inflate, chunk, MEGABYTE + 1 - len(found)) if inflate else chunk
        if len(found) > MEGABYTE:
            raise TooLarge(f"The body is larger than is taken ({MEGABYTE} bytes)", field="body", most=MEGABYTE)
    if inflate and (not inflate.eof or inflate.unused_data):
        raise Invalid("The gzip body is cut short or has something after its end", field="body")
    return bytes(found)


def posted(content: bytes) -> Asked:
    """The operation in a body."""
    given = strict_json.loads(content)
    if isinstance(given, list):
        raise Invalid("One request is one operation; a list of them is not taken", field="body")
    if not isinstance(given, dict):
        raise Invalid("The body is a JSON object with a query", field="body")
    return asked(given)


def fetched(parameters: Mapping[str, str]) -> Asked:
    """The operation in query parameters."""
    given: dict[str, Any] = dict(parameters)
    for name, value in given.items():
        strict_json.check_text(value, name[:64])
    for name in ("variables", "extensions"):
        if given.get(name):
            given[name] = strict_json.loads(given[name].encode())
    return asked(given)


def asked(given: Mapping[str, Any]) -> Asked:
    """The operation in an object, whatever carried it; null says the same as nothing."""
    unknown = sorted(str(name)[:64] for name in given.keys() - _KNOWN)
    if unknown:
        raise Invalid(f"Unknown parameter '{unknown[0]}'", field=unknown[0], known=sorted(_KNOWN))
    query, name = given.get("query"), given.get("operationName")
    variables = given.get("variables")
    if not isinstance(query, str) or not query.strip():
        raise Invalid("query is the text of a GraphQL document", field="query")
    if not isinstance(name, str | None):
        raise Invalid("operationName is a string", field="operationName")
    for field in ("variables", "extensions"):
        if not isinstance(given.get(field), dict | None):
            raise Invalid(f"{field} is an object", field=field)
    return Asked(query, name or None, variables or {})


def media_type(accept: str) -> str | None:
    """The media type to answer with; None where the caller takes neither of ours."""
    best: dict[str, float] = {}
    for part in accept.split(",") if accept.strip() else ["*/*"]:
        kind, *parameters = (each.strip().lower() for each in part.split(";"))
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        best[kind] = float(weight) if weight.replace(".", "", 1).isdecimal() else 0.0
    anything = best.get("*/*", 0.0)
    wide = best.get("application/*", anything)
    weights = {kind: best.get(kind, wide) for kind in (GRAPHQL, PLAIN)}
    chosen = max(weights, key=lambda kind: weights[kind])
    return chosen if weights[chosen] > 0 else None


def wants_page(request: Request) -> bool:
    """Whether a browser asks for a page to read."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _inflater(request: Request) -> Any:
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip", ""}:
        raise Invalid(f"The content coding '{coding[:32]}' is not taken; send gzip or none", field="Content-Encoding")
    return zlib.decompressobj(31) if coding.endswith("gzip") else None


def _inflated(inflate: Any, chunk: bytes, room: int) -> bytes:
    try:
        return bytes(inflate.decompress(chunk, max(room, 1)))
    except zlib.error:
        raise Invalid("The body is declared gzip but does not unzip", field="body") from None
