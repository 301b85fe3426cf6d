"""Settings of an installation, and what its processes may know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.deployment import reference

from crosswind.doors.cli.stack.configuration import sections
from crosswind.doors.cli.stack.keys import Keys
from crosswind.doors.cli.stack.layout import MARKER, Layout, StackError
from crosswind.doors.cli.up import bring_up


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in (
        "ROOT",
        "RUN_FOLDER",
        "PORT",
        "SOURCE_PORT",
        "BUCKET_PORT",
        "PARALLELISM",
        "ALLOWED_ADDRESSES",
        "DAGS",
    ):
        monkeypatch.delenv(f"CROSSWIND_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_are_those_of_the_readme(clean: Path) -> None:
    layout = Layout.from_environment()
    assert (layout.port, layout.source_port, layout.bucket_port, layout.parallelism) == (8080, 54329, 54330, 4)
    assert layout.grpc == "127.0.0.1:50051"
    assert layout.run == clean / ".run"
    readme = (Path(__file__).parents[5] / "README.md").read_text(encoding="utf-8")
    assert "| `CROSSWIND_PORT` | 8080 |" in readme
    assert "| `CROSSWIND_SOURCE_PORT` | 54329 |" in readme
    assert "| `CROSSWIND_BUCKET_PORT` | 54330 |" in readme
    assert "| `CROSSWIND_PARALLELISM` | 4 |" in readme


@pytest.mark.parametrize("given", ["0", "65536", "-1", "http", "8080 "])
def test_port_that_is_none_is_refused_by_name(clean: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("CROSSWIND_PORT", given)
    with pytest.raises(StackError, match="CROSSWIND_PORT"):
        Layout.from_environment()


def test_a_folder_of_dags_that_is_none_is_refused_by_name(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSWIND_DAGS", str(clean / "nowhere"))
    layout = Layout.from_environment()
    with pytest.raises(StackError, match="CROSSWIND_DAGS"):
        bring_up(layout)


def test_airflow_reads_a_persons_dags_beside_ours(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> list[dict[str, object]]:
        keys = Keys("f", "j", "s", "a")
        settings = sections(Layout.from_environment(), keys, "postgresql+psycopg://u:p@/db?host=%2Fsocket")
        return list(json.loads(str(settings["dag_processor"]["dag_bundle_config_list"])))

    assert [each["name"] for each in read()] == ["dags-folder"]
    monkeypatch.setenv("CROSSWIND_DAGS", ".")
    assert [each["kwargs"] for each in read()] == [{}, {"path": str(clean)}]


def test_processes_carry_the_marker_and_not_the_given_address(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgresql://me:canary@db/shop"
    for name in ("SOURCE", "MAKEFLAGS", "MAKEOVERRIDES", "PGPASSWORD", "AIRFLOW__CORE__FERNET_KEY"):
        monkeypatch.setenv(name, address)
    environment = Layout.from_environment().environment()
    assert environment[MARKER] == str(clean / ".run")
    assert address not in environment.values()


def test_settings_survive_the_way_through_the_environment(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSWIND_PORT", "9000")
    monkeypatch.setenv("CROSSWIND_ALLOWED_ADDRESSES", "127.0.0.1:1, 127.0.0.1:2")
    monkeypatch.setenv("CROSSWIND_DAGS", ".")
    layout = Layout.from_environment()
    for name, value in layout.environment().items():
        monkeypatch.setenv(name, value)
    assert Layout.from_environment() == layout


def test_keys_are_made_once_and_private(clean: Path) -> None:
    layout = Layout.from_environment()
    layout.run.mkdir()
    keys = Keys.of(layout)
    assert Keys.of(layout) == keys
    assert (layout.run / "keys.json").stat().st_mode & 0o077 == 0
    assert keys.admin_password not in repr(keys)


def test_airflow_listens_on_loopback_and_is_told_only_what_it_knows(clean: Path) -> None:
    layout = Layout.from_environment()
    settings = sections(layout, Keys("f", "j", "s", "a"), "postgresql+psycopg://u:p@/db?host=%2Fsocket")
    assert settings["api"]["host"] == "127.0.0.1"
    known = reference()
    assert [
        (section, name) for section in settings for name in settings[section] if name not in known[section]["options"]
    ] == []
    assert settings["core"]["load_examples"] is False
