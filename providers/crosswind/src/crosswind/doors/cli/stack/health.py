"""Whether the platform is well, asked as a client would."""

from __future__ import annotations

from typing import Any

import httpx

from crosswind.doors.cli.stack.keys import Keys
from crosswind.doors.cli.stack.layout import Layout

PARTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


class Probe:
    """Asks Airflow's API server, logged in as the administrator where it has to be."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.client = httpx.Client(base_url=layout.base, timeout=10, trust_env=False)
        self._token = ""

    def ailing(self) -> list[str]:
        """Return the parts that are not healthy."""
        try:
            answer = self.client.get("/api/v2/monitor/health")
            parts: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        except (httpx.HTTPError, ValueError):
            return ["api-server"]
        return [name for name in PARTS if (parts.get(name) or {}).get("status") != "healthy"]

    def missing_dags(self) -> list[str]:
        """Return the names of DAG files that Airflow does not know a DAG of yet."""
        files = sorted(self.layout.root.glob("dags/[!_]*.py"))
        known = {str(dag.get("relative_fileloc")) for dag in self._get("/api/v2/dags?limit=100").get("dags", [])}
        return [file.stem for file in files if file.name not in known]

    def import_errors(self) -> list[str]:
        """Return what Airflow could not import, one line each."""
        found = self._get("/api/v2/importErrors").get("import_errors", [])
        return [f"{error.get('filename')}: {str(error.get('stack_trace')).strip().splitlines()[-1]}" for error in found]

    def close(self) -> None:
        """Give the connections back."""
        self.client.close()

    def _get(self, path: str) -> dict[str, Any]:
        try:
            if not self._token:
                login = {"username": "admin", "password": Keys.of(self.layout).admin_password}
                self._token = str(self.client.post("/auth/token", json=login).json().get("access_token", ""))
            answer = self.client.get(path, headers={"Authorization": f"Bearer {self._token}"})
            body = answer.json() if answer.status_code == 200 else {}
        except (httpx.HTTPError, ValueError):
            return {}
        return body if isinstance(body, dict) else {}
