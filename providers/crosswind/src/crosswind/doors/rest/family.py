"""A family's router: what every route does, once for all.

identify → permit → unit of work → endpoint → commit → envelope, as one synchronous call in a thread of ours that ends
before the response is sent (a FastAPI `yield` dependency would commit after it).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.params import Path as PathParameter
from fastapi.params import Query
from pydantic import TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from crosswind.doors.rest.joint import Joint
from crosswind.doors.rest.manners import Manners, camel
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.request import MEGABYTE
from crosswind.doors.rest.route import FamilyRoute
from crosswind.doors.rest.straight import StraightRoute
from crosswind.kit.errors import Invalid
from crosswind.kit.paging import Page, Window

F = TypeVar("F", bound=Callable[..., Any])
Keeps = Literal["answer", "outcome", "read", "nothing"]
"""What is kept of a POST that came with an `Idempotency-Key`.

Its answer; only that it was done; nothing, because it only reads and is done anew; nothing, and the key is refused.
"""
_PLACE = re.compile(r"\{(\w+)\}")
_VERSION = re.compile(r"([0-9]{1,18})(\.[0-9a-f]{16})?")
"""A version as a write's ETag gives it, or as a GET's does, which says after it what the answer was."""


@dataclass(frozen=True, slots=True)
class Provided:
    """Marks an endpoint's parameter that the bootstrap's `Services` provide under `name`."""

    name: str


class RawBody:
    """Marks a `bytes` parameter that takes the body as it came, up to the route's limit."""


class Received:
    """Marks the id of a file: the body, which is stored in parts before the endpoint is called."""


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """What a route says of itself beside its path."""

    call: Callable[..., Any]
    manners: Manners
    permission: str | None
    status: int
    dials: bool
    body_limit: int
    provided: dict[str, str]
    raw_body: str | None
    received: str | None = None
    limited: bool = False
    answer: Any = None
    keeps: Keeps = "nothing"
    joint: Joint | None = None


def if_match(value: Annotated[str | None, Header(alias="If-Match")] = None) -> int | None:
    """The version of an `If-Match` header, None for absent or `*`."""
    text = (value or "*").strip().removeprefix("W/").strip('"')
    if text == "*":
        return None
    found = _VERSION.fullmatch(text)
    if found is None:
        raise Invalid('If-Match takes a version as the ETag gave it, such as "3"', field="If-Match")
    return int(found[1])


async def _if_match(value: Annotated[str | None, Header(alias="If-Match")] = None) -> int | None:
    return if_match(value)


IfMatch = Annotated[int | None, Depends(_if_match)]


