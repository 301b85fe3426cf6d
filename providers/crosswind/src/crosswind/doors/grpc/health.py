"""Whether calls can be answered, told by `grpc.health.v1`: not while the store is away."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from grpc_health.v1.health import aio
from grpc_health.v1.health_pb2 import HealthCheckResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from crosswind.doors.grpc.service import NAME

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

PAUSE = 2.0
SERVICES = ("", NAME)
log = logging.getLogger(__name__)


class Health:
    """Looks after the store, and writes denied attempts that were only counted."""

    def __init__(self, platform: Platform, pause: float = PAUSE) -> None:
        self.servicer = aio.HealthServicer()
        self._platform = platform
        self._pause = pause

    async def watch(self) -> None:
        """Tell of the store until this is cancelled."""
        while True:
            there = await asyncio.to_thread(self._look)
            for service in SERVICES:
                await self.servicer.set(
                    service, HealthCheckResponse.SERVING if there else HealthCheckResponse.NOT_SERVING
                )
            await asyncio.sleep(self._pause)

    def _look(self) -> bool:
        try:
            with self._platform.session() as session:
                session.connection()
            self._platform.denials.flush_overdue()
        except PoolTimeout:
            return True
        except SQLAlchemyError as error:
            log.warning("The store is away: %s", type(error).__name__)
            return False
        return True
