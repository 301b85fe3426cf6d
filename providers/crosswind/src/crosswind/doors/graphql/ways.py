"""What is told of GraphQL where routes are listed: its addresses, and each field that needs a permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLObjectType

from crosswind.doors.graphql.asked import GRAPHQL, MEGABYTE, PLAIN
from crosswind.doors.graphql.needs import PERMISSION
from crosswind.doors.graphql.schema import GRAPH
from crosswind.gate.ways import IDENTIFIED, Way

PATH = "/graphql"
_ABOUT = (
    "The schema is served at `graphql/schema.graphql`. Each field says in its description which permission it "
    "needs; a field that the caller may not read is null, with an error that says so. Subscriptions are followed over "
    "a WebSocket at the same address, with the subprotocol graphql-transport-ws, which OpenAPI cannot describe."
)
_TEXT = {"type": "string"}
_OBJECT = {"type": "object", "additionalProperties": True}
_QUERY: dict[str, Any] = {
    "type": "object",
    "required": ["query"],
    "additionalProperties": False,
    "properties": {
        "query": {**_TEXT, "description": "A GraphQL document"},
        "operationName": {"type": ["string", "null"], "description": "Which operation of the document to perform"},
        "variables": {"type": ["object", "null"]},
        "extensions": {"type": ["object", "null"]},
    },
}
_ERROR = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "message": _TEXT,
        "path": {"type": "array"},
        "locations": {"type": "array", "items": _OBJECT},
        "extensions": {**_OBJECT, "properties": {"code": _TEXT, "details": _OBJECT, "request_id": _TEXT}},
    },
}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "data": {"type": ["object", "null"]},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/GraphQLError"}},
    },
}
_MEANINGS = {
    200: "What was asked for; errors of single fields stand beside it",
    400: "The request or its document cannot be accepted",
    401: "No valid credentials",
    403: "The caller may not do this",
    406: "Neither of the two media types is accepted",
    413: "The body is larger than is taken",
    429: "Too many requests; wait",
    503: "A part that is needed is away; try again",
}


def _operation(name: str, summary: str, about: str, statuses: dict[int, str], **more: Any) -> dict[str, Any]:
    content = {kind: {"schema": {"$ref": "#/components/schemas/GraphQLAnswer"}} for kind in (PLAIN, GRAPHQL)}
    responses = {str(status): {"description": meaning, "content": content} for status, meaning in statuses.items()}
    text = f"{about} {_ABOUT}"
    return {"tags": ["GraphQL"], "summary": summary, "description": text, "operationId": name, **more,
            "responses": responses}  # fmt: skip


def _asked(name: str, kind: str, about: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": name == "query", "description": about, "schema": {"type": kind}}


_GET = _operation(
    "queryGraphql",
    "Read by a GraphQL query, or open the page to write one",
    "A browser, which accepts `text/html`, gets the GraphiQL page instead, without credentials.",
    {**{status: text for status, text in _MEANINGS.items() if status != 413}, 405: "A mutation is sent by POST"},
    parameters=[
        _asked("query", "string", "A GraphQL document"),
        _asked("operationName", "string", "Which operation of the document to perform"),
        _asked("variables", "string", "A JSON object"),
        _asked("extensions", "string", "A JSON object; nothing in it is read"),
    ],
)
_POST = _operation(
    "performGraphql",
    "Perform a GraphQL query or mutation",
    "One request is one operation, done in one transaction; `Idempotency-Key` is not taken for a mutation.",
    _MEANINGS,
    requestBody={
        "required": True,
        "description": f"At most {MEGABYTE // (1024 * 1024)} MB",
        "x-max-bytes": MEGABYTE,
        "content": {PLAIN: {"schema": _QUERY, "example": {"query": "{ assets { totalCount nodes { name } } }"}}},
    },
)


def _fields() -> Iterator[Way]:
    """The fields that ask for a permission, by the type that has them."""
    for kind in GRAPH.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for name, field in kind.fields.items():
                told = field.extensions.get("strawberry-definition")
                if told is not None and PERMISSION in told.metadata:
                    yield Way("GRAPHQL", f"{kind.name}.{name}", told.metadata[PERMISSION])


_SCHEMAS = {"GraphQLAnswer": _ANSWER, "GraphQLError": _ERROR}
WAYS = (
    Way("GET", PATH, IDENTIFIED, _GET, _SCHEMAS),
    Way("POST", PATH, IDENTIFIED, _POST, _SCHEMAS),
    Way("WEBSOCKET", PATH, IDENTIFIED),
    *_fields(),
)
