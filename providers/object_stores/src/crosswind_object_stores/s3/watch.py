"""Ends what runs on a wire when its time is over or somebody asked to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from crosswind.connectors import watch
from crosswind.connectors.deadline import Deadline

if TYPE_CHECKING:
    from crosswind_object_stores.s3.wire import Wire


class Watch(watch.Watch):
    """While it is entered, the wire works by `deadline`, and its sockets are shut when that is over or on request."""

    def __init__(self, wire: Wire, deadline: Deadline, cancelled: Callable[[], bool]) -> None:
        super().__init__(deadline, cancelled)
        self._wire = wire

    def __enter__(self) -> Self:
        self._wire.deadline, self._wire.stopped = self._deadline, self._asked
        return super().__enter__()

    def _end(self) -> None:
        self._wire.shut()
