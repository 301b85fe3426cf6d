"""What followers of the metastore are told, and what they may follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crosswind.gate.credentials import Credentials
from crosswind.kit import outbox
from crosswind.kit.actor import Actor


@dataclass(frozen=True, slots=True)
class EventMessage:
    """One change. `event_id` is what a reader resumes after, None for the progress of tasks, which is no row."""

    event_id: int | None
    type: str
    entity_type: str
    entity_id: str
    action: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Follower:
    """Who follows; `shown` is asked again now and then, so that a right that is lost ends what it opened."""

    actor: Actor
    shown: Credentials


@dataclass(frozen=True, slots=True)
class Channel:
    """What can be followed: entities of these types, with the permission that it takes."""

    name: str
    permission: str
    entity_types: frozenset[str]
    needs_id: bool = False


ASSETS = Channel("asset.updates", "asset:read", frozenset({"ASSET"}))
TASKS = Channel("task.progress", "task:read", frozenset({"task"}), needs_id=True)
SPOKEN = {
    entity_type: Channel(f"{noun}.updates", permission, frozenset({entity_type}))
    for (entity_type, noun), permission in zip(
        outbox.SPOKEN.items(), ("domain:read", "term:read", "product:read"), strict=True
    )
}
"""What people speak of assets by, each kind followed by itself as each takes a permission of its own."""
CHANNELS = {each.name: each for each in (ASSETS, *SPOKEN.values(), TASKS)}
