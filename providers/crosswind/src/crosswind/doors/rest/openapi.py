"""A family's OpenAPI document: FastAPI's, with our errors, credentials, limits and permissions in their places."""

from __future__ import annotations

from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from fastapi import FastAPI
from fastapi.dependencies.utils import get_flat_dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from crosswind.contexts.access.answers import HEADER
from crosswind.contexts.access.errors import KeyReused
from crosswind.doors.rest import conditional
from crosswind.doors.rest.family import RouteSpec
from crosswind.doors.rest.manners import Manners
from crosswind.kit import errors
from crosswind.kit.paging import Page

Document = dict[str, Any]
SECURITY: Document = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token of Airflow's auth manager, or a lease"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "page": {
        "type": "apiKey",
        "in": "cookie",
        "name": "_token",
        "description": "Airflow's own pages; writes carry the header X-Crosswind-Request and come from the same origin",
    },
}
CREDENTIALS: list[Document] = [{name: []} for name in SECURITY]
ABOUT = (
    "Times are RFC 3339 in UTC. Unknown query parameters are refused. `X-Tenant-Id` chooses among the tenants that the "
    "caller holds. A failed call that a retry can help carries `Retry-After`."
)
MEANINGS: dict[int, tuple[type[errors.CrosswindError], str]] = {
    400: (errors.Invalid, "Something in the request cannot be accepted; `details.field` says what"),
    401: (errors.Unauthenticated, "No valid credentials"),
    403: (errors.Forbidden, "The caller may not do this"),
    404: (errors.NotFound, "There is no such thing for this caller"),
    409: (errors.Conflict, "The name is taken, the version is stale, or the state does not allow it"),
    413: (errors.TooLarge, "The body is larger than this route takes"),
    422: (KeyReused, "The Idempotency-Key came with another request before"),
    429: (errors.TooManyRequests, "Too many requests; wait"),
    502: (errors.SourceFailed, "The connected system failed"),
    503: (errors.Unavailable, "A part that is needed is away; try again"),
    504: (errors.SourceFailed, "The connected system did not answer in time"),
}
IDEMPOTENCY: dict[str, Document] = {
    keeps: {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": f"A key of the caller's own, such as a UUID. The same request again under it {again}.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-+--~]+$"},
    }
    for keeps, again in {
        "answer": "gets the same answer, with `Idempotency-Replayed: true`, and is not done twice",
        "read": "is done anew, because it changes nothing",
        "outcome": "is not done twice and answers 409, because the answer holds a secret that is not kept",
    }.items()
}

ETAG: Document = {
    "description": "The version, which `If-Match` compares, and after a point what the whole answer was",
    "schema": {"type": "string"},
}
IF_NONE_MATCH: Document = {
    "name": conditional.HEADER,
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer that the caller has, several with commas between, or `*`.",
    "schema": {"type": "string"},
}
NOT_MODIFIED: Document = {"description": "The caller has this answer already", "headers": {"ETag": ETAG}}


def document(app: FastAPI, manners: Manners) -> Document:
    """The document of a family's app; the server is the family's usual mount."""
    routes = [route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema]
    made = get_openapi(
        title=manners.title,
        version="1.0.0",
        description=ABOUT,
        routes=routes,
        servers=[{"url": f"/crosswind{manners.mount}"}],
    )
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Error"] = _error_schema(manners)
    components["responses"] = {str(status): _error(manners, status) for status in MEANINGS}
    components["securitySchemes"] = SECURITY
    for route in routes:
        for method in route.methods or ():
            operation = made["paths"][route.path_format][method.lower()]
            _finish(operation, route)
            _ask(operation, route, schemas)
            _answer(operation, route, schemas)
            _conditional(operation, route, method)
    for way in getattr(app.state, "ways", ()):
        if way.operation is not None:
            told = {**way.operation, "security": CREDENTIALS, "x-permission": way.permission}
            schemas.update(way.schemas)
            made["paths"].setdefault(way.path, {})[way.method.lower()] = told
    return made


def statuses(spec: RouteSpec, path: str, method: str) -> list[int]:
    """The statuses of errors that a route can answer."""
    writes = method not in {"GET", "HEAD"}
    takes_body = method in {"POST", "PUT", "PATCH"}
    found = {400, 503}
    found |= {401, 403} if spec.permission or spec.provided else set()
    found |= {404} if "{" in path or takes_body else set()
    found |= {409} if writes else set()
    found |= {413} if takes_body else set()
    found |= {422} if spec.keeps in {"answer", "outcome"} else set()
    found |= {429} if spec.permission or spec.limited else set()
    found |= {502, 504} if spec.dials else set()
    return sorted(found)


