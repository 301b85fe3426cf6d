"""Takes events in, and shows the runs they told of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row
from typing_extensions import TypedDict

from crosswind.contexts.catalog.openlineage import repository, wire
from crosswind.contexts.catalog.openlineage.story import Story
from crosswind.contexts.catalog.repository import assets
from crosswind.contexts.catalog.schemas.runs import JobRunQuery, RunShown
from crosswind.kit.errors import NotFound
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import UnitOfWork


class Summary(TypedDict):
    """How many events of a batch were stored."""

    received: int
    successful: int
    failed: int
    retriable: int
    non_retriable: int


class FailedEvent(TypedDict):
    """An event that was not stored; `index` is its place in the batch."""

    index: int
    reason: str
    retriable: bool


class BatchAnswer(TypedDict):
    """What became of a batch: `success`, `partial_success` or `failure`."""

    status: str
    summary: Summary
    failed_events: list[FailedEvent]


class OpenLineageService:
    """Events are stored, and seen in lineage, by one statement each time."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._actor = uow.actor

    def take(self, body: bytes) -> None:
        """Store one event."""
        self._store([wire.event(body)])

    def read(self, body: bytes) -> repository.Telling:
        """What one event says, to be stored with others."""
        return repository.telling(self._actor, _story([wire.event(body)]))

    def take_together(self, tellings: Sequence[repository.Telling]) -> bool:
        """Store what several callers tell, each as if alone; False, and nothing stored, where one has to wait."""
        return repository.take_together(self._session, tellings)

    def take_many(self, body: bytes) -> BatchAnswer:
        """Store the events of a batch that are right, and say what is wrong with the others."""
        good, bad = wire.events(body)
        if good:
            self._store(good.values())
        failed = [FailedEvent(index=index, reason=reason, retriable=False) for index, reason in sorted(bad.items())]
        return {
            "status": "success" if not bad else "partial_success" if good else "failure",
            "summary": {
                "received": len(good) + len(bad),
                "successful": len(good),
                "failed": len(bad),
                "retriable": 0,
                "non_retriable": len(bad),
            },
            "failed_events": failed,
        }

    def runs(self, asset_id: UUID, query: JobRunQuery, window: Window) -> Page[RunShown]:
        """The runs of a job, or those that wrote a dataset, newest first."""
        row = assets.find(self._session, self._actor, asset_id)
        if row is None:
            raise NotFound("Asset", asset_id)
        rows, total = repository.runs(self._session, self._actor, row.key, query.state, window)
        return Page([_shown(each) for each in rows], total, window)

    def _store(self, events: Iterable[wire.Event]) -> None:
        repository.take(self._session, self._actor, _story(events))


def _story(events: Iterable[wire.Event]) -> dict[str, Any]:
    story = Story()
    for each in events:
        story.add(each)
    return story.told()


def _shown(row: Row[Any]) -> RunShown:
    return cast(
        "RunShown",
        {
            "runId": row.run_id,
            "state": row.state,
            "jobNamespace": row.job_namespace,
            "jobName": row.job_name,
            "assetId": row.asset_id,
            "parentRunId": row.parent_run_id,
            "nominalAt": row.nominal_at,
            "startedAt": row.started_at,
            "endedAt": row.ended_at,
            "updatedAt": row.updated_at,
            "facets": row.facets,
        },
    )
