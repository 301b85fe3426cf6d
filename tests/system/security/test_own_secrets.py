"""The installation's own secrets: in private files, and nowhere else that somebody could look."""

from __future__ import annotations

import json
import stat

import pytest
from tests.support.stack import Stack

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def own(stack: Stack) -> dict[str, str]:
    """Every generated key and password of the installation, by its name."""
    found: dict[str, str] = {}
    for name in ("keys.json", "api-keys.json"):
        found |= json.loads((stack.layout.run / name).read_text(encoding="utf-8"))
    return {**found, "database": stack.store.password}


def test_files_that_hold_one_are_private(stack: Stack, own: dict[str, str]) -> None:
    assert len(own) >= 7
    holding = {}
    for path in stack.layout.run.rglob("*"):
        if path.is_file() and not path.is_symlink() and "server" not in path.parts and "data" not in path.parts:
            content = path.read_bytes().decode("latin-1")
            if names := [name for name, secret in own.items() if secret in content]:
                holding[str(path)] = (names, stat.S_IMODE(path.stat().st_mode))
    assert holding
    assert {path: found for path, found in holding.items() if found[1] & 0o077} == {}
    assert [path for path in holding if path.endswith(".log")] == []


def test_the_store_keeps_keys_as_hashes(stack: Stack, own: dict[str, str]) -> None:
    tables = stack.rows("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'crosswind'")
    told = []
    for (table,) in tables:
        rows = stack.rows(f"select t::text from {table} t")
        told += [(table, name) for (row,) in rows for name, secret in own.items() if secret in row]
    assert told == []


def test_no_process_of_the_platform_has_one_in_its_environment(stack: Stack, own: dict[str, str]) -> None:
    from crosswind.doors.cli.stack import processes

    members = processes.members(stack.layout.run)
    assert len(members) >= 5
    told = []
    for pid in members:
        try:
            with open(f"/proc/{pid}/environ", "rb") as environ, open(f"/proc/{pid}/cmdline", "rb") as arguments:  # noqa: PTH123
                text = (environ.read() + arguments.read()).decode("latin-1")
        except OSError:
            continue
        told += [(pid, name) for name, secret in own.items() if secret in text]
    assert told == []