class Family(APIRouter):
    """A router of one family; every route names a permission or is public."""

    def __init__(self, manners: Manners, *, tags: list[str]) -> None:
        super().__init__(tags=list(tags), route_class=FamilyRoute)
        self.manners = manners

    def route_for(  # noqa: PLR0913 - what a route says of itself
        self,
        method: str,
        path: str,
        *,
        permission: str | None = None,
        public: bool = False,
        status: int = 200,
        dials: bool = False,
        limited: bool = False,
        body_limit: int = MEGABYTE,
        secret: bool = False,
        reads: bool = False,
        straight: bool = False,
        joint: Joint | None = None,
        **documentation: Any,
    ) -> Callable[[F], F]:
        """Register an endpoint; `dials` sends it through the bounded lane of routes that reach other systems.

        `limited` says that it answers 429 also to whoever has no key or session; `secret` that its answer holds
        something that is shown once, so that it is not kept for an `Idempotency-Key`; `reads` that a POST changes
        nothing, so that a repeat is a new look; `straight` that it takes its body alone and does one statement;
        `joint` how plain requests are done together with those that come at the same time.
        """
        if (permission is None) != public:
            raise TypeError(f"{method} {path} must name a permission or be public")

        def register(function: F) -> F:
            shown = _shown_path(path, self.manners)
            endpoint, spec = _adapt(function, self.manners, permission, status, dials, body_limit)
            _rename(endpoint, path, self.manners)
            keeps: Keeps = "read" if reads or straight else _keeps(function, method, public, secret)
            spec = replace(spec, limited=limited, answer=_answer(function), keeps=keeps, joint=joint)
            endpoint.__crosswind__ = spec  # type: ignore[attr-defined]
            self.add_api_route(
                shown,
                endpoint,
                methods=[method],
                status_code=status,
                response_model=_documented(spec.answer, self.manners),
                name=function.__name__,
                route_class_override=StraightRoute if straight else None,
                summary=(function.__doc__ or function.__name__).strip().split("\n")[0].rstrip("."),
                **documentation,
            )
            return function

        return register

    def get(self, path: str, **options: Any) -> Callable[[F], F]:
        """Register a GET endpoint."""
        return self.route_for("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[F], F]:
        """Register a POST endpoint."""
        return self.route_for("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[F], F]:
        """Register a PUT endpoint."""
        return self.route_for("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[F], F]:
        """Register a PATCH endpoint."""
        return self.route_for("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[F], F]:
        """Register a DELETE endpoint."""
        return self.route_for("DELETE", path, **options)


def _adapt(
    function: Callable[..., Any], manners: Manners, permission: str | None, status: int, dials: bool, body_limit: int
) -> tuple[Callable[..., Any], RouteSpec]:
    """An asynchronous endpoint for FastAPI with the parameters that come from the request, and the route's spec."""
    hints = get_type_hints(function, include_extras=True)
    provided: dict[str, str] = {}
    raw_body: str | None = None
    received: str | None = None
    asked: list[str] = []
    parameters = [inspect.Parameter("request_", inspect.Parameter.KEYWORD_ONLY, annotation=Request)]
    for name, parameter in inspect.signature(function).parameters.items():
        hint = hints[name]
        marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
        if service := next((mark for mark in marks if isinstance(mark, Provided)), None):
            provided[name] = service.name
        elif RawBody in marks:
            raw_body = name
        elif Received in marks:
            received = name
        elif hint is Request:
            asked.append(name)
        else:
            shown = parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=_parameter(hint, marks, manners))
            parameters.append(shown)

    spec = RouteSpec(function, manners, permission, status, dials, body_limit, provided, raw_body, received)

    async def endpoint(*, request_: Request, **values: Any) -> Any:
        values |= dict.fromkeys(asked, request_)
        return await request_.state.crosswind_run(values)

    endpoint.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    endpoint.__name__, endpoint.__doc__ = function.__name__, function.__doc__
    return endpoint, spec


def _parameter(hint: Any, marks: tuple[Any, ...], manners: Manners) -> Any:
    """Query models become dependencies of their own, so that a route can take several (and a window)."""
    if hint is Window:
        model: Any = manners.window_model

        async def window(query: Any) -> Window:
            found: Window = query.window()
            return found

        window.__annotations__["query"] = Annotated[model, Query()]
        return Annotated[Window, Depends(window)]
    if any(isinstance(mark, Query) for mark in marks) and hasattr(get_args(hint)[0], "model_fields"):
        kind = get_args(hint)[0]

        async def query_model(query: Any) -> Any:
            return query

        query_model.__annotations__["query"] = Annotated[kind, Query()]
        return Annotated[kind, Depends(query_model)]
    return hint


def _shown_path(path: str, manners: Manners) -> str:
    """The path with its parameters in the family's own case: `{task_id}` is `{taskId}` in camelCase ones."""
    return _PLACE.sub(lambda match: "{" + camel(match.group(1)) + "}", path) if manners.camel else path


def _rename(endpoint: Callable[..., Any], path: str, manners: Manners) -> None:
    """Let FastAPI fill `connection_id` from `{connectionId}`."""
    names = {name for name in _PLACE.findall(path) if manners.camel and camel(name) != name}
    signature: inspect.Signature = endpoint.__signature__  # type: ignore[attr-defined]
    changed = [
        parameter.replace(annotation=_aliased(parameter.annotation, camel(parameter.name)))
        if parameter.name in names
        else parameter
        for parameter in signature.parameters.values()
    ]
    endpoint.__signature__ = signature.replace(parameters=changed)  # type: ignore[attr-defined]


def _aliased(annotation: Any, alias: str) -> Any:
    kind, *marks = get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)
    given = next((mark for mark in marks if isinstance(mark, PathParameter)), None)
    field = copy(given) if given else PathParameter()
    field.alias = field.validation_alias = field.serialization_alias = alias
    others = [mark for mark in marks if mark is not given]
    return Annotated[(kind, *others, field)]


def _answer(function: Callable[..., Any]) -> Any:
    """What the endpoint answers with, None for no body and for a response made by hand."""
    hint = _returned(function)
    return None if hint is type(None) or _by_hand(hint) else hint


def _returned(function: Callable[..., Any]) -> Any:
    hint = get_type_hints(function, include_extras=True).get("return")
    return get_args(hint)[0] if get_origin(hint) is Reply else hint


def _by_hand(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Response)


def _received(function: Callable[..., Any]) -> bool:
    return any(Received in get_args(hint)[1:] for hint in get_type_hints(function, include_extras=True).values())


def _keeps(function: Callable[..., Any], method: str, public: bool, secret: bool) -> Keeps:
    """A stream is over when it was sent, and a public route has no caller to keep anything for."""
    if method != "POST" or public or _by_hand(_returned(function)) or _received(function):
        return "nothing"
    return "outcome" if secret else "answer"


def _documented(hint: Any, manners: Manners) -> Any:
    """The pydantic model of an answer; None for types of msgspec, which the document takes from `spec.answer`."""
    kind = get_args(hint)[0] if get_origin(hint) is Page else hint
    try:
        TypeAdapter(kind)
    except (PydanticSchemaGenerationError, PydanticUserError):
        return None
    return manners.page_model[kind] if get_origin(hint) is Page else hint
