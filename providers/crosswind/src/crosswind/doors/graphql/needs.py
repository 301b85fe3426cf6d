"""What a field asks for: its permission, told in its description, and for a mutation that it is done whole or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry
from strawberry import Info
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from crosswind.doors.graphql.context import reach
from crosswind.kit.errors import Forbidden

F = TypeVar("F", bound=Callable[..., Any])
PERMISSION = "permission"
"""Under this name a field's metadata say what it asks for."""


class Needs(FieldExtension):
    """Requires a permission before the field is resolved, and audits refusals."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    def apply(self, field: StrawberryField) -> None:
        """Let the schema say what the field asks for."""
        field.description = f"{field.description} Needs `{self.permission}`."

    def resolve(self, next_: Callable[..., Any], source: Any, info: Info[Any, Any], **kwargs: Any) -> Any:
        """Require, then read."""
        context = reach(info)
        target = f"{info.path.typename}.{info.field_name}"
        context.require(self.permission, target)
        try:
            return self.act(context, lambda: next_(source, info, **kwargs))
        except Forbidden as error:
            context.deny(self.permission, target, error)
            raise

    @staticmethod
    def act(context: Any, call: Callable[[], Any]) -> Any:
        """Read in the request's transaction."""
        with context.reading():
            return call()


class Writes(Needs):
    """Requires a permission and runs the field in a savepoint of its own."""

    @staticmethod
    def act(context: Any, call: Callable[[], Any]) -> Any:
        """Write whole or not at all."""
        with context.writing():
            return call()


def computed(description: str) -> Callable[[F], F]:
    """A field with a resolver of its own, which anybody may read who was shown its object."""
    return cast("Callable[[F], F]", strawberry.field(description=description))


def reads(permission: str, description: str) -> Callable[[F], F]:
    """A field that reads."""
    told = {PERMISSION: permission}
    made = strawberry.field(extensions=[Needs(permission)], description=description, metadata=told)
    return cast("Callable[[F], F]", made)


def writes(permission: str, description: str) -> Callable[[F], F]:
    """A field of a mutation."""
    told = {PERMISSION: permission}
    made = strawberry.mutation(extensions=[Writes(permission)], description=description, metadata=told)
    return cast("Callable[[F], F]", made)


def follows(permission: str, description: str) -> Callable[[F], F]:
    """A field of a subscription; whoever opens it is asked for the permission again and again."""
    told = f"{description} Needs `{permission}`."
    return cast("Callable[[F], F]", strawberry.subscription(description=told, metadata={PERMISSION: permission}))
