"""Events as OpenLineage 2 defines them, read leniently: unknown fields and facets are left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from crosswind.contexts.catalog.openlineage.facets import LONGEST_IDENTITY
from crosswind.contexts.catalog.wire import read, told
from crosswind.kit.errors import Invalid

MOST_EVENTS = 10_000
MOST_DATASETS = 1_000

Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_IDENTITY, pattern=r"\S")]
Facets = dict[str, Any]
State = Literal["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]


class Job(msgspec.Struct, frozen=True):
    """A process that reads and writes datasets."""

    namespace: Name
    name: Name
    facets: Facets | None = None


class Run(msgspec.Struct, frozen=True, rename="camel"):
    """One execution of a job."""

    run_id: UUID
    facets: Facets | None = None


class Dataset(msgspec.Struct, frozen=True):
    """Something read or written, by OpenLineage's naming of its system."""

    namespace: Name
    name: Name
    facets: Facets | None = None


Datasets = Annotated[list[Dataset], Meta(max_length=MOST_DATASETS)]


class Event(msgspec.Struct, frozen=True, rename="camel"):
    """A RunEvent (it has a run), a JobEvent (a job and no run) or a DatasetEvent (a dataset alone)."""

    event_time: datetime
    event_type: State | None = None
    run: Run | None = None
    job: Job | None = None
    dataset: Dataset | None = None
    inputs: Datasets | None = None
    outputs: Datasets | None = None
    producer: str = ""

    @property
    def at(self) -> datetime:
        """When it happened; a time without a zone is taken as UTC."""
        return self.event_time if self.event_time.tzinfo else self.event_time.replace(tzinfo=UTC)

    @property
    def is_done(self) -> bool:
        """Whether what it tells of has happened: not while a run goes on, nor where it failed."""
        return self.event_type in {None, "COMPLETE"}

    def things(self) -> Iterator[tuple[str, Job | Dataset]]:
        """Everything it names, with the field that does."""
        if self.job:
            yield "job", self.job
        if self.dataset:
            yield "dataset", self.dataset
        for field, found in (("inputs", self.inputs), ("outputs", self.outputs)):
            for index, each in enumerate(found or ()):
                yield f"{field}[{index}]", each


def event(body: bytes) -> Event:
    """Read one event; Invalid with the field that is wrong."""
    found = read(body, Event)
    _check(found)
    return found


def events(body: bytes) -> tuple[dict[int, Event], dict[int, str]]:
    """Read a JSON array of events: those that are right, and why the others are not, by index."""
    raw = read(body, list[msgspec.Raw])
    if len(raw) > MOST_EVENTS:
        raise Invalid(f"A batch has at most {MOST_EVENTS} events", field="body")
    decoder = msgspec.json.Decoder(Event)
    good: dict[int, Event] = {}
    bad: dict[int, str] = {}
    for index, each in enumerate(raw):
        try:
            good[index] = decoder.decode(each)
            _check(good[index])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            message, field = told(str(error), Event)
            bad[index] = f"{field}: {message}" if field else message
        except Invalid as error:
            del good[index]
            bad[index] = f"{error.field}: {error.message}"
    return good, bad


def _check(found: Event) -> None:
    if found.job is None and (found.run is not None or found.dataset is None):
        raise Invalid("An event names a job, or is of a dataset alone", field="job")
    if not 1970 <= found.event_time.year < 9999:
        raise Invalid("The time of an event is from 1970 on", field="eventTime")
    for field, each in found.things():
        if len(each.namespace.encode()) + len(each.name.encode()) > LONGEST_IDENTITY:
            raise Invalid(f"A namespace and a name have at most {LONGEST_IDENTITY} bytes together", field=field)
