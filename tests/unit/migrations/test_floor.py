"""The store and its sources on the oldest PostgreSQL that Crosswind runs on, where a distribution has put one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.floor import FOLDER_OF_PROGRAMS

from crosswind.kit.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[3]
FLOOR = Path("/usr/lib/postgresql/15/bin")
TESTS = (
    "tests/unit/migrations/test_floor.py::test_the_server_is_the_one_that_was_asked_for",
    "tests/unit/migrations/test_schema.py::test_the_migrations_make_what_the_models_say",
    "tests/unit/migrations/test_schema.py::test_there_is_a_way_down_to_nothing_and_up_again",
    "tests/contract/test_catalog_crawls.py",
    "tests/contract/test_catalog_from_postgres.py",
    "tests/contract/test_catalog_search.py::test_a_frequent_word_is_capped_and_says_so",
)


def test_the_server_is_the_one_that_was_asked_for(postgres: EmbeddedPostgres) -> None:
    asked = os.environ.get(FOLDER_OF_PROGRAMS)
    with postgres.connect() as link:
        assert link.info.server_version // 10000 == (15 if asked == str(FLOOR) else 18)


@pytest.mark.timeout(900)
@pytest.mark.skipif(not FLOOR.is_dir(), reason="PostgreSQL 15 is not installed here (Debian: postgresql-15)")
def test_everything_runs_on_the_oldest_server() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
    environment = os.environ | {FOLDER_OF_PROGRAMS: str(FLOOR)}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "skipped" not in done.stdout.splitlines()[-1]
