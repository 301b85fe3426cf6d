"""What resolvers reach: the services of one unit of work, the loaders, and what is to be told afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from strawberry import Info

from crosswind.doors.graphql.loaders import Loaders
from crosswind.gate import faults
from crosswind.gate.denied import Attempt
from crosswind.gate.gate import require
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Forbidden, TooLarge

if TYPE_CHECKING:
    from crosswind.bootstrap import Services

MOST_OBJECTS = 50_000


class Context:
    """The context of one execution; `fault` is a failure of the store, which ends the whole request."""

    def __init__(self, services: Services, request_id: str) -> None:
        self.services = services
        self.request_id = request_id
        self.denials: dict[tuple[str | None, str], tuple[Attempt, Forbidden]] = {}
        self.fault: Exception | None = None
        self._shown = 0
        self.loaders = Loaders(self)

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.services.uow.actor

    def require(self, permission: str, target: str) -> None:
        """Raise `Forbidden` unless the actor may; the attempt is told to the audit, once for a field."""
        try:
            require(self.actor, permission)
        except Forbidden as error:
            self.deny(permission, target, error)
            raise

    def deny(self, permission: str | None, target: str, error: Forbidden) -> None:
        """Keep a refusal to be told once the unit of work is gone."""
        self.denials.setdefault((permission, target), (Attempt(permission, f"GraphQL {target}"), error))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Notice a failure of the store: PostgreSQL takes nothing more in this transaction, and commits none of it."""
        try:
            yield
        except SQLAlchemyError as error:
            self.fault = self.fault or error
            raise

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep all of what one field of a mutation does, or nothing of it; what was loaded before is loaded anew."""
        try:
            with self.services.uow.attempt():
                yield
        except SQLAlchemyError as error:
            raise faults.meaning(error, self.request_id) from error
        finally:
            self.loaders = Loaders(self)

    def show(self, number: int) -> None:
        """Count objects that go into the answer; `TooLarge` beyond what one answer may hold."""
        self._shown += number
        if self._shown > MOST_OBJECTS:
            raise TooLarge(
                f"The answer holds more than {MOST_OBJECTS} objects; ask for fewer assets, or for fewer of their parts",
                most=MOST_OBJECTS,
            )


def reach(info: Info[Context, object]) -> Context:
    """The context of a resolver."""
    return info.context
