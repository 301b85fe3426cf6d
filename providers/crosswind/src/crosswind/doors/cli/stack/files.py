"""Small files that appear whole or not at all, private where they hold a secret."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a file in one step."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    partial.rename(path)


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON file's object, or an empty one when there is no file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Replace a JSON file in one step."""
    write(path, json.dumps(value, indent=1))


def read_env(path: Path) -> dict[str, str]:
    """Return the assignments of a file in the shell's form, as `crosswind.env` is one."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.removeprefix("export ").partition("=") for line in lines if "=" in line)
    return {name: value.strip("'") for name, _, value in pairs}
