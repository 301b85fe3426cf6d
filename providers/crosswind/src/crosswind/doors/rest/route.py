"""The route class of all families: errors become envelopes, and the endpoint runs as one call in a thread of ours."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from crosswind.doors.rest import faults, rates, reply
from crosswind.doors.rest.request import StrictRequest, base_path, check_address, check_json, request_id
from crosswind.kit.errors import Invalid

if TYPE_CHECKING:
    from crosswind.doors.rest.door import Door
    from crosswind.doors.rest.family import RouteSpec


class FamilyRoute(APIRoute):
    """A route that refuses bad input by its family's manners and leaves the rest to the door."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler: it parses and validates, the door does the work."""
        parse = super().get_route_handler()
        spec: RouteSpec = self.endpoint.__crosswind__  # type: ignore[attr-defined]
        flat = get_flat_dependant(self.dependant)
        takes_json = self.body_field is not None
        known = {name: _takes_many(kind) for field in flat.query_params for name, kind in _names(field)}
        parameters = (*flat.query_params, *flat.path_params)
        whole = frozenset(name for field in parameters for name, kind in _names(field) if _is_whole(kind))

        async def handle(request: Request) -> Response:
            identifier = request_id(request)
            try:
                response = await _answer(
                    request, spec, partial(check_address, known=known, whole=whole), parse, takes_json
                )
            except Exception as error:
                base = base_path(request, spec.manners.mount)
                response = reply.fail(faults.meaning(error, identifier), spec.manners, identifier, base)
            rates.tell(request, response)
            return response

        return handle


async def _answer(
    request: Request,
    spec: RouteSpec,
    check: Callable[[Request], None],
    parse: Callable[[Request], Any],
    takes_json: bool,
) -> Response:
    strict = request if isinstance(request, StrictRequest) else StrictRequest(request.scope, request.receive)
    strict.body_limit = spec.body_limit
    door: Door = request.app.state.door
    writes = request.method not in {"GET", "HEAD"}
    actor = await door.admit(strict, spec) if writes else None
    strict.state.crosswind_run = partial(door.perform, strict, spec, actor)
    try:
        check(strict)
        if takes_json:
            check_json(strict)
        response: Response = await parse(strict)
    except (RequestValidationError, Invalid):
        if actor is None:
            await door.admit(strict, spec)
        raise
    return response


def _names(field: Any) -> list[tuple[str, Any]]:
    """The names of a parameter and what they take: its own, or those of its model's fields."""
    fields = getattr(field.field_info.annotation, "model_fields", None)
    if fields is None:
        return [(field.alias, field.field_info.annotation)]
    return [(info.alias or name, info.annotation) for name, info in fields.items()]


def _takes_many(annotation: Any) -> bool:
    return any(get_origin(each) is list for each in (annotation, *get_args(annotation)))


def _is_whole(annotation: Any) -> bool:
    """Whether what is taken is a whole number, or that or nothing."""
    kinds = {
        get_args(each)[0] if get_origin(each) is Annotated else each for each in (annotation, *get_args(annotation))
    }
    return int in kinds and kinds <= {int, NoneType, annotation}
