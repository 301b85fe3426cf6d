"""What `scripts/install` says on machines that it does not suit."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.installation import ROOT

TOOLS = ("bash", "env", "dirname", "cut", "sha256sum", "cat", "rm", "mktemp", "sleep", "printf", "getconf", "uname")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The scripts beside an empty virtual environment, and a PATH of our own."""
    for name in ("constraints.txt", "requirements-dev.in"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    for name in ("providers", "clients"):
        (tmp_path / name).symlink_to(ROOT / name)
    programs = tmp_path / "programs"
    programs.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (programs / tool).symlink_to(found)
    return tmp_path


def stub(checkout: Path, name: str, text: str) -> None:
    program = checkout / "programs" / name
    program.unlink(missing_ok=True)
    program.write_text(f"#!{shutil.which('bash')}\n{text}\n", encoding="utf-8")
    program.chmod(0o755)


def install(checkout: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(checkout / "scripts" / "install")],
        env={"PATH": str(checkout / "programs"), "HOME": str(checkout), **more},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def refused(checkout: Path, **more: str) -> str:
    done = install(checkout, **more)
    assert done.returncode == 1, done.stdout
    assert done.stderr.startswith("Crosswind cannot be installed here:"), done.stderr
    assert not (checkout / ".venv").exists()
    return done.stderr


def test_another_system_is_refused_by_name(checkout: Path) -> None:
    stub(checkout, "uname", '[ "$1" = -s ] && echo Darwin || echo arm64')
    assert "Darwin" in refused(checkout)


def test_another_processor_is_refused_by_name(checkout: Path) -> None:
    stub(checkout, "uname", '[ "$1" = -s ] && echo Linux || echo aarch64')
    assert "aarch64" in refused(checkout)


def test_a_system_without_glibc_is_refused(checkout: Path) -> None:
    stub(checkout, "getconf", "exit 1")
    assert "glibc" in refused(checkout)


def test_a_python_that_is_too_old_is_refused_with_its_version(checkout: Path) -> None:
    stub(checkout, "python3", '[ "$1" = -V ] && echo "Python 3.9.2"; exit 1')
    message = refused(checkout)
    assert "3.11 to 3.14" in message
    assert "Python 3.9.2" in message


def test_a_machine_without_python_is_refused(checkout: Path) -> None:
    assert "3.11 to 3.14" in refused(checkout)


def test_a_named_python_that_is_none_is_refused(checkout: Path) -> None:
    assert "/nowhere/python" in refused(checkout, PYTHON="/nowhere/python")


def test_a_python_without_venv_is_refused_with_the_remedy(checkout: Path) -> None:
    stub(checkout, "python3", 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
    assert "python3-venv" in refused(checkout)


def test_nothing_is_done_when_all_is_installed(checkout: Path) -> None:
    binaries = checkout / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(sys.executable)
    described = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("providers/*/pyproject.toml"))
    inputs = ["constraints.txt", "requirements-dev.in", *described, "clients/python/pyproject.toml"]
    listed = subprocess.run(["sha256sum", *inputs], cwd=checkout, capture_output=True, check=True).stdout
    digest = subprocess.run(["sha256sum"], input=listed, capture_output=True, check=True).stdout.decode().split()[0]
    (checkout / ".venv" / ".crosswind").write_text(f"{digest} {checkout}", encoding="utf-8")
    done = install(checkout)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
