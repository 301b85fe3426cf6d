"""The few names of Flask-AppBuilder that we use, with types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from flask_appbuilder.api import BaseApi
from flask_appbuilder.baseviews import BaseView
from flask_appbuilder.baseviews import expose as untyped_expose

__all__ = ["BaseApi", "BaseView", "expose"]

F = TypeVar("F", bound=Callable[..., Any])


def expose(url: str, methods: Sequence[str] = ("GET",)) -> Callable[[F], F]:
    """Serve the decorated method under `url`, a Werkzeug rule below the view's `route_base`."""
    return cast("Callable[[F], F]", untyped_expose(url, list(methods)))  # type: ignore[no-untyped-call]
