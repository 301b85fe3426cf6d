"""A client of the REST families, in a few lines: what any program would write."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import httpx

from demo.progress import DemoError

CONNECTIONS = "/connections-platform/v1"
METASTORE = "/metastore/v1"
PLATFORM = "/platform/v1"
RUN_SECONDS = 300.0
POLL_SECONDS = 0.25


class Api:
    """Calls with the administrator's key; an answer that is an error becomes a DemoError."""

    def __init__(self, base: str, key: str) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(base_url=base, headers=headers, timeout=60, trust_env=False)

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._client.close()

    def call(self, method: str, path: str, body: Any = None, *, also: int | None = None, **query: Any) -> Any:
        """Return the answer's JSON; None for the status that the caller names in `also`."""
        try:
            answer = self._client.request(method, path, json=body, params=query or None)
        except httpx.HTTPError as error:
            msg = f"{method} {path}: {type(error).__name__}: {error}"
            raise DemoError(msg) from error
        if answer.status_code == also:
            return None
        if answer.is_error:
            msg = f"{method} {path} answered {answer.status_code}: {answer.text[:500]}"
            raise DemoError(msg)
        return answer.json() if answer.content else {}

    def follow(self, task_id: str, tell: Callable[[str], None]) -> dict[str, Any]:
        """Follow a task to its end; raises DemoError with the task's own message when it fails."""
        deadline, seen = time.monotonic() + RUN_SECONDS, ""
        while True:
            task: dict[str, Any] = self.call("GET", f"{METASTORE}/tasks/{task_id}")
            status = str(task["status"])
            if status != seen:
                seen = status
                tell(f"task {task_id}: {status.lower()}")
            if status == "COMPLETED":
                return task
            if status in {"FAILED", "CANCELLED"}:
                msg = f"The task {task_id} ended as {status}: {told(task.get('error'))}"
                raise DemoError(msg)
            if time.monotonic() > deadline:
                msg = f"The task {task_id} is still {status} after {RUN_SECONDS:.0f} s."
                raise DemoError(msg)
            time.sleep(POLL_SECONDS)


def told(error: Any) -> str:
    """Return what a task's error says, with its remedy."""
    if not isinstance(error, dict):
        return str(error or "no reason was given")
    return " ".join(str(error[name]) for name in ("code", "message", "remedy") if error.get(name))
