"""Pages of the outbox on their way to followers: each gets what it follows and may see."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections import defaultdict
from collections.abc import Sequence, Set
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.repository.scope import Scope
from crosswind.contexts.events import repository
from crosswind.contexts.events.errors import EventsForgotten
from crosswind.gate.events import ASSETS, CHANNELS, Channel, EventMessage
from crosswind.gate.gate import require
from crosswind.gate.subscription import Subscription
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Invalid, NotFound


def hand_on(session: Session, rows: Sequence[Row[Any]], told: dict[str, list[Subscription]]) -> None:
    """Each follower its own of the page, in one call for each event loop."""
    by_loop: dict[AbstractEventLoop, list[tuple[Subscription, list[EventMessage]]]] = defaultdict(list)
    messages = {row.seq: message(row) for row in rows}
    seen: dict[Scope, frozenset[int]] = {}
    for tenant, followers in told.items():
        own = _own(tenant, rows, {each.entity_id for each in followers if each.related})
        by_entity: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in own:
            by_entity[row.entity_id].append(row)
            for end in repository.ends_of(row) if row.entity_type == repository.RELATIONSHIP else ():
                by_entity[end].append(row)
        for each in followers:
            asked = own if each.entity_id is None else by_entity.get(each.entity_id, ())
            types = each.channel.entity_types | {repository.RELATIONSHIP} if each.related else each.channel.entity_types
            asked = [row for row in asked if row.entity_type in types]
            if not asked:
                continue
            scope = Scope.of(each.actor)
            if scope not in seen:
                seen[scope] = frozenset(row.seq for row in seen_by(session, each.actor, own))
            found = [messages[row.seq] for row in asked if row.seq in seen[scope]]
            if found:
                by_loop[each.loop].append((each, found))
    for loop, offers in by_loop.items():
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_offer, offers)


def _own(tenant: str, rows: Sequence[Row[Any]], followed: Set[str | None]) -> list[Row[Any]]:
    """The tenant's rows, of relationships those of assets that somebody follows with theirs."""
    return [
        row
        for row in rows
        if row.tenant == tenant
        and (row.entity_type != repository.RELATIONSHIP or not followed.isdisjoint(repository.ends_of(row)))
    ]


def _offer(offers: list[tuple[Subscription, list[EventMessage]]]) -> None:
    for subscription, messages in offers:
        subscription.offer(messages)


def message(row: Row[Any]) -> EventMessage:
    """A row of the outbox as its readers know it."""
    return EventMessage(row.seq, row.type, row.entity_type, row.entity_id, row.action, row.data, row.at)


def seen_by(session: Session, actor: Actor, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Those of the rows that the actor is told of; one of no connection is everybody's, a relationship has two ends."""
    if not actor.attributes:
        return rows
    keys = {row.connection_key for row in rows if row.connection_key is not None}
    seen = repository.seen(session, actor, keys) | {None}
    assets = repository.seen_assets(session, actor, {end for row in rows for end in repository.related(row) if end})
    return [row for row in rows if row.connection_key in seen and assets.issuperset(repository.related(row))]


def channel_of(name: str, actor: Actor, entity_id: str | None) -> Channel:
    """The channel of a name, which the actor may follow; raises `Invalid` or `Forbidden`."""
    found = CHANNELS.get(name)
    if found is None:
        raise Invalid(f"There is no channel '{name[:64]}'", field="channel", known=sorted(CHANNELS))
    require(actor, found.permission)
    if found.needs_id and entity_id is None:
        raise Invalid(f"The channel {name} is followed one task at a time", field="task_id")
    return found


def check_one(session: Session, subscription: Subscription) -> None:
    """Raise `NotFound` unless the follower may see what it follows, and spell its id as events do."""
    actor, channel = subscription.actor, subscription.channel
    field = "asset_id" if channel is ASSETS else "entity_id"
    try:
        identifier = UUID(str(subscription.entity_id))
    except ValueError:
        raise Invalid("The id of what is followed is a UUID", field=field) from None
    (entity_type,) = channel.entity_types
    if channel is ASSETS:
        seen = repository.asset_seen(session, actor, identifier)
    else:
        seen = repository.spoken_seen(session, actor, entity_type, identifier)
    if not seen:
        raise NotFound(entity_type.replace("_", " ").capitalize(), identifier)
    subscription.entity_id = str(identifier)


def check_kept(after: int, ends: repository.Head) -> None:
    """Raise `EventsForgotten` where retention took the next event away."""
    if after < ends.forgotten:
        raise EventsForgotten(
            f"Events after {after} are not kept any more: read what you follow anew, and follow it from now on",
            oldest_event_id=ends.forgotten + 1,
        )
