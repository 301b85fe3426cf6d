"""The files of the deployment hold what they promise, and each check fails on a copy that breaks it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support import deployment

COMPOSE = (deployment.ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (deployment.ROOT / ".env.example").read_text(encoding="utf-8")
DOCKERFILE = (deployment.ROOT / "Dockerfile").read_text(encoding="utf-8")
CONSTRAINTS = (deployment.ROOT / "constraints.txt").read_text(encoding="utf-8")
CHECKS: dict[str, Callable[[str], list[str]]] = {
    "schema": deployment.against_schema,
    "settings": deployment.settings,
    "variables": lambda text: deployment.variables(text, EXAMPLE),
    "secrets": deployment.secrets,
    "services": deployment.services,
}
BROKEN = [
    ("schema", "    stop_grace_period: 5m", "    stop_grace_perriod: 5m", "stop_grace_perriod"),
    ("schema", 'ports: ["127.0.0.1:${CROSSWIND_PORT:-8080}:8080"]', "ports: 8080", "ports"),
    ("settings", "AIRFLOW__API__WORKERS:", "AIRFLOW__API__WORKRES:", "AIRFLOW__API__WORKRES is unknown"),
    ("settings", "AIRFLOW__API__BASE_URL:", "AIRFLOW__WEBSERVER__BASE_URL:", "AIRFLOW__WEBSERVER__BASE_URL is"),
    ("settings", "AIRFLOW__CROSSWIND__ALLOWED_", "AIRFLOW__CROSSWIND__ALOWED_", "ALOWED_ADDRESSES is unknown"),
    ("settings", "${CROSSWIND_PARALLELISM:-16}", "many", "is no integer: many"),
    ("settings", "CrosswindDagBundle", "CrosswindDagBundel", "bundle crosswind"),
    ("variables", "${CROSSWIND_ADMIN:-admin}", "${CROSSWIND_BOSS:-admin}", "CROSSWIND_BOSS is not in"),
    ("variables", "${CROSSWIND_PORT:-8080}", "${CROSSWIND_PORT:-8090}", "CROSSWIND_PORT is '8080'"),
    ("secrets", "${CROSSWIND_FERNET_KEY:?run scripts/compose-secrets}", "c2VjcmV0", "AIRFLOW__CORE__FERNET_KEY"),
    ("secrets", "${CROSSWIND_JWT_SECRET:?run scripts/compose-secrets}", "${CROSSWIND_JWT_SECRET:-easy}", "JWT_SECRET"),
    ("secrets", "redis://:${CROSSWIND_REDIS_PASSWORD:?run scripts/compose-secrets}@", "redis://:redis@", "BROKER_URL"),
    ("services", "postgres:17.7-bookworm", "postgres:latest", "postgres lacks a pinned image"),
    ("services", "127.0.0.1:${CROSSWIND_PORT:-8080}:8080", "8080:8080", "api-server lacks ports on loopback"),
    ("services", '    user: "50000:50000"'.strip(), 'user: "0:0"', "worker lacks a user that is not root"),
    ("services", "memory: 4g, ", "", "worker lacks a memory limit"),
    ("services", "store: {internal: true}", "store: {internal: false}", "the network store is open"),
    ("services", "tasks: {internal: true}", "tasks: {}", "the network tasks is open"),
    ("services", "networks: [tasks, outside]", "networks: [store, tasks, outside]", "worker reaches the store"),
    ("services", "sqlite:////tmp/none.db", "*store", "worker knows POSTGRES"),
    ("services", "      <<: *worker-settings\n", "      <<: *settings\n", "worker knows JWT"),
    ("services", "    healthcheck:\n      test: [CMD, pg_isready", "    x-health:\n      test: [CMD, pg_isready",
     "postgres lacks a health check"),
]  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_the_compose_file_holds(name: str) -> None:
    assert CHECKS[name](COMPOSE) == []


@pytest.mark.parametrize(("name", "old", "new", "found"), BROKEN, ids=[f"{row[0]}: {row[3]}" for row in BROKEN])
def test_a_broken_copy_of_the_compose_file_is_found(name: str, old: str, new: str, found: str) -> None:
    assert old in COMPOSE
    assert any(found in problem for problem in CHECKS[name](COMPOSE.replace(old, new)))


def test_the_dockerfile_holds() -> None:
    assert deployment.dockerfile(DOCKERFILE, CONSTRAINTS) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("python:3.12.12-slim-bookworm", "python:latest", "is not pinned"),
        ("COPY . .", "COPY nowhere .", "nowhere is not there"),
        ("USER 50000:50000", "USER root", "runs as root"),
        ("/source/constraints.txt", "/source/constraint.txt", "constraint.txt is not there"),
    ],
)
def test_a_broken_copy_of_the_dockerfile_is_found(old: str, new: str, found: str) -> None:
    assert any(found in problem for problem in deployment.dockerfile(DOCKERFILE.replace(old, new), CONSTRAINTS))
    assert deployment.dockerfile(DOCKERFILE, "") != []


def test_hadolint_has_nothing_to_say_and_would_say_it(tmp_path: Path) -> None:
    assert hadolint(DOCKERFILE, tmp_path).returncode == 0
    assert hadolint(DOCKERFILE.replace("--no-cache-dir ", ""), tmp_path).returncode != 0


def hadolint(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    program = Path(sys.executable).with_name("hadolint")
    return subprocess.run([program, folder / "Dockerfile"], capture_output=True, text=True, check=False)


def secrets_script(folder: Path) -> subprocess.CompletedProcess[str]:
    script = deployment.ROOT / "scripts/compose-secrets"
    return subprocess.run([sys.executable, script, folder], capture_output=True, text=True, check=False)


def test_the_script_generates_each_secret_once_for_its_owner_alone(tmp_path: Path) -> None:
    assert secrets_script(tmp_path).returncode == 0
    env = tmp_path / ".env"
    first = env.read_text(encoding="utf-8")
    made = dict(line.split("=", 1) for line in first.splitlines() if "=" in line and not line.startswith("#"))
    required = {name for name, operator, _ in deployment.VARIABLE.findall(COMPOSE) if operator == "?"}
    assert set(made) == required
    assert len(set(made.values())) == len(required)
    assert all(len(value) >= 24 for value in made.values())
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert secrets_script(tmp_path).returncode == 0
    assert env.read_text(encoding="utf-8") == first


def test_the_script_refuses_a_file_that_others_can_read(tmp_path: Path) -> None:
    secrets_script(tmp_path)
    (tmp_path / ".env").chmod(0o644)
    assert secrets_script(tmp_path).returncode == 1


def test_the_image_has_a_celery_that_the_executor_works_with() -> None:
    code = "from airflow.providers.celery.executors.celery_executor import app; print(app.main)"
    env = os.environ | {"AIRFLOW__CORE__EXECUTOR": "CeleryExecutor", "AIRFLOW__CELERY__BROKER_URL": "memory://"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_git_never_takes_the_secrets() -> None:
    git = shutil.which("git") or "git"
    done = subprocess.run([git, "check-ignore", ".env"], cwd=deployment.ROOT, env=dict(os.environ), check=False)
    assert done.returncode == 0
