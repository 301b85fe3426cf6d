"""Denied attempts, told to the audit once their own transaction is gone."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from crosswind.contexts.governance.denials import Denial
from crosswind.kit.actor import Actor
from crosswind.kit.errors import CrosswindError

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried: the permission it needs (None where it is only to log in), on what, from where."""

    permission: str | None
    target: str
    address: str | None = None
    connection_id: str | None = None


def tell(platform: Platform, actor: Actor | None, attempt: Attempt, error: CrosswindError, request_id: str) -> None:
    """Write a refused attempt, or count it where its source floods; a store that is away is logged."""
    who = actor or Actor("anonymous", "anonymous", request_id=request_id)
    facts = {"address": attempt.address, "error": type(error).__name__}
    facts |= {name: error.details[name] for name in ("key_prefix", "account") if name in error.details}
    denial = Denial(who, tried(attempt, error), attempt.target, error.message, attempt.connection_id, facts)
    try:
        platform.denials.note(denial)
    except SQLAlchemyError:
        log.exception("A denied attempt could not be written to the audit: %s", denial)


def tried(attempt: Attempt, error: CrosswindError) -> str:
    """What was tried: the permission that was lacking where it is of the attempt's own noun, else the attempt's."""
    lacked, own = str(error.details.get("permission", "")), attempt.permission or "login"
    return lacked if lacked.partition(":")[0] == own.partition(":")[0] else own
