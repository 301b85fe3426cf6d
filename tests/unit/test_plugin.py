"""What Airflow knows of Crosswind, and what that costs where it is not used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"flask_appbuilder", "fastapi", "a2wsgi", "sqlglot", "crosswind.kit.store", "crosswind.bootstrap"}
LOADED = """
import sys, json
{first}
before = set(sys.modules)
{then}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def run(*command: str, scratch: Path, **environment: str) -> str:
    env = {
        **os.environ,
        "AIRFLOW_HOME": str(scratch),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        **environment,
    }
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def airflow(*arguments: str, scratch: Path, **environment: str) -> str:
    return run(sys.executable, "-m", "airflow", *arguments, scratch=scratch, **environment)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("import airflow.plugins_manager as p", "p.ensure_plugins_loaded()"),
        ("import airflow.sdk.plugins_manager as p", "p._get_plugins()"),
        ("import airflow.sdk.plugins_manager", "import crosswind.plugin"),
    ],
    ids=["scheduler", "worker", "import"],
)
def test_schedulers_and_workers_load_nothing_heavy_for_the_plugin(tmp_path: Path, first: str, then: str) -> None:
    told = run(sys.executable, "-c", LOADED.format(first=first, then=then), scratch=tmp_path)
    loaded = json.loads(next(line for line in told.splitlines() if line.startswith("[")))
    assert "crosswind.plugin" in loaded
    heavy = [name for name in loaded if name in HEAVY or name.startswith(("crosswind.contexts", "crosswind.doors"))]
    assert heavy == []


def test_the_dags_load_nothing_heavy(tmp_path: Path) -> None:
    then = "import crosswind.dags.crosswind_crawl, crosswind.dags.crosswind_discover, crosswind.dags.crosswind_tick"
    told = run(sys.executable, "-c", LOADED.format(first="import airflow.sdk", then=then), scratch=tmp_path)
    loaded = json.loads(next(line for line in told.splitlines() if line.startswith("[")))
    assert "crosswind.dags.crosswind_crawl" in loaded
    ours = [name for name in loaded if name.startswith("crosswind.") and not name.startswith("crosswind.dags")]
    assert ours == []


def test_airflow_lists_the_plugin_once_and_without_complaint(tmp_path: Path) -> None:
    told = airflow("plugins", "-o", "json", scratch=tmp_path)
    assert told.count('"name": "crosswind"') == 1
    assert "already registered" not in told
    assert "/crosswind" in told
    assert "external_views" in told
    assert "ShellView" in told


def test_airflow_lists_both_providers_the_connection_type_and_the_settings(tmp_path: Path) -> None:
    assert "airflow-provider-crosswind-databases" in airflow("providers", "list", scratch=tmp_path)
    hooks = airflow("providers", "hooks", "-o", "plain", scratch=tmp_path)
    assert "crosswind.doors.airflow.hooks.crosswind.CrosswindHook" in hooks
    configuration = airflow("config", "list", "--section", "crosswind", scratch=tmp_path)
    assert "allowed_addresses" in configuration


def test_the_form_of_a_connection_needs_no_import_of_the_hook(tmp_path: Path) -> None:
    program = (
        "import sys;"
        "from airflow.api_fastapi.core_api.services.ui.connections import HookMetaService as S;"
        "found = next(h for h in S.hook_meta_data() if h.connection_type == 'crosswind');"
        "print(found.hook_name, sorted(found.extra_fields), 'crosswind.doors.airflow.hooks.crosswind' in sys.modules)"
    )
    told = run(sys.executable, "-c", program, scratch=tmp_path)
    assert "Crosswind ['timeout', 'verify'] False" in told


def test_the_generated_files_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/provider-info"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_airflow_db_migrate_migrates_the_store_too(database: str, tmp_path: Path) -> None:
    from sqlalchemy import create_engine, inspect

    airflow("db", "migrate", scratch=tmp_path, AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=database)
    engine = create_engine(database)
    tables = set(inspect(engine).get_table_names("crosswind"))
    engine.dispose()
    assert {"connections", "tasks", "leases", "assets", "alembic_version_crosswind"} <= tables


def test_a_metadata_database_of_another_kind_is_left_alone_and_told_about(tmp_path: Path) -> None:
    import sqlite3

    url = f"sqlite:///{tmp_path}/airflow.db"
    told = airflow("db", "migrate", scratch=tmp_path, AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=url)
    assert "store_url" in told
    with sqlite3.connect(tmp_path / "airflow.db") as connection:
        names = {row[0] for row in connection.execute("select name from sqlite_master")}
    assert not names & {"connections", "tasks", "leases", "alembic_version_crosswind"}


def test_a_store_of_its_own_is_migrated_where_it_is(database: str, tmp_path: Path) -> None:
    from sqlalchemy import create_engine, inspect

    url = f"sqlite:///{tmp_path}/airflow.db"
    told = airflow(
        "db", "migrate",
        scratch=tmp_path, AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=url, AIRFLOW__CROSSWIND__STORE_URL=database,
    )  # fmt: skip
    engine = create_engine(database)
    assert "tasks" in inspect(engine).get_table_names("crosswind")
    engine.dispose()
    assert "Migrating the Crosswind store" in told
    password = database.partition("://")[2].partition("@")[0].partition(":")[2]
    assert not password or password not in told
