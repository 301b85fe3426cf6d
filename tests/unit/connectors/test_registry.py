from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from crosswind.connectors.registry import ConnectorRegistry
from crosswind.kit.errors import NotFound
from crosswind_databases.postgres import CONNECTOR_TYPE


def test_every_word_of_a_system_finds_it_in_any_case() -> None:
    registry = ConnectorRegistry([CONNECTOR_TYPE])
    assert {registry.get(word).name for word in ("postgres", "RDS-Postgres", "postgresql")} == {"postgres"}


def test_an_unknown_word_is_not_found() -> None:
    assert ConnectorRegistry([]).find("oracle") is None
    with pytest.raises(NotFound):
        ConnectorRegistry([CONNECTOR_TYPE]).get("oracle")


def test_a_name_beats_an_alias() -> None:
    greedy = replace(CONNECTOR_TYPE, name="aardvark", aliases=frozenset({"postgres", "ant"}))
    registry = ConnectorRegistry([CONNECTOR_TYPE, greedy])
    assert registry.get("postgres").name == "postgres"
    assert registry.get("ant").name == "aardvark"


def test_listing_types_imports_no_driver() -> None:
    program = (
        "import sys; from crosswind.connectors.registry import installed; "
        "found = [each.settings.model_json_schema() for each in installed()]; "
        "assert found; sys.exit(sum(name in sys.modules for name in ('psycopg', 'sqlalchemy', 'airflow', 'fastapi')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_package_that_is_broken_or_publishes_something_else_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    metadata = tmp_path / "strange-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: strange\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[crosswind.connectors]\nbroken = not_installed_anywhere:TYPE\nother = json:dumps\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "postgres" in {each.name for each in ConnectorRegistry.installed()}
    assert "broken cannot be imported" in caplog.text
    assert "other publishes" in caplog.text
