"""Airflow's configuration for a small machine, as a private file: no secret in any environment."""

from __future__ import annotations

import json

from crosswind.doors.cli.stack import files, openlineage
from crosswind.doors.cli.stack.keys import Keys
from crosswind.doors.cli.stack.layout import LOOPBACK, Layout

Sections = dict[str, dict[str, object]]
FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
LOCAL = "airflow.dag_processing.bundles.local.LocalDagBundle"


def write_configuration(layout: Layout, keys: Keys, database_url: str) -> None:
    """Write `airflow.cfg` and the file of FAB's settings."""
    layout.home.mkdir(parents=True, exist_ok=True)
    files.write(layout.home / "airflow.cfg", _text(sections(layout, keys, database_url)))
    files.write(layout.home / "webserver_config.py", "")


def sections(layout: Layout, keys: Keys, database_url: str) -> Sections:
    """Return Airflow's settings by section."""
    return {
        "core": {
            "dags_folder": layout.root / "dags",
            "plugins_folder": layout.root / "plugins",
            "executor": "LocalExecutor",
            "parallelism": layout.parallelism,
            "auth_manager": FAB,
            "load_examples": False,
            "test_connection": "Enabled",
            "fernet_key": keys.fernet_key,
            "execution_api_server_url": f"{layout.base}/execution/",
        },
        "database": {
            "sql_alchemy_conn": database_url,
            "sql_alchemy_conn_async": database_url,
            "sql_alchemy_pool_size": 5,
        },
        "api": {
            "base_url": layout.base,
            "host": LOOPBACK,
            "port": layout.port,
            "workers": 1,
            "secret_key": keys.secret_key,
        },
        "api_auth": {"jwt_secret": keys.jwt_secret, "jwt_issuer": "crosswind"},
        "dag_processor": {
            "refresh_interval": 30,
            "min_file_process_interval": 30,
            "parsing_processes": 1,
            "dag_bundle_config_list": json.dumps(_bundles(layout)),
        },
        "scheduler": {"job_heartbeat_sec": 5, "scheduler_heartbeat_sec": 2, "scheduler_idle_sleep_time": 0.5},
        "triggerer": {"capacity": 50},
        "logging": {"base_log_folder": layout.logs / "tasks", "logging_level": "INFO"},
        "metrics": {"statsd_on": False, "otel_on": False},
        "traces": {"otel_on": False},
        "openlineage": openlineage.section(layout),
        "fab": {"auth_rate_limited": True, "config_file": layout.home / "webserver_config.py"},
        "crosswind": {
            "allowed_addresses": ",".join(allowed_addresses(layout)),
            "grpc_host": LOOPBACK,
            "grpc_port": layout.grpc_port,
        },
    }


def allowed_addresses(layout: Layout) -> list[str]:
    """Return the addresses on loopback that connections may dial: the demo's sources and what was asked for."""
    return sorted({f"{LOOPBACK}:{port}" for port in (layout.source_port, layout.bucket_port)} | {*layout.allowed})


def _bundles(layout: Layout) -> list[dict[str, object]]:
    """Our DAGs, and the person's own where there are some."""
    folders: dict[str, dict[str, str]] = {"dags-folder": {}} | (
        {"own": {"path": str(layout.dags)}} if layout.dags else {}
    )
    return [{"name": name, "classpath": LOCAL, "kwargs": kwargs} for name, kwargs in folders.items()]


def _text(settings: Sections) -> str:
    """Render the file; Airflow's parser takes a lone percent sign for a reference."""
    lines = ["# Written by `crosswind up` at every start; settings are in the README."]
    for section, options in settings.items():
        lines += ["", f"[{section}]"]
        lines += [f"{name} = {str(value).replace('%', '%%')}" for name, value in options.items()]
    return "\n".join(lines) + "\n"
