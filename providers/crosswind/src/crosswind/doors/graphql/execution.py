"""One operation done: in the thread of the caller, on one session, its lists loaded in batches by a loop of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from graphql import ExecutionResult, OperationType, execute

from crosswind.doors.graphql import errors
from crosswind.doors.graphql.context import Context
from crosswind.doors.graphql.documents import Operation, Refused, operation
from crosswind.doors.graphql.limits import check_cost
from crosswind.doors.graphql.schema import GRAPH, SCHEMA
from crosswind.gate import denied
from crosswind.kit.errors import Invalid

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: a document, which of its operations, and values for its variables."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)

    def operation(self) -> Operation:
        """The operation, within the limits; raises `Invalid` where it is not to be done."""
        found = operation(self.query, self.operation_name)
        root = GRAPH.get_root_type(found.kind)
        assert root is not None
        check_cost(found, root, self.variables)
        return found


def answer(asked: Asked, chosen: Operation, context: Context, root: Any = None) -> dict[str, Any]:
    """Do an operation.

    Raises `Refused` for variables that do not fit, and a failure of the store, for nothing of its transaction is kept.
    """
    result = _executed(asked, chosen, context, root)
    if context.fault is not None:
        raise context.fault
    found = result.errors or []
    if any(error.path is None for error in found):
        raise Refused(list(found))
    body: dict[str, Any] = {"data": result.data}
    return {**body, "errors": errors.fields(found, context.request_id)} if found else body


def tell_denials(platform: Platform, context: Context, address: str | None) -> None:
    """Write to the audit what was refused, once the unit of work is gone."""
    for attempt, error in context.denials.values():
        denied.tell(platform, context.actor, replace(attempt, address=address), error, context.request_id)


def check_kind(chosen: Operation, *kinds: OperationType) -> None:
    """Refuse an operation of another kind."""
    if chosen.kind not in kinds:
        raise Invalid(f"A {chosen.kind.value} is not taken here", field="query")


def _executed(asked: Asked, chosen: Operation, context: Context, root: Any) -> ExecutionResult:
    async def done() -> ExecutionResult:
        result = execute(
            GRAPH,
            chosen.document,
            root_value=root,
            context_value=context,
            variable_values=asked.variables,
            operation_name=chosen.name,
            executor_class=SCHEMA.execution_context_class,
        )
        return await result if isawaitable(result) else result

    with asyncio.Runner() as runner:
        return runner.run(done())
