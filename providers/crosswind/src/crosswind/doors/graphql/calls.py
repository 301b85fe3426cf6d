"""One operation through the gate: admitted, done in one unit of work and committed, its refusals audited."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import OperationType

from crosswind.contexts.access.limits import Quota
from crosswind.doors.graphql import execution
from crosswind.doors.graphql.context import Context
from crosswind.doors.graphql.documents import Operation
from crosswind.doors.graphql.execution import Asked
from crosswind.gate.credentials import Credentials
from crosswind.gate.denied import Attempt
from crosswind.gate.gate import Gate
from crosswind.kit.actor import Actor

if TYPE_CHECKING:
    from crosswind.bootstrap import Services

Body = dict[str, Any]
Check = Callable[[Operation], None]


class Call:
    """One call; blocking, to be made in a thread of the lane. `quota` and `actor` are known once it was made."""

    def __init__(self, gate: Gate, shown: Credentials, attempt: Attempt, request_id: str) -> None:
        self._gate = gate
        self._shown = shown
        self._attempt = attempt
        self._request_id = request_id
        self.quota: Quota | None = None
        self.actor: Actor | None = None

    def perform(self, read: Callable[[], Asked], check: Check) -> Body | None:
        """What is sent; None for a subscription, of which only is known that it may be asked for.

        What is asked is read once the caller is known: nobody else lets us parse anything.
        """
        contexts: list[Context] = []

        def work(services: Services) -> Body | None:
            self.actor = services.uow.actor
            asked = read()
            chosen = asked.operation()
            check(chosen)
            if chosen.kind is OperationType.SUBSCRIPTION:
                return None
            contexts.append(Context(services, self._request_id))
            return execution.answer(asked, chosen, contexts[0])

        try:
            return self._gate.perform(self._shown, self._attempt, self._request_id, work, self._count)
        finally:
            for context in contexts:
                execution.tell_denials(self._gate.platform, context, self._attempt.address)

    def _count(self, quota: Quota) -> None:
        self.quota = quota