def _finish(operation: Document, route: APIRoute) -> None:
    spec: RouteSpec = route.endpoint.__crosswind__  # type: ignore[attr-defined]
    method = next(iter(route.methods or {"GET"}))
    operation["responses"].pop("422", None)
    for status in statuses(spec, route.path_format, method):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    operation["security"] = [] if spec.permission is None else CREDENTIALS
    operation["x-permission"] = spec.permission
    if spec.keeps != "nothing":
        operation.setdefault("parameters", []).append(IDEMPOTENCY[spec.keeps])
    if spec.raw_body and "requestBody" not in operation:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    if "requestBody" in operation:
        size = spec.body_limit // (1024 * 1024)
        operation["requestBody"]["description"] = f"At most {size} MB"
        operation["requestBody"]["x-max-bytes"] = spec.body_limit


def _ask(operation: Document, route: APIRoute, schemas: Document) -> None:
    """Each field of a query's model by its own name; FastAPI tells them so where nothing is beside the model."""
    asked = [field.field_info.annotation for field in get_flat_dependant(route.dependant).query_params]
    models = [each for each in asked if isinstance(each, type) and issubclass(each, BaseModel)]
    if not models or len(asked) < 2:
        return
    others = [each for each in operation["parameters"] if each["name"] != "query"]
    operation["parameters"] = [*others, *(each for model in models for each in _parameters(model, schemas))]


def _parameters(model: type[BaseModel], schemas: Document) -> list[Document]:
    """The fields of a query's model, which is no schema of its own then."""
    schemas.pop(model.__name__, None)
    told = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(told.get("$defs", {}))
    required = told.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        | ({"description": schema["description"]} if "description" in schema else {})
        for name, schema in told["properties"].items()
    ]


def _answer(operation: Document, route: APIRoute, schemas: Document) -> None:
    """The schema of an answer that is msgspec's rather than pydantic's."""
    spec: RouteSpec = route.endpoint.__crosswind__  # type: ignore[attr-defined]
    if spec.answer is None or route.response_model is not None:
        return
    paged = get_origin(spec.answer) is Page
    kind = get_args(spec.answer)[0] if paged else spec.answer
    (schema,), found = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    schemas.update(found)
    if paged:
        pagination = spec.manners.page_model.model_fields["pagination"].annotation
        schemas.setdefault(pagination.__name__, pagination.model_json_schema())
        reference = {"$ref": f"#/components/schemas/{pagination.__name__}"}
        properties = {"data": {"type": "array", "items": schema}, "pagination": reference}
        schema = {"type": "object", "required": ["data", "pagination"], "properties": properties}
    operation["responses"][str(spec.status)]["content"] = {"application/json": {"schema": schema}}


def _conditional(operation: Document, route: APIRoute, method: str) -> None:
    """What a GET of something with a version says, and takes, of the answer that its caller has."""
    spec: RouteSpec = route.endpoint.__crosswind__  # type: ignore[attr-defined]
    if method != "GET" or get_origin(spec.answer) is Page or not _versioned(spec.answer):
        return
    operation.setdefault("parameters", []).append(IF_NONE_MATCH)
    operation["responses"]["200"]["headers"] = {"ETag": ETAG}
    operation["responses"]["304"] = NOT_MODIFIED


def _versioned(kind: Any) -> bool:
    """Whether an answer has a version that counts its changes."""
    return isinstance(kind, type) and get_type_hints(kind).get("version") is int


def _error_schema(manners: Manners) -> Document:
    request_id = "requestId" if manners.camel else "request_id"
    inner: Document = {
        "code": {"type": "string", "enum": sorted({code for code, _ in manners.codes.values()})},
        "message": {"type": "string"},
        "details": {"type": "object", "additionalProperties": True},
        request_id: {"type": "string"},
    }
    if manners.camel:
        inner["documentation"] = {"type": "string"}
    if manners.noun_codes:
        inner["code"] = {"type": "string", "description": "One of docs/reference/errors.md, or `<NOUN>_NOT_FOUND`"}
    body = {"type": "object", "required": ["code", "message", "details"], "properties": inner}
    return {"type": "object", "required": ["error"], "properties": {"error": body}}


def _error(manners: Manners, status: int) -> Document:
    kind, meaning = MEANINGS[status]
    code = manners.codes[kind][0]
    example = {"error": {"code": code, "message": meaning.replace("`", ""), "details": {}}}
    content = {"schema": {"$ref": "#/components/schemas/Error"}, "example": example}
    response: Document = {"description": meaning, "content": {"application/json": content}}
    if status in {429, 503}:
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"}}
    return response
