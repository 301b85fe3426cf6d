"""The wheels of this checkout, installed as deploy/requirements.txt says into a clean environment far from it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.installation import ROOT

from crosswind.doors.cli.routes import COLUMNS, listed
from crosswind.kit.embedded import EmbeddedPostgres

pytestmark = pytest.mark.system
DATABASE = "wheels"
FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
BUNDLE = {"name": "crosswind", "classpath": "crosswind.doors.airflow.bundle.CrosswindDagBundle", "kwargs": {}}
PROJECTS = [
    tomllib.loads(file.read_text(encoding="utf-8"))["project"]
    for folder in ("providers", "clients")
    for file in sorted(ROOT.glob(f"{folder}/*/pyproject.toml"))
]
CONNECTORS = """
from importlib.metadata import entry_points
for each in entry_points(group="crosswind.connectors"):
    each.load()
    print(each.name)
"""


class Away:
    """A folder with an environment of its own, and commands run there as on a machine without the checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dist = folder / "dist"
        self.venv = folder / "venv"
        hidden = ("AIRFLOW", "CROSSWIND", "PYTHON", "VIRTUAL_ENV")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        self.environment["PATH"] = f"{self.venv / 'bin'}:{os.environ['PATH']}"
        self.environment["AIRFLOW_HOME"] = str(folder / "airflow")

    def run(self, *command: str | Path) -> str:
        """What a command prints; it must succeed."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=300,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def airflow(self, *arguments: str) -> Any:
        """What an Airflow command says in JSON, which is the last line it prints."""
        return json.loads(self.run(self.venv / "bin/airflow", *arguments, "--output", "json").splitlines()[-1])

    def install(self) -> None:
        """Build the wheels, and install what an image would hold."""
        uv = Path(sys.executable).with_name("uv")
        self.run(ROOT / "scripts/wheels", self.dist)
        self.run(uv, "venv", "--quiet", "--python", sys.executable, self.venv)
        self.run(
            uv, "pip", "install", "--quiet", "--python", self.venv / "bin/python", "--only-binary", ":all:",
            "--find-links", self.dist, "--constraint", ROOT / "constraints.txt",
            "--requirement", ROOT / "deploy/requirements.txt", "airflow-provider-crosswind[embedded]",
        )  # fmt: skip

    @property
    def package(self) -> Path:
        """Where Python finds `crosswind`."""
        printed = self.run(self.venv / "bin/python", "-c", "import crosswind; print(crosswind.__file__)")
        return Path(printed.strip()).parent


@pytest.fixture(scope="module")
def away(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    """An installation with a metadata database that `airflow db migrate` made."""
    installed = Away(tmp_path_factory.mktemp("away"))
    installed.install()
    postgres.create_database(DATABASE)
    installed.environment |= {
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__AUTH_MANAGER": FAB,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": postgres.url(DATABASE),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([BUNDLE]),
    }
    installed.run(installed.venv / "bin/airflow", "db", "migrate")
    yield installed
    postgres.drop_database(DATABASE)


def test_every_distribution_has_a_wheel_and_an_sdist_and_is_installed_from_its_wheel(away: Away) -> None:
    names = {f"{project['name'].replace('-', '_')}-{project['version']}" for project in PROJECTS}
    built = {file.name for file in away.dist.iterdir()}
    assert built == {f"{name}{end}" for name in names for end in ("-py3-none-any.whl", ".tar.gz")}
    assert away.package.is_relative_to(away.venv)
    installed = {folder.name for folder in away.package.parent.glob("*crosswind*.dist-info")}
    assert installed == {f"{name}.dist-info" for name in names}


def test_airflow_lists_each_provider_with_its_version(away: Away) -> None:
    ours = {
        project["name"]: project["version"]
        for project in PROJECTS
        if "apache_airflow_provider" in project.get("entry-points", {})
    }
    listed = {row["package_name"]: row["version"] for row in away.airflow("providers", "list")}
    assert {name: version for name, version in listed.items() if "crosswind" in name} == ours


def test_airflow_loads_the_plugin_from_the_wheel(away: Away) -> None:
    plugins = {row["name"]: row for row in away.airflow("plugins")}
    assert plugins["crosswind"]["source"].startswith("airflow-provider-crosswind==")
    assert "/crosswind" in str(plugins["crosswind"]["fastapi_apps"])


def test_each_connector_that_a_wheel_declares_can_be_loaded(away: Away) -> None:
    declared = {
        name for project in PROJECTS for name in project.get("entry-points", {}).get("crosswind.connectors", {})
    }
    assert set(away.run(away.venv / "bin/python", "-c", CONNECTORS).split()) == declared


def test_airflow_migrated_the_store_to_the_last_revision(away: Away, postgres: EmbeddedPostgres) -> None:
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    with create_engine(postgres.url(DATABASE), poolclass=NullPool).connect() as link:
        reached = link.execute(text("select version_num from crosswind.alembic_version_crosswind")).scalar_one()
    assert reached == max(file.stem for file in (away.package / "migrations/versions").glob("0*.py"))


def test_the_bundle_of_the_wheel_has_our_dags(away: Away) -> None:
    found = {row["dag_id"]: row for row in away.airflow("dags", "list", "--local", "--bundle-name", "crosswind")}
    assert set(found) == {file.stem for file in ROOT.glob("dags/crosswind_*.py")}
    assert all(Path(row["fileloc"]).is_relative_to(away.package) for row in found.values())


def test_the_wheel_serves_the_routes_of_the_checkout(away: Away) -> None:
    printed = away.run(away.venv / "bin/crosswind", "routes", "--format", "tsv").splitlines()
    assert printed[0] == "\t".join(COLUMNS)
    assert printed[1:] == [f"{route.family}\t{route.method}\t{route.path}" for route in listed()]


def test_the_pages_are_in_the_wheel_with_all_that_they_load(away: Away) -> None:
    pages = away.package / "ui"
    index = (pages / "index.html").read_text(encoding="utf-8")
    assets = re.findall(r"assets/[\w.-]+\.(?:js|css)", index)
    assert assets
    assert [name for name in assets if not (pages / name).is_file()] == []
