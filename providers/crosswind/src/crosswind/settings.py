"""What an administrator sets: Airflow's configuration section [crosswind], environment AIRFLOW__CROSSWIND__*."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

STRAIGHT_THREADS = 5
"""Threads for requests that are one statement, with links of their own: one does many at once, the others may wait."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Values with the defaults that `provider.yaml` documents."""

    store_url: str
    pool_size: int = 20
    allowed_addresses: frozenset[str] = frozenset()
    request_threads: int = 10
    dial_threads: int = 8
    dial_queue: int = 16
    dial_deadline: float = 30.0
    rate_limit: int = 1000
    idempotency_hours: float = 24.0
    audit_retention_days: int = 3650
    history_retention_days: int = 90
    event_retention_hours: int = 72
    webhook_failing_hours: float = 24.0
    deleted_retention_days: int = 30
    version_retention_days: int = 365
    rules_folder: str = ""
    grpc_host: str = "127.0.0.1"
    grpc_port: int = 50051
    grpc_threads: int = 10
    grpc_queue: int = 100
    grpc_certificate: str = ""
    grpc_key: str = ""
    grpc_client_ca: str = ""
    base_url: str = "http://localhost:8080"

    @property
    def own_addresses(self) -> list[str]:
        """The `host:port` of a store that is reached over the network; none for one behind a socket."""
        parts = urlsplit(self.store_url)
        return [f"{parts.hostname}:{parts.port or 5432}"] if parts.hostname else []

    @classmethod
    def from_airflow(cls) -> Settings:
        """Read Airflow's configuration; the store is Airflow's own database unless `store_url` says otherwise."""
        from airflow.configuration import conf

        def text(key: str, default: str = "") -> str:
            return str(conf.get("crosswind", key, fallback=default) or default)

        return cls(
            store_url=text("store_url") or str(conf.get("database", "sql_alchemy_conn")),
            pool_size=int(text("pool_size", "20")),
            allowed_addresses=frozenset(part.strip() for part in text("allowed_addresses").split(",") if part.strip()),
            request_threads=int(text("request_threads", "10")),
            dial_threads=int(text("dial_threads", "8")),
            dial_queue=int(text("dial_queue", "16")),
            dial_deadline=float(text("dial_deadline", "30")),
            rate_limit=int(text("rate_limit", "1000")),
            idempotency_hours=float(text("idempotency_hours", "24")),
            audit_retention_days=int(text("audit_retention_days", "3650")),
            history_retention_days=int(text("history_retention_days", "90")),
            event_retention_hours=int(text("event_retention_hours", "72")),
            webhook_failing_hours=float(text("webhook_failing_hours", "24")),
            deleted_retention_days=int(text("deleted_retention_days", "30")),
            version_retention_days=int(text("version_retention_days", "365")),
            rules_folder=text("rules_folder"),
            grpc_host=text("grpc_host", "127.0.0.1"),
            grpc_port=int(text("grpc_port", "50051")),
            grpc_threads=int(text("grpc_threads", "10")),
            grpc_queue=int(text("grpc_queue", "100")),
            grpc_certificate=text("grpc_certificate"),
            grpc_key=text("grpc_key"),
            grpc_client_ca=text("grpc_client_ca"),
            base_url=str(conf.get("api", "base_url", fallback="") or "http://localhost:8080"),
        )
