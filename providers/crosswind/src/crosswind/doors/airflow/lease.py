"""The lease of one try: exchanged at its start, renewed by use, exchanged again should it expire."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from crosswind.doors.airflow.client import CrosswindClient
from crosswind.doors.airflow.errors import ApiError, LeaseOver

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Try:
    """One try of one run of a DAG."""

    dag_id: str
    run_id: str
    number: int


class Lease:
    """What the server told this try to do, and its right to report on it."""

    def __init__(self, client: CrosswindClient, attempt: Try) -> None:
        self._client = client
        self._try = attempt
        self._facts = self._exchange()

    @property
    def task_id(self) -> str:
        """The task that the run works for."""
        return str(self._facts["taskId"])

    @property
    def connection(self) -> dict[str, Any]:
        """The governed connection: id, airflowConnId, type, subType."""
        return dict(self._facts["connection"])

    @property
    def discovery(self) -> dict[str, Any]:
        """What is to be read: include, exclude, depth."""
        return dict(self._facts["discovery"])

    @property
    def payload(self) -> dict[str, Any]:
        """What the task was created with."""
        return dict(self._facts["payload"])

    def send(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """Call a route that the lease is for."""
        token = self._facts["lease"]
        try:
            return self._client.call(method, path, body, bearer=token, **options)
        except ApiError as error:
            if error.status != 401:
                raise
        if token == self._facts["lease"]:
            log.info("The lease expired; exchanging this try for a new one")
            self._facts = self._exchange()
        return self._client.call(method, path, body, bearer=self._facts["lease"], **options)

    def fetch(self, path: str) -> bytes | None:
        """Return what a route that the lease is for gives as bytes, None where there is nothing."""
        found: bytes | None = self.send("GET", path, raw=True)
        return found

    def report(self, *, result: dict[str, Any] | None = None, error: dict[str, Any] | None = None) -> None:
        """Tell what this try came to; its lease ends with that.

        Where the answer got lost the lease is over already: a new one is asked for, which only a try that was not
        overtaken or cancelled gets, and the same is told once more.
        """
        path, body = f"/platform/v1/runs/{self.task_id}/outcome", {"result": result, "error": error}
        try:
            self.send("PUT", path, body)
        except LeaseOver:
            self._facts = self._exchange()
            self.send("PUT", path, body)

    def _exchange(self) -> dict[str, Any]:
        asked = {"dagId": self._try.dag_id, "runId": self._try.run_id, "tryNumber": self._try.number}
        facts: dict[str, Any] = self._client.post("/platform/v1/leases", asked)
        return facts
