"""What Airflow knows of Crosswind, and what that costs where it is not used."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"flask_appbuilder", "fastapi", "a2wsgi", "sqlglot", "crosswind.kit.store", "crosswind.bootstrap"}
LOADED = """
import sys, json
{first}
before = set(sys.modules)
{then}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


COMMANDS = """
import contextlib, io, os, sys
from airflow.cli.cli_parser import get_parser
for line in sys.argv[1:]:
    words = line.split()
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        os.environ[name] = value
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        arguments = get_parser().parse_args(words)
        arguments.func(arguments)
    print("\\0" + line + "\\0" + said.getvalue(), end="\\0")
"""
"""Runs lines of `airflow …` one after the other in one process; `NAME=value` before a command is set from there on."""


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


def airflow(*lines: str, scratch: Path, **environment: str) -> dict[str, str]:
    """What each command said; what was said outside of them (on import) counts to the first."""
    told = run(sys.executable, "-c", COMMANDS, *lines, scratch=scratch, **environment).split("\0")
    said = dict(zip(told[1::3], told[2::3], strict=False))
    assert set(said) == set(lines)
    return {**said, lines[0]: "".join(told[0::3]) + said[lines[0]]}


LISTS = ("plugins -o json", "providers list", "providers hooks -o plain", "config list --section crosswind")


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What Airflow's commands list, asked once."""
    return airflow(*LISTS, scratch=tmp_path_factory.mktemp("airflow"))


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
    names = ("crawl", "discover", "scan", "tick")
    then = "import " + ", ".join(f"crosswind.dags.crosswind_{name}" for name in names)
    told = run(sys.executable, "-c", LOADED.format(first="import airflow.sdk", then=then), scratch=tmp_path)
    loaded = json.loads(next(line for line in told.splitlines() if line.startswith("[")))
    assert "crosswind.dags.crosswind_crawl" in loaded
    ours = [name for name in loaded if name.startswith("crosswind.") and not name.startswith("crosswind.dags")]
    assert ours == []


def test_airflow_lists_the_plugin_once_and_without_complaint(listed: dict[str, str]) -> None:
    told = listed["plugins -o json"]
    assert told.count('"name": "crosswind"') == 1
    assert "already registered" not in told
    assert "/crosswind" in told
    assert "external_views" in told
    assert "ShellView" in told


def test_airflow_lists_every_provider_the_connection_type_and_the_settings(listed: dict[str, str]) -> None:
    providers = listed["providers list"]
    assert "airflow-provider-crosswind-databases" in providers
    assert providers.count("airflow-provider-crosswind") == 3
    assert "crosswind.doors.airflow.hooks.crosswind.CrosswindHook" in listed["providers hooks -o plain"]
    assert "allowed_addresses" in listed["config list --section crosswind"]


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


def test_another_metadata_database_is_left_alone_until_there_is_a_store_of_its_own(
    database: str, tmp_path: Path
) -> None:
    without, with_store = "db migrate", f"AIRFLOW__CROSSWIND__STORE_URL={database} db migrate"
    url = f"sqlite:///{tmp_path}/airflow.db"
    told = airflow(without, with_store, scratch=tmp_path, AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=url)
    assert "Set [crosswind] store_url" in told[without]
    assert "Migrating the Crosswind store" in told[with_store]
    with sqlite3.connect(tmp_path / "airflow.db") as connection:
        names = {row[0] for row in connection.execute("select name from sqlite_master")}
    assert "dag_run" in names
    assert not names & {"connections", "tasks", "leases", "alembic_version_crosswind"}
    engine = create_engine(database)
    tables = set(inspect(engine).get_table_names("crosswind"))
    engine.dispose()
    assert {"connections", "tasks", "leases", "assets", "alembic_version_crosswind"} <= tables
    password = database.partition("://")[2].partition("@")[0].partition(":")[2]
    assert not password or password not in told[with_store].replace(with_store, "")
