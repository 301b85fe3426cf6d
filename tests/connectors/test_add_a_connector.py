"""The how-to page, followed to the letter: its blocks are written to files, installed and run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-connector.md"
FILES = re.compile(
    r"^`(?P<name>[\w./]+\.(?:py|toml))`(?:(?!\n\n).)*:\n\n```(?:python|toml)\n(?P<text>.*?)^```",
    re.DOTALL | re.MULTILINE,
)
ENTRY_POINTS = "[crosswind.connectors]\ncsv_folder = csv_folder:CONNECTOR_TYPE\n"


def test_following_the_page_gives_a_conforming_connector(tmp_path: Path) -> None:
    written = {found["name"]: found["text"] for found in FILES.finditer(PAGE.read_text())}
    assert set(written) == {"pyproject.toml", "csv_folder/__init__.py", "csv_folder/connector.py", "test_csv_folder.py"}
    for name, text in written.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    metadata = tmp_path / "crosswind_csv_folder-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: crosswind-csv-folder\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    assert ENTRY_POINTS.splitlines()[1].split(" = ")[1] in written["pyproject.toml"]

    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-c",
            os.devnull,
            f"--rootdir={tmp_path}",
            tmp_path,
        ],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "7 xfailed" in done.stdout
