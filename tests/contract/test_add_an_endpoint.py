"""The how-to page, followed to the letter in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-an-endpoint.md"
BLOCK = re.compile(
    r"[Ii]n `(?P<name>[\w./]+\.py)`[^`]*(?:`\w+`[^`]*)?:\n\n   ```python\n(?P<text>.*?)^   ```",
    re.DOTALL | re.MULTILINE,
)
KEPT_OUT = shutil.ignore_patterns("__pycache__", "ui", "*.egg-info")


def test_following_the_page_gives_an_endpoint(tmp_path: Path) -> None:
    blocks = {found["name"]: textwrap.dedent(found["text"]) for found in BLOCK.finditer(PAGE.read_text())}
    schemas, service, route, test = blocks
    for name in ("providers", "tests", "docs/reference"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=KEPT_OUT)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = tmp_path / "providers/crosswind/src/crosswind"

    _change(package / schemas, "class Me(Camel):", f"{blocks[schemas]}\n\nclass Me(Camel):")
    _change(package / service, "schemas import (", "schemas import (\n    Greeting,")
    _change(package / service, "    def _mint(", f"{textwrap.indent(blocks[service], '    ')}\n    def _mint(")
    _change(package / "doors/rest/app.py", '        "me",\n', '        "me",\n        "greeting",\n')
    (package / route).write_text(blocks[route])
    (tmp_path / test).parent.mkdir(exist_ok=True)
    (tmp_path / test).write_text(blocks[test])

    _run(tmp_path, "crosswind.doors.cli.main", "openapi")
    table = _run(tmp_path, "crosswind.doors.cli.main", "routes", "--permissions")
    assert "/greeting" in table
    (tmp_path / "docs/reference/permissions.tsv").write_text(table)
    said = _run(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", test, "tests/contract/test_openapi.py")
    assert "failed" not in said


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new))


def _run(folder: Path, *module: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder / "providers/crosswind/src")}
    command = [sys.executable, "-m", *module]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
