"""Whether the platform is well, asked as a client would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from crosswind.doors.cli.stack import components
from crosswind.doors.cli.stack.components import GRPC
from crosswind.doors.cli.stack.keys import Keys
from crosswind.doors.cli.stack.layout import Layout

OURS = "crosswind_"
"""What the names of our own DAGs and of their files begin with."""

PARTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


class Probe:
    """Asks Airflow's API server, logged in as the administrator where it has to be."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.client = httpx.Client(base_url=layout.base, timeout=10, trust_env=False)
        self._token = ""

    def ailing(self) -> list[str]:
        """Return the parts that are not healthy."""
        ours = [] if self._grpc_serves() else [GRPC]
        try:
            answer = self.client.get("/api/v2/monitor/health")
            parts: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        except (httpx.HTTPError, ValueError):
            return ["api-server", *ours]
        return [name for name in PARTS if (parts.get(name) or {}).get("status") != "healthy"] + ours

    def missing_dags(self) -> list[str]:
        """Return the names of our DAG files that Airflow does not know a DAG of yet."""
        asked = f"/api/v2/dags?limit=100&dag_id_pattern={OURS}"
        known = {str(dag.get("relative_fileloc")) for dag in self._get(asked).get("dags", [])}
        return [file.stem for file in sorted(self.layout.root.glob(f"dags/{OURS}*.py")) if file.name not in known]

    def import_errors(self) -> list[str]:
        """Return what Airflow could not import of our DAG files, one line each; those of others are their own."""
        found = self._get("/api/v2/importErrors").get("import_errors", [])
        ours = [error for error in found if Path(str(error.get("filename"))).name.startswith(OURS)]
        return [f"{error.get('filename')}: {str(error.get('stack_trace')).strip().splitlines()[-1]}" for error in ours]

    def close(self) -> None:
        """Give the connections back."""
        self.client.close()

    def _grpc_serves(self) -> bool:
        """Ask gRPC's own health service; a platform without gRPC lacks nothing."""
        if GRPC not in components.PARTS:
            return True
        import grpc
        from grpc_health.v1 import health_pb2, health_pb2_grpc

        with grpc.insecure_channel(self.layout.grpc, (("grpc.enable_http_proxy", 0),)) as channel:
            try:
                answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
            except grpc.RpcError:
                return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

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
