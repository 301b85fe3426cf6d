"""How a family speaks: key style, page envelope, error envelope, codes. No route has an `if` for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from crosswind.gate.codes import ErrorTable, lookup, metastore_code
from crosswind.kit import errors
from crosswind.kit.paging import Page, Window

T = TypeVar("T")


class PageWindow(BaseModel):
    """`?page=&pageSize=` of the connections-platform design, pages counted from 1."""

    model_config = ConfigDict(populate_by_name=True)
    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(20, ge=1, le=100, alias="pageSize")

    def window(self) -> Window:
        """The rows asked for."""
        return Window(self.page_size, (self.page - 1) * self.page_size)


class OffsetWindow(BaseModel):
    """`?limit=&offset=` of the metastore design."""

    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=100_000_000)

    def window(self) -> Window:
        """The rows asked for."""
        return Window(self.limit, self.offset)


class PagePagination(BaseModel):
    """The connections-platform design's pagination body."""

    page: int
    pageSize: int  # noqa: N815 - the design's word
    totalCount: int  # noqa: N815
    hasNext: bool  # noqa: N815


class OffsetPagination(BaseModel):
    """The metastore design's pagination body."""

    total: int
    limit: int
    offset: int
    has_more: bool
    next_cursor: str | None = None
    total_is_capped: bool | None = Field(None, description="There are more than total; no more were counted")


class NumberedPage(BaseModel, Generic[T]):
    """A page by number."""

    data: list[T]
    pagination: PagePagination


class OffsetPage(BaseModel, Generic[T]):
    """A page by offset."""

    data: list[T]
    pagination: OffsetPagination


def numbered(page: Page[Any]) -> dict[str, Any]:
    """The connections-platform page envelope."""
    window = page.window
    body = {"page": window.offset // window.limit + 1, "pageSize": window.limit}
    return {"data": page.items, "pagination": {**body, "totalCount": page.total, "hasNext": page.has_more}}


def by_offset(page: Page[Any]) -> dict[str, Any]:
    """The metastore page envelope; a list that goes on by a cursor says which."""
    window = page.window
    body = {"total": page.total, "limit": window.limit, "offset": window.offset, "has_more": page.has_more}
    cursor = {} if page.next_cursor is None else {"next_cursor": page.next_cursor}
    capped = {"total_is_capped": True} if page.capped else {}
    return {"data": page.items, "pagination": {**body, **cursor, **capped}}


@dataclass(frozen=True, eq=False)
class Manners:
    """All that differs between the families, once."""

    name: str
    title: str
    mount: str
    prefix: str
    codes: ErrorTable
    page: Callable[[Page[Any]], dict[str, Any]]
    page_model: Any
    window_model: type[PageWindow] | type[OffsetWindow]
    camel: bool
    noun_codes: bool = False
    nouns: Mapping[str, str] = field(default_factory=dict)

    def code(self, error: errors.CrosswindError) -> tuple[str, int]:
        """The design's code and the HTTP status, by the error's class or the nearest base in the table."""
        if self.noun_codes:
            return metastore_code(error)
        code, status = lookup(self.codes, error)
        return (self.nouns.get(error.noun, code) if isinstance(error, errors.NotFound) else code), status

    def error_body(self, error: errors.CrosswindError, request_id: str, base: str = "/crosswind") -> dict[str, Any]:
        """The design's error envelope; `base` is where the families are mounted."""
        code, _ = self.code(error)
        details = {**error.details, "timestamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")}
        if not self.camel:
            body = {"code": code, "message": error.message, "details": details, "request_id": request_id}
            return {"error": body}
        details = {camel(key): value for key, value in details.items()}
        documentation = f"{base}/docs/errors#{code}"
        body = {"code": code, "message": error.message, "details": details, "requestId": request_id}
        return {"error": {**body, "documentation": documentation}}


def camel(name: str) -> str:
    """`connection_id` as `connectionId`."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)
