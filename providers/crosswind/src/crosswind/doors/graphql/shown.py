"""What is shown: facts as the services tell them, the rest loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from crosswind.doors.graphql.context import Context


class Shown:
    """Base of the types that are read from facts by the names that REST gives them."""

    facts: Mapping[str, Any]
    context: Context

    @classmethod
    def of(cls, context: Context, facts: Mapping[str, Any]) -> Self:
        """The same facts as this type; `__init__` is Strawberry's, and takes every field."""
        made = object.__new__(cls)
        made.__dict__.update(facts=facts, context=context)
        return made

    @classmethod
    def each(cls, context: Context, many: Any) -> list[Self]:
        """A list of such facts."""
        return [cls.of(context, facts) for facts in many]

    def read(self, name: str) -> Any:
        """A fact, or an awaitable of one that is still to be loaded."""
        return self.facts.get(name)


def fact(source: object, name: str) -> Any:
    """Strawberry's default resolver: a field without one of its own is a fact."""
    return source.read(name) if isinstance(source, Shown) else getattr(source, name)
