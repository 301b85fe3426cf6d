"""Followers asked again: a right that was lost ends what it opened, a grant that changed narrows it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from crosswind.contexts.tasks import watching
from crosswind.gate.credentials import Credentials, identify
from crosswind.gate.events import TASKS
from crosswind.gate.gate import require
from crosswind.gate.subscription import Subscription
from crosswind.kit.actor import Actor
from crosswind.kit.errors import CrosswindError, NotFound

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

log = logging.getLogger(__name__)


def ask_again(platform: Platform, subscriptions: Sequence[Subscription]) -> None:
    """Identify each credential once and tell its subscriptions; a store that is away changes nothing yet."""
    by_credential: dict[tuple[Credentials, str], list[Subscription]] = defaultdict(list)
    for each in subscriptions:
        by_credential[each.follower.shown, each.actor.tenant].append(each)
    for (shown, _), followed in by_credential.items():
        try:
            with platform.session() as session:
                _ask(platform, session, shown, followed)
        except CrosswindError as error:
            for each in followed:
                each.end(error)
        except SQLAlchemyError as error:
            log.warning("Followers are asked again later: %s", type(error).__name__)
            return


def _ask(platform: Platform, session: Session, shown: Credentials, followed: Sequence[Subscription]) -> None:
    actor = identify(platform, session, shown, followed[0].actor.request_id)
    tasks = [each.entity_id for each in followed if each.channel is TASKS and each.entity_id]
    seen = watching.seen(session, actor, tasks) if tasks else frozenset()
    for each in followed:
        error = _lost(each, actor, seen)
        if error is None:
            each.stands(actor)
        else:
            each.end(error)


def _lost(subscription: Subscription, actor: Actor, tasks: frozenset[str]) -> CrosswindError | None:
    try:
        require(actor, subscription.channel.permission)
    except CrosswindError as error:
        return error
    if subscription.channel is TASKS and subscription.entity_id not in tasks:
        return NotFound("Task", subscription.entity_id)
    return None
