"""The turns of webhooks, a few at once."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from crosswind.bootstrap import Platform

AT_ONCE = 4
log = logging.getLogger(__name__)


class Deliveries:
    """Gives every webhook that has something before it a turn; one that is slow holds up the turns of three others."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="crosswind-webhook")

    def once(self) -> bool:
        """One round; whether there may be more to do at once."""
        turns = [self._pool.submit(self._turn, webhook) for webhook in self._platform.deliverer.due(AT_ONCE)]
        done = [each.result() for each in turns]  # each of them, and not up to the first that failed
        return bool(done) and all(done)

    def _turn(self, webhook: Any) -> bool:
        try:
            self._platform.deliverer.turn(webhook)
            return True
        except SQLAlchemyError as error:
            log.warning("The webhook %s waits for the store: %s", webhook.id, type(error).__name__)
        except Exception:
            log.exception("The webhook %s failed and will be tried again", webhook.id)
        return False
