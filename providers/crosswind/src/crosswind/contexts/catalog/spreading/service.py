"""Tags that say so spread downstream: in the transaction of a small change, by housekeeping after a large one.

A tag goes from the assets that people put it on, along lineage, to what is made of them, so many edges far; and from
columns, along what edges say of columns, to the columns made of those. Each asset and column that it reaches says from
where: the nearest origin. What people put on an asset or a column themselves is theirs, and stays apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import Row
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from crosswind.contexts.catalog.spreading import columns, repository
from crosswind.contexts.catalog.spreading.columns import Column
from crosswind.contexts.catalog.spreading.seen import Seen
from crosswind.contexts.catalog.spreading.walks import Bounds, walk
from crosswind.kit.actor import Actor
from crosswind.kit.errors import NotFound
from crosswind.kit.unit_of_work import Event, UnitOfWork

SMALL = 1_000
"""Assets, and columns, that a tag may reach within the transaction of somebody's change."""
LARGE = 100_000
"""Assets, and columns, that a tag reaches at all; farther ones are left out."""
MOST_TAGS = 20
"""Tags that are spread within one transaction."""


class Propagation(BaseModel):
    """Whether a tag spreads, and how many edges far; null takes it back."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid",
        json_schema_extra={"examples": [{"propagates": "downstream", "depth": 3}]},
    )  # fmt: skip
    propagates: Literal["downstream"] | None
    depth: int | None = Field(None, ge=1, le=repository.MOST_DEPTH)


class TagSpread(TypedDict):
    """How a tag spreads."""

    id: UUID
    name: str
    propagates: Literal["downstream"] | None
    depth: int | None


class SpreadingService:
    """Tags of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def set(self, tag_id: UUID, request: Propagation) -> TagSpread:
        """Let a tag spread, or no longer."""
        session, tenant = self._uow.session, self._uow.actor.tenant
        tag = repository.find(session, tenant, tag_id)
        if tag is None:
            raise NotFound("Tag", tag_id)
        before = {"propagates": tag.propagates, "propagation_depth": tag.propagation_depth}
        depth = request.depth if request.propagates else None
        after = {"propagates": request.propagates, "propagation_depth": depth}
        if after != before:
            repository.write(session, tag.key, after)
            self._uow.record(Event("TAG", str(tag_id), "UPDATE", before, after))
            renew_or_mark(session, [tag.key])
        return {"id": tag.id, "name": tag.name, "propagates": request.propagates, "depth": depth}


def after_changes(session: Session, actor: Actor, events: Sequence[Event]) -> None:
    """Spread anew what these changes may have moved, before they are committed."""
    names: set[str] = set()
    for event in events:
        if event.entity_type == "TAG":
            _renamed(session, actor, event)
        if event.entity_type == "RELATIONSHIP" or (event.entity_type == "ASSET" and _whole(event)):
            renew_or_mark(session, [tag.key for tag in repository.spreading(session, actor.tenant)])
            return
        names |= _tags(event) if event.entity_type in {"ASSET", "COLUMN"} else set()
    if names:
        renew_or_mark(session, [tag.key for tag in repository.spreading(session, actor.tenant, names)])


def _renamed(session: Session, actor: Actor, event: Event) -> None:
    old, new = ((state or {}).get("name") for state in (event.before, event.after))
    if old and old != new:
        repository.rename(session, actor.tenant, old, new)


def renew_or_mark(session: Session, tag_keys: Sequence[int]) -> None:
    """Spread these tags anew, those that reach far by housekeeping."""
    left = {key for place, key in enumerate(tag_keys) if place >= MOST_TAGS or not renew(session, key)}
    repository.mark(session, left)


def renew(session: Session, tag_key: int, most: int | None = None, *, whole: bool = False) -> bool | None:
    """Bring what one tag reached up to date; False when that is left to be done, None when it is held or gone.

    As many statements as the tag goes far over assets and over columns, and six. `whole` takes as many as `most` where
    there are more, and repairs what assets repeat.
    """
    tag = repository.hold(session, tag_key)
    if tag is None:
        return None
    depth = (tag.propagation_depth or repository.MOST_DEPTH) if tag.propagates else 0
    bounds = Bounds(depth, SMALL if most is None else most, whole)
    on_assets = _over_assets(session, tag, bounds) if depth else {}
    on_columns = _over_columns(session, tag, bounds) if depth and on_assets is not None else {}
    if on_assets is None or on_columns is None:
        return False
    changed = {*repository.store(session, tag_key, on_assets), *columns.store(session, tag_key, on_columns)}
    if whole:
        changed |= set(repository.amiss(session, tag))
    return repository.repeat(session, sorted(changed))


def tend(sessions: Callable[[], AbstractContextManager[Session]], *, everything: bool, seen: Seen | None = None) -> int:
    """Spread the tags that were left, or all of them; one process at a time. Returns how many were.

    All of them only where something is otherwise than `seen`, where that is given.
    """
    with sessions() as session:
        if not repository.alone(session):
            return 0
        looked = seen.look(session) if everything and seen else None
        everything = everything and (seen is None or looked is not None)
        keys = set(repository.due(session)) | (set(repository.of_all_tenants(session)) if everything else set())
        done = {key: renew(session, key, LARGE, whole=True) for key in sorted(keys)}
        left = {key for key, is_done in done.items() if is_done is False}
        repository.mark(session, left)
        session.commit()
    if seen and looked is not None and None not in done.values():
        seen.keep(looked)
    return len(keys) - len(left)


_WHOLE = {"DELETE", "RESTORE", "INGEST", "IMPORT"}


def _whole(event: Event) -> bool:
    """Whether edges may have come or gone with it; an asset that is made again, and so has a before, has some."""
    return event.action in _WHOLE or (event.action == "CREATE" and event.before is not None)


def _tags(event: Event) -> set[str]:
    """The tags that an asset or columns of it gained or lost; all of its columns where it is told of them together."""
    before, after = event.before or {}, event.after or {}
    found = {*before.get("column_tags", ()), *after.get("column_tags", ())}
    was, now = (state.get("columns") or {} for state in (before, after))
    for name in {*was, *now}:
        found |= _differing(was.get(name, {}), now.get(name, {}))
    return found | _differing(before, after)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return set(before.get("tags") or ()) ^ set(after.get("tags") or ())


def _over_assets(session: Session, tag: Row[Any], bounds: Bounds) -> dict[int, tuple[int, int]] | None:
    def step(front: Sequence[int]) -> list[tuple[int, int]]:
        return [(row.key, row.before) for row in repository.beyond(session, tag.tenant, front, bounds.most + 1)]

    return walk({key: key for key in repository.sources(session, tag, bounds.most + 1)}, step, bounds)


def _over_columns(session: Session, tag: Row[Any], bounds: Bounds) -> dict[Column, tuple[int, int]] | None:
    def step(front: Sequence[Column]) -> Sequence[tuple[Column, Column]] | None:
        return columns.beyond(session, tag.tenant, front, bounds.most + 1, whole=bounds.whole)

    return walk(columns.sources(session, tag, bounds.most + 1), step, bounds)
