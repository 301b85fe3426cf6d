"""The request as our routes read it: bounded, strict, and with its credentials in one place."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Set
from typing import Any

from fastapi import Request

from crosswind.gate.http import named_request_id
from crosswind.kit import problems, strict_json
from crosswind.kit.errors import Invalid, TooLarge
from crosswind.kit.text import check_name

MEGABYTE = 1024 * 1024
NAMING = frozenset({"id", "connectionId", "name", "qualified_name", "qualifiedName", "owner", "subject", "tenant"})
_WHOLE = re.compile(r"-?[0-9]+")


class StrictRequest(Request):
    """A request whose body is read up to a limit and parsed by `kit.strict_json`."""

    body_limit: int = MEGABYTE

    async def body(self) -> bytes:
        """The body, unzipped where it is gzip; `TooLarge` as soon as it passes the limit."""
        if not hasattr(self, "_body"):
            self._body = await self._read()
        return self._body

    @property
    def read(self) -> bytes | None:
        """The body where it was read already."""
        return getattr(self, "_body", None)

    async def json(self) -> Any:
        """The body, by `as_json`."""
        return as_json(await self.body())

    async def _read(self) -> bytes:
        declared = self.headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > self.body_limit:
            raise self.too_large()
        inflate = self._inflater()
        body = bytearray()
        async for chunk in self.stream():
            body += self._inflated(inflate, chunk, self.body_limit + 1 - len(body)) if inflate else chunk
            if len(body) > self.body_limit:
                raise self.too_large()
        if inflate and (not inflate.eof or inflate.unused_data):
            raise Invalid("The gzip body is cut short or has something after its end", field="body")
        return bytes(body)

    def _inflater(self) -> Any:
        coding = self.headers.get("content-encoding", "identity").strip().lower()
        if coding not in {"identity", "gzip", "x-gzip", ""}:
            raise Invalid(
                f"The content coding '{coding[:32]}' is not taken; send gzip or none", field="Content-Encoding"
            )
        return zlib.decompressobj(31) if coding.endswith("gzip") else None

    @staticmethod
    def _inflated(inflate: Any, chunk: bytes, room: int) -> bytes:
        try:
            return bytes(inflate.decompress(chunk, max(room, 1)))
        except zlib.error:
            raise Invalid("The body is declared gzip but does not unzip", field="body") from None

    def too_large(self) -> TooLarge:
        """What is raised for a body beyond the limit."""
        return TooLarge(f"The body is larger than this route takes ({self.body_limit} bytes)", field="body")


def as_json(body: bytes) -> Any:
    """A body as strict JSON, its names and ids free of characters that deceive a reader."""
    read = strict_json.loads(body)
    check_names(read)
    return read


def check_names(body: Any) -> None:
    """Refuse control characters and direction overrides in the fields of an entity that name it."""
    if isinstance(body, dict):
        for field in NAMING & body.keys():
            if isinstance(body[field], str):
                check_name(body[field], field)


def request_id(request: Request) -> str:
    """The caller's `X-Request-Id` where it is a plain token, else a new one; the same for the whole request."""
    state = request.scope.setdefault("state", {})
    if "request_id" not in state:
        state["request_id"] = named_request_id(request.headers.get("x-request-id", ""))
    return str(state["request_id"])


def base_path(request: Request, mount: str) -> str:
    """Where all families are mounted, such as `/crosswind`; `mount` is that of the family that was asked."""
    return str(request.scope.get("root_path", "")).removesuffix(mount)


def check_json(request: Request) -> None:
    """Refuse a body that is declared to be anything but JSON, as a form is that `curl -d` sends."""
    there = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    declared = request.headers.get("content-type", "")
    kind = declared.partition(";")[0].strip().lower()
    if there and not (kind.startswith("application/") and (kind == "application/json" or kind.endswith("+json"))):
        said = f"the body is declared as '{kind[:64]}'" if kind else "the body is not declared"
        raise Invalid(f"Send JSON, with the header Content-Type: application/json; {said}", field="Content-Type")


def check_address(request: Request, known: Mapping[str, bool], whole: Set[str] = frozenset()) -> None:
    """Refuse NUL and surrogates in path and query, and query parameters that the route does not have or has once.

    `known` says of each parameter whether it may be given more than once; `whole` are those of path and query that take
    a whole number: pydantic would read 5.0, +5 and 1_0 as one too.
    """
    path = request.scope["path"]
    strict_json.check_text(path, "path")
    check_name(path, "path")
    given: set[str] = set()
    for name, value in request.query_params.multi_items():
        strict_json.check_text(name, "query")
        strict_json.check_text(value, name)
        check_name(value, name)
        if name not in known:
            raise Invalid(f"Unknown query parameter '{name}'", field=name[:64], known=sorted(known))
        if name in given and not known[name]:
            raise Invalid(f"Give '{name}' once: it takes one value", field=name)
        given.add(name)
        if name in whole:
            check_whole(value, name)
    for name in whole & request.path_params.keys():
        check_whole(str(request.path_params[name]), name)


def check_whole(value: str, field: str) -> None:
    """Refuse what is no whole number in plain digits."""
    if not _WHOLE.fullmatch(value):
        raise problems.invalid([{"loc": (field,), "type": "int_parsing"}], lambda place: str(place[0]))
