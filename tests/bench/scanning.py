"""One scan in a process that does nothing else, as a task is; its facts come as JSON on standard input."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.connectors.support import Source

from crosswind.doors.airflow.client import CrosswindClient
from crosswind.doors.airflow.looking import Looker
from crosswind.doors.airflow.progress import Progress
from crosswind.doors.airflow.scan import sweep


class Lease:
    """A lease that a test made, used over HTTP."""

    def __init__(self, client: CrosswindClient, token: str) -> None:
        self._client = client
        self._token = token

    def send(self, method: str, path: str, body: object = None) -> Any:
        return self._client.call(method, path, body, bearer=self._token)


def main() -> None:
    """Scan, and print the seconds, those of the end, this process's peak memory in megabytes, and the summary."""
    told = json.load(sys.stdin)
    since = time.perf_counter()
    with CrosswindClient(told["base"], "") as client, Looker(Source(*told["source"]).connector) as looker:
        lease: Any = Lease(client, told["token"])
        looker.reach()
        counts = sweep(lease, told["path"], looker, Progress({}))
        swept = time.perf_counter()
        done = lease.send("POST", f"{told['path']}/complete", counts.told())
    seconds, completing = time.perf_counter() - since, time.perf_counter() - swept
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    print(json.dumps([seconds, completing, peak, done["summary"]]))


if __name__ == "__main__":
    main()
