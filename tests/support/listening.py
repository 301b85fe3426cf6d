"""The app on a port of this machine, for what only a socket shows: streams, slow readers, clients that leave."""

from __future__ import annotations

import threading
from time import sleep

import uvicorn
from starlette.types import ASGIApp


class Listening:
    """A server in a thread of its own, stopped by `close`."""

    def __init__(self, app: ASGIApp) -> None:
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"

    def close(self) -> None:
        """Stop, whatever is under way."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(10)
